// The header of a safetensors file, read as if an attacker had written it.
// https://github.com/huggingface/safetensors#format

import { show } from '../checks/show.ts'
import { type ErrorDetails, WeightsError } from '../errors.ts'
import type { LengthClaim } from '../stores/download.ts'

/** How errors name what is being read. */
export interface ReadingContext {
  /** The public function that reads. Defaults to the one called. */
  readonly caller?: string | undefined
  /** What is read, e.g. `vae.safetensors`. Defaults to `the bytes`. */
  readonly source?: string | undefined
}

/** One tensor as the header lists it; `shape` is still unchecked, and `dtype` may be unknown. */
export interface HeaderEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly unknown[]
  /** First byte, and the byte after the last, counted from the header's end: integers, begin <= end. */
  readonly offsets: readonly [begin: number, end: number]
}

/** Longest header in bytes, as in the reference implementation: a limit on what a malicious file can make us parse. */
const maximumHeader = 100_000_000

/** Most values in a header, some 70,000 tensors: parsed JSON can take thirty times the memory of its text. */
const maximumValues = 1_000_000

/**
 * Reads the header.
 *
 * @returns the entries in the order of their offsets, the metadata, and a view of the bytes after the header
 * @throws {WeightsError} when there is no well-formed header
 */
export function readHeader(
  bytes: Uint8Array,
  context: ReadingContext,
): { entries: HeaderEntry[]; metadata: Map<string, string>; values: Uint8Array } {
  const start = 8 + readLength(bytes, context)
  const text = readText(bytes.subarray(8, start), context)
  const entries: HeaderEntry[] = []
  const metadata = new Map<string, string>()
  const expected = count(text)
  if (expected.values > maximumValues) {
    throw refusal(context, 'its header is too large', {
      facts: { Expected: `at most ${maximumValues} values`, Received: `${expected.values} values` },
    })
  }
  let names = 0
  for (const [name, entry] of Object.entries(parse(text, context))) {
    const wellFormed = name === '__metadata__' ? readMetadata(entry, metadata) : readEntry(name, entry, entries)
    if (!wellFormed) {
      throw refusal(context, `the entry ${show(name)} of its header is malformed`, { facts: { Received: show(entry) } })
    }
    names += 1 + Object.keys(entry as object).length
  }
  if (names !== expected.names) throw refusal(context, 'a name occurs twice in its header')
  entries.sort((a, b) => a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1])
  return { entries, metadata, values: bytes.subarray(start) }
}

/**
 * The length that a file claims to have, if it begins like a safetensors file.
 *
 * @param beginning the first bytes, at least 9
 * @returns its length; or how many bytes are needed to know it; undefined if it begins differently
 * @throws {WeightsError} when it begins like one, but its header is malformed
 */
export function claimedLength(beginning: Uint8Array, context: ReadingContext): LengthClaim | undefined {
  const length = beginning.length < 9 ? maximumHeader + 1 : headerLength(beginning)
  if (length > maximumHeader || beginning[8] !== 0x7b) return undefined // {
  const start = 8 + Number(length)
  if (beginning.length < start) return { needs: start }
  const { entries } = readHeader(beginning, context)
  return { length: entries.reduce((most, { offsets: [, end] }) => Math.max(most, start + end), start) }
}

/** The error for a file that ends too early. */
export function truncated(context: ReadingContext, expected: number, received: number): WeightsError {
  return refusal(context, 'it is truncated', {
    facts: { Expected: `at least ${expected} bytes`, Received: `${received} bytes` },
  })
}

/** The error for a file that cannot be read. */
export function refusal(
  { caller = 'readSafetensors', source = 'the bytes' }: ReadingContext,
  problem: string,
  details: ErrorDetails = {},
): WeightsError {
  return new WeightsError(`\`${caller}\` cannot read ${source}: ${problem}.`, {
    fix: 'the file is damaged: copy or download it again',
    ...details,
  })
}

/**
 * Parses a text of the metadata as JSON.
 *
 * @returns undefined when it is not JSON, or holds more values than a header may
 */
export function parseText(text = ''): unknown {
  try {
    return count(text).values > maximumValues ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function readLength(bytes: Uint8Array, context: ReadingContext): number {
  if (bytes.length < 8) throw truncated(context, 8, bytes.length)
  const length = headerLength(bytes)
  if (length > maximumHeader) {
    throw refusal(context, 'it does not begin like a safetensors file', {
      facts: {
        Expected: `the length of a header, at most ${maximumHeader}`,
        Received: `${length}, or as text ${show(new TextDecoder().decode(bytes.subarray(0, 8)))}`,
      },
      fix: 'check that the path or address is that of the file itself, not of a page about it',
    })
  }
  if (8 + Number(length) > bytes.length) throw truncated(context, 8 + Number(length), bytes.length)
  return Number(length)
}

function headerLength({ buffer, byteOffset }: Uint8Array): bigint | number {
  return new DataView(buffer, byteOffset, 8).getBigUint64(0, true)
}

function readText(bytes: Uint8Array, context: ReadingContext): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw refusal(context, 'its header is not UTF-8', { cause })
  }
}

function parse(text: string, context: ReadingContext): object {
  try {
    if (text.startsWith('{')) return JSON.parse(text)
  } catch (cause) {
    // No cause: programs that print errors with their causes would print the file's control characters.
    throw refusal(context, 'its header is not JSON', { facts: { Reason: String(cause) } })
  }
  throw refusal(context, 'its header is not a JSON object', { facts: { Received: show(text) } })
}

function readMetadata(entry: unknown, metadata: Map<string, string>): boolean {
  if (!isRecord(entry)) return false
  for (const [name, text] of Object.entries(entry)) {
    if (typeof text !== 'string') return false
    metadata.set(name, text)
  }
  return true
}

function readEntry(name: string, entry: unknown, entries: HeaderEntry[]): boolean {
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== 'data_offsets,dtype,shape') return false
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(offsets) || offsets.length !== 2)
    return false
  const [begin, end] = offsets
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) return false
  entries.push({ name, dtype, shape, offsets: [begin, end] })
  return true
}

/** Counts the names in JSON text (JSON.parse hides one that occurs twice) and all its values, without parsing it. */
function count(json: string): { names: number; values: number } {
  let names = 0
  let values = 1
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const unit = json.charAt(i)
    if (unit === '"') inString = !inString
    else if (inString)
      i += Number(unit === '\\') // an escaped quote does not end the string
    else if (unit === ':') names++
    else if (unit === ',' || unit === '[' || unit === '{') values++
  }
  return { names, values }
}

/** An object that is not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
