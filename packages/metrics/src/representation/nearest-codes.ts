// Search among codes: Fix and Hodges, Discriminatory analysis, 1951, by comparing each query with each code.
import { OptionError } from '@ae/core'
import { assertOptions, oneOf, positiveInteger, yieldToTasks } from '@ae/core/internal'
import { type CodeSource, type Codes, readCodes } from './codes.ts'
import { assertSameSize } from './labelled-codes.ts'

/** Options of {@link nearestCodes}. */
export interface NearestCodesOptions {
  /** How many codes to find for each query, a positive integer of at most the number of codes. Defaults to 5. */
  readonly neighbors?: number | undefined
  /** How far codes are apart: `euclidean`, or `cosine`, 1 less the cosine of their angle. Defaults to `euclidean`. */
  readonly distance?: 'euclidean' | 'cosine' | undefined
}

/** What {@link nearestCodes} gives: plain numbers, the caller's. */
export interface NearestCodes {
  /** `[queries, neighbors]`, row after row: the places of the nearest codes, counted from 0, nearest first. */
  readonly indices: Uint32Array
  /** `[queries, neighbors]`: how far each of them is from its query. */
  readonly distances: Float64Array
}

/**
 * The codes that lie nearest to each query: search by example in latent space. Each query is compared with each code, in
 * time proportional to their product. Of codes at the same distance the earlier one is nearer.
 *
 * @param codes what is searched, e.g. what `encodeAll` gives of a catalogue; borrowed
 * @param queries codes of the same model; borrowed
 * @param options see {@link NearestCodesOptions}
 * @throws {OptionError} on a bad option, more neighbours than codes, queries of another length, codes that are not finite, or with
 *   `cosine` a code of zeros
 * @throws {ShapeError} when rows differ in length
 * @example
 * ```ts
 * const { indices } = await nearestCodes(await encodeAll(model, catalogue), await encodeAll(model, queries), { neighbors: 8 })
 * const found = await batchOf(catalogue, indices.subarray(0, 8)) // the eight pictures most like the first query
 * ```
 */
export async function nearestCodes(
  codes: CodeSource,
  queries: CodeSource,
  options: NearestCodesOptions = {},
): Promise<NearestCodes> {
  assertOptions('nearestCodes', options, { neighbors: positiveInteger, distance: oneOf('euclidean', 'cosine') })
  const { neighbors = 5, distance = 'euclidean' } = options
  const [readAll, readSought] = [
    await readCodes('nearestCodes', 'codes', codes),
    await readCodes('nearestCodes', 'queries', queries),
  ]
  assertSameSize('nearestCodes', ['codes', readAll], ['queries', readSought])
  assertEnough('nearestCodes', 'codes', readAll.count, neighbors)
  const all = scaledFor(distance, 'nearestCodes', 'codes', readAll)
  const sought = scaledFor(distance, 'nearestCodes', 'queries', readSought)
  const indices = await nearestRows(all, sought, neighbors)
  const distances = Float64Array.from(indices, (row, i) => {
    const squared = squaredDistance(all, row, sought, Math.floor(i / neighbors))
    return distance === 'cosine' ? squared / 2 : Math.sqrt(squared)
  })
  return { indices, distances }
}

/** @throws {OptionError} when there are fewer codes than neighbours wanted */
export function assertEnough(functionName: string, codes: string, count: number, neighbors: number): void {
  if (neighbors <= count) return
  throw new OptionError(`\`${functionName}\` received fewer ${codes} than \`neighbors\`.`, {
    facts: { Expected: `at least ${neighbors}`, Received: String(count) },
    fix: `pass more ${codes}, or fewer neighbors`,
  })
}

function squaredDistance(a: Codes, row: number, b: Codes, query: number): number {
  let sum = 0
  for (let j = 0; j < a.codeSize; j++) {
    sum += ((a.values[row * a.codeSize + j] as number) - (b.values[query * b.codeSize + j] as number)) ** 2
  }
  return sum
}

/**
 * The rows of `codes` that lie nearest to each of `queries`, nearest first.
 *
 * @param neighbors how many, at most `codes.count`
 * @returns `[queries, neighbors]`
 */
export async function nearestRows(codes: Codes, queries: Codes, neighbors: number): Promise<Uint32Array> {
  const { values, count, codeSize } = codes
  const nearest = new Uint32Array(queries.count * neighbors)
  const distances = new Float64Array(neighbors)
  for (let query = 0; query < queries.count; query++) {
    const from = query * codeSize
    const rows = nearest.subarray(query * neighbors, (query + 1) * neighbors)
    distances.fill(Number.POSITIVE_INFINITY)
    for (let row = 0; row < count; row++) {
      const farthest = distances[neighbors - 1] as number
      let sum = 0
      for (let j = 0, at = row * codeSize; j < codeSize && sum < farthest; j++) {
        sum += ((values[at + j] as number) - (queries.values[from + j] as number)) ** 2
      }
      if (sum >= farthest) continue
      let place = neighbors - 1
      for (; place > 0 && (distances[place - 1] as number) > sum; place--) {
        distances[place] = distances[place - 1] as number
        rows[place] = rows[place - 1] as number
      }
      distances[place] = sum
      rows[place] = row
    }
    await yieldToTasks()
  }
  return nearest
}

/** Codes whose euclidean distances order like the wanted ones: for `cosine`, whose distance is half of their square, rows of length 1. */
export function scaledFor(
  distance: 'euclidean' | 'cosine',
  functionName: string,
  argument: string,
  codes: Codes,
): Codes {
  if (distance === 'euclidean') return codes
  const { values, count, codeSize } = codes
  const scaled = Float64Array.from(values)
  for (let row = 0; row < count; row++) {
    const own = scaled.subarray(row * codeSize, (row + 1) * codeSize)
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    if (length === 0) {
      throw new OptionError(`\`${functionName}\` received a code of zeros in \`${argument}\`, which has no cosine.`, {
        facts: { Expected: 'codes that are not all zeros', Received: `row ${row}` },
        fix: "pass distance: 'euclidean', or leave the code out",
      })
    }
    for (let j = 0; j < codeSize; j++) own[j] = (own[j] as number) / length
  }
  return { values: scaled, count, codeSize }
}
