// The index of a sharded model: which file holds which tensor.
// https://huggingface.co/docs/huggingface_hub/package_reference/serialization
import { show } from '@ae/core/internal'
import { FormatProblem } from '../bytes/format-problem.ts'

/** The file of each tensor, by the tensor's name, in the order of the index. */
export type ShardIndex = ReadonlyMap<string, string>

/**
 * Reads an index, trusting nothing in it.
 *
 * @param bytes the JSON file
 * @throws {FormatProblem} when it is not an index, lists a tensor twice, or names a file outside its folder
 */
export function readShardIndex(bytes: Uint8Array): ShardIndex {
  const text = new TextDecoder().decode(bytes)
  const index = parse(text)
  const map = isRecord(index) ? index.weight_map : undefined
  if (!isRecord(map)) {
    throw new FormatProblem(
      'it is not an index: it has no `weight_map`',
      'pass the file that ends in .safetensors.index.json, which huggingface_hub writes beside the shards',
    )
  }
  const twice = nameTwice(text, index)
  if (twice !== undefined) {
    throw new FormatProblem(`it lists ${show(twice)} twice`, 'remove one of the two entries: that of the wrong file')
  }
  const entries = Object.entries(map)
  for (const [tensor, file] of entries) {
    if (typeof file === 'string' && isFileName(file)) continue
    throw new FormatProblem(
      `it says that the tensor ${show(tensor)} is in ${show(file)}, which is not the name of a file beside it`,
      'put the shards into the folder of the index, and their plain names into it',
    )
  }
  return new Map(entries as [string, string][])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FormatProblem(
      'it is not JSON',
      'check that it is the index itself, not a page about it, and download it again',
    )
  }
}

/** A name that an object of the text has twice: `JSON.parse` keeps the last. */
function nameTwice(text: string, value: unknown): string | undefined {
  const left = new Map<string, number>()
  for (const name of namesIn(text)) left.set(name, (left.get(name) ?? 0) + 1)
  const values = [value]
  while (values.length > 0) {
    const next = values.pop()
    if (typeof next !== 'object' || next === null) continue
    for (const [name, item] of Object.entries(next)) {
      if (!Array.isArray(next)) left.set(name, (left.get(name) ?? 0) - 1)
      values.push(item)
    }
  }
  return [...left].find(([, count]) => count > 0)?.[0]
}

/** The names in a text that is JSON, with those that it has twice. */
function* namesIn(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '"') continue
    const begin = i
    for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++
    let next = i + 1
    while (/\s/.test(text[next] ?? '')) next++
    if (text[next] === ':') yield String(JSON.parse(text.slice(begin, i + 1)))
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[\\/:\0]/.test(name)
}
