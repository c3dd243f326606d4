// Codes in two dimensions by umap-js: McInnes, Healy and Melville, UMAP: uniform manifold approximation and projection for dimension
// reduction, 2018. Its random search of neighbours can run forever on some data, so it is given the neighbours.
import { OptionError, uniforms } from '@ae/core'
import { assertOptions, functionOption, nonNegativeNumber, positiveInteger, seedOption } from '@ae/core/internal'
import { type LongMeasureOptions, longMeasureChecks, pause } from '../long-measure.ts'
import { type CodeSource, type Codes, type Projection, readCodes } from './codes.ts'
import { nearestRows } from './nearest-codes.ts'

/** What is used of an object of the class `UMAP` of umap-js. */
export interface UmapRun {
  /** Takes the neighbours of each row, itself first, with their distances. */
  setPrecomputedKNN(indices: number[][], distances: number[][]): void
  /** Prepares the rows. @returns how many steps to take */
  initializeFit(rows: number[][]): number
  /** Moves every row once. */
  step(): number
  /** The rows where they are now. */
  getEmbedding(): number[][]
}

/** The class `UMAP` of umap-js. */
export type UmapClass = new (parameters: {
  readonly nComponents: number
  readonly nNeighbors: number
  readonly minDist: number
  readonly nEpochs?: number
  readonly random: () => number
}) => UmapRun

/** Options of {@link umap}. */
export interface UmapOptions extends Pick<LongMeasureOptions, 'signal'> {
  /** The class `UMAP` of the package umap-js (1.4), which is not installed along with this one. */
  readonly UMAP: UmapClass
  /** How many dimensions, a positive integer. Defaults to 2. */
  readonly components?: number | undefined
  /** How many codes make a neighbourhood, itself included: an integer from 2 to the number of codes - 1. Defaults to 15. */
  readonly neighbors?: number | undefined
  /** How close codes may come to lie, at least 0. Defaults to 0.1. */
  readonly minimumDistance?: number | undefined
  /** Steps, a positive integer. Defaults to what umap-js takes: 500 for up to 2,500 codes, fewer for more. */
  readonly steps?: number | undefined
  /** Seeds the start and the steps. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * Codes in few dimensions, such that neighbours stay neighbours: a picture of a latent space. Distances between clusters and their
 * sizes say nothing; {@link pca} keeps distances. Each code is compared with each other one; the event loop is held while umap-js
 * prepares the codes.
 *
 * @param codes more than `neighbors`; borrowed
 * @param options with the class `UMAP` of umap-js; see {@link UmapOptions}
 * @returns `[count, components]`, the caller's; the same for the same options
 * @throws {OptionError} on a missing or bad option, or codes that are not finite numbers
 * @throws {ShapeError} on too few codes, or rows that differ in length
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * import { UMAP } from 'umap-js'
 * const { values } = await umap(await encodeAll(model, digits), { UMAP, seed: 1 })
 * ```
 */
export async function umap(codes: CodeSource, options: UmapOptions): Promise<Projection> {
  assertInstalled(options)
  assertOptions(
    'umap',
    options,
    {
      UMAP: functionOption,
      components: positiveInteger,
      neighbors: (value) =>
        Number.isSafeInteger(value) && Number(value) >= 2 ? undefined : 'an integer of at least 2',
      minimumDistance: nonNegativeNumber,
      steps: positiveInteger,
      seed: seedOption,
      signal: longMeasureChecks.signal,
    },
    ['UMAP'],
  )
  const { UMAP, components = 2, neighbors = 15, minimumDistance = 0.1, steps, seed = 0, signal } = options
  const rows = await readCodes('umap', 'codes', codes, neighbors + 1)
  const nearest = await nearestRows(rows, rows, neighbors)
  await pause(signal)
  const run = new UMAP({
    nComponents: components,
    nNeighbors: neighbors,
    minDist: minimumDistance,
    ...(steps === undefined ? {} : { nEpochs: steps }),
    random: streamOf(seed),
  })
  const indices = Array.from({ length: rows.count }, (_, i) => {
    const others = [...nearest.subarray(i * neighbors, (i + 1) * neighbors)].filter((row) => row !== i)
    return [i, ...others.slice(0, neighbors - 1)]
  })
  run.setPrecomputedKNN(
    indices,
    indices.map((own, i) => own.map((row) => distanceOf(rows, i, row))),
  )
  const total = run.initializeFit(
    Array.from({ length: rows.count }, (_, i) => [...rows.values.subarray(i * rows.codeSize, (i + 1) * rows.codeSize)]),
  )
  for (let step = 0; step < total; step++) {
    run.step()
    await pause(signal)
  }
  return { values: Float32Array.from(run.getEmbedding().flat()), count: rows.count, codeSize: components }
}

/** A missing class has an error of its own, because the package that has it is not installed along. */
function assertInstalled(options: unknown): void {
  const given = typeof options === 'object' && options !== null ? (options as Partial<UmapOptions>).UMAP : undefined
  if (typeof given === 'function') return
  throw new OptionError('`umap` needs the class `UMAP` of the package umap-js.', {
    facts: { Expected: 'umap(codes, { UMAP })', Received: given === undefined ? 'no UMAP' : typeof given },
    fix: "run npm install umap-js, then import { UMAP } from 'umap-js'",
  })
}

/** Random numbers one after the other. */
function streamOf(seed: number): () => number {
  let [step, at] = [0, 0]
  let draws = uniforms('umap', { seed, step }, 4096)
  return () => {
    if (at === draws.length) {
      step++
      at = 0
      draws = uniforms('umap', { seed, step }, 4096)
    }
    return draws[at++] as number
  }
}

function distanceOf({ values, codeSize }: Codes, a: number, b: number): number {
  let sum = 0
  for (let j = 0; j < codeSize; j++) {
    sum += ((values[a * codeSize + j] as number) - (values[b * codeSize + j] as number)) ** 2
  }
  return Math.sqrt(sum)
}
