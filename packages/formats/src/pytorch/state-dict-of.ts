// Finds the weights in what a checkpoint holds: a state dict, one among other entries, or several by the names of their modules.
import { printable } from '@ae/core/internal'
import { FormatProblem } from '../bytes/format-problem.ts'
import type { Pickled } from './pickle.ts'
import { TensorRecord } from './torch-names.ts'

/** Where checkpoints keep the weights: Lightning, pythae, common scripts. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'module', 'net', 'network', 'weights']

/** What is not weights of the model. */
const otherEntries = /optim|sched|scaler|callbacks|loops|hyper_parameters|hparams|rng|(^|_)ema(_|$)/i

/**
 * The tensors of a state dict by name.
 *
 * @param contents of the file
 * @param key which entry; undefined to search
 * @param limit how many entries may be looked at: containers may hold one another
 * @throws {FormatProblem} when there is none
 */
export function stateDictOf(
  contents: Pickled,
  key: string | undefined,
  limit: number,
): ReadonlyMap<string, TensorRecord> {
  const search = new Search(limit)
  if (key !== undefined) {
    search.collect(at(contents, key), '')
    return search.found(`its entry ${JSON.stringify(printable(key, 60))} holds no tensors`)
  }
  if (contents instanceof Map) {
    for (const usual of usualKeys) {
      const entry = contents.get(usual)
      if (!(entry instanceof Map)) continue
      search.collect(entry, '')
      if (search.records.size > 0) return search.records
    }
  }
  search.collect(contents, '', otherEntries)
  return search.found('it holds no tensors, or only those of an optimiser')
}

class Search {
  readonly records = new Map<string, TensorRecord>()
  private characters = 0

  private left: number

  constructor(left: number) {
    this.left = left
  }

  collect(value: Pickled, path: string, except?: RegExp): void {
    this.left -= 1
    this.characters += path.length
    if (this.left < -1000 || path.length > 10_000 || this.characters > 1e8) {
      throw new FormatProblem('its containers hold one another too often')
    }
    if (value instanceof TensorRecord) {
      this.records.set(path === '' ? 'tensor' : path, value)
      return
    }
    const entries = value instanceof Map ? value : Array.isArray(value) ? value.entries() : []
    for (const [name, entry] of entries) {
      if (typeof name !== 'string' && typeof name !== 'number') continue
      const isOther = !(entry instanceof TensorRecord) && except?.test(String(name))
      if (!isOther) this.collect(entry, path === '' ? String(name) : `${path}.${name}`, except)
    }
  }

  found(problem: string): ReadonlyMap<string, TensorRecord> {
    if (this.records.size > 0) return this.records
    throw new FormatProblem(problem, "in Python save the weights: torch.save(model.state_dict(), 'weights.pt')")
  }
}

/** The entry at a path; a key may itself have dots. */
function at(contents: Pickled, path: string): Pickled {
  if (!(contents instanceof Map)) return undefined
  if (contents.has(path)) return contents.get(path)
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const inner = contents.get(path.slice(0, dot))
    if (inner !== undefined) return at(inner, path.slice(dot + 1))
  }
  const names = [...contents.keys()]
    .filter((name) => typeof name === 'string')
    .map((name) => printable(String(name), 60))
  throw new FormatProblem(
    `it has no entry ${JSON.stringify(printable(path, 60))}`,
    `pass one of its entries as \`key\`: ${names.slice(0, 20).join(', ')}`,
  )
}
