// Clusters of codes: Lloyd, Least squares quantization in PCM, 1982, started as k-means++, Arthur and Vassilvitskii, 2007.
import { OptionError, uniforms } from '@ae/core'
import { assertOptions, positiveInteger, seedOption, yieldToTasks } from '@ae/core/internal'
import { type CodeSource, type Codes, readCodes } from './codes.ts'

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** How many clusters, a positive integer of at most the number of different codes. */
  readonly clusters: number
  /** How often it starts anew, a positive integer; the best run is kept. Defaults to 10. */
  readonly restarts?: number | undefined
  /** Rounds a run at most, a positive integer; a run ends earlier when no code changes its cluster. Defaults to 300. */
  readonly iterations?: number | undefined
  /** Seeds the starts. Defaults to 0. */
  readonly seed?: number | undefined
}

/** What {@link kMeans} gives: plain numbers, the caller's. */
export interface Clustering {
  /** The cluster of each code, from 0. */
  readonly clusters: Int32Array
  /** `[clusters, codeSize]`, row after row: the mean of each cluster. */
  readonly centers: Float64Array
  /** The squared distance of each code from its center, summed. */
  readonly inertia: number
}

/**
 * Puts codes into clusters around means, so that the squared distances from the means are small: the least inertia of several starts.
 *
 * @param codes borrowed
 * @param options see {@link KMeansOptions}
 * @returns the same for the same options
 * @throws {OptionError} on a bad option, fewer different codes than clusters, or codes that are not finite numbers
 * @throws {ShapeError} when rows differ in length
 * @example
 * ```ts
 * const codes = await encodeAll(model, digits)
 * const { clusters } = await kMeans(codes, { clusters: 10, seed: 1 })
 * console.log(adjustedRandIndex(codes.labels, clusters))
 * ```
 */
export async function kMeans(codes: CodeSource, options: KMeansOptions): Promise<Clustering> {
  assertOptions(
    'kMeans',
    options,
    { clusters: positiveInteger, restarts: positiveInteger, iterations: positiveInteger, seed: seedOption },
    ['clusters'],
  )
  const { clusters, restarts = 10, iterations = 300, seed = 0 } = options
  const rows = await readCodes('kMeans', 'codes', codes)
  if (clusters > rows.count) throw tooFewCodes(clusters, `${rows.count} codes`, rows.count)
  let best: Clustering | undefined
  for (let start = 0; start < restarts; start++) {
    const centers = spreadCenters(rows, clusters, uniforms('kMeans', { seed, step: start }, clusters))
    const found = await lloyd(rows, centers, iterations)
    if (best === undefined || found.inertia < best.inertia) best = found
  }
  return best as Clustering
}

/**
 * Moves centers to the means of the codes that are nearest to them, until none changes its cluster. A center without codes moves
 * to the code that is farthest from its own.
 *
 * @param centers `[clusters, codeSize]`, borrowed
 */
export async function lloyd(codes: Codes, centers: Float64Array, iterations: number): Promise<Clustering> {
  const { values, count, codeSize } = codes
  const moving = Float64Array.from(centers)
  const clusters = new Int32Array(count).fill(-1)
  const distances = new Float64Array(count)
  let changed = await assign(codes, moving, clusters, distances)
  for (let round = 0; round < iterations && changed; round++) {
    const sizes = new Float64Array(moving.length / codeSize)
    for (const cluster of clusters) sizes[cluster] = (sizes[cluster] as number) + 1
    for (const [empty, size] of sizes.entries()) if (size === 0) fillCluster(empty, clusters, distances, sizes)
    moving.fill(0)
    for (let i = 0; i < values.length; i++) {
      const cluster = clusters[Math.floor(i / codeSize)] as number
      const at = cluster * codeSize + (i % codeSize)
      moving[at] = (moving[at] as number) + (values[i] as number) / (sizes[cluster] as number)
    }
    changed = await assign(codes, moving, clusters, distances)
  }
  return { clusters, centers: moving, inertia: distances.reduce((sum, distance) => sum + distance, 0) }
}

/** Gives a cluster without codes the code that is farthest from its center, of those in clusters of several. */
function fillCluster(empty: number, clusters: Int32Array, distances: Float64Array, sizes: Float64Array): void {
  let farthest = -1
  for (let i = 0; i < clusters.length; i++) {
    const isFree = (sizes[clusters[i] as number] as number) > 1
    if (isFree && (farthest < 0 || (distances[i] as number) > (distances[farthest] as number))) farthest = i
  }
  const from = clusters[farthest] as number
  sizes[from] = (sizes[from] as number) - 1
  sizes[empty] = 1
  clusters[farthest] = empty
  distances[farthest] = 0
}

/** Each code to its nearest center, the first of several. @returns whether any changed */
async function assign(
  { values, count, codeSize }: Codes,
  centers: Float64Array,
  clusters: Int32Array,
  distances: Float64Array,
): Promise<boolean> {
  let changed = false
  for (let row = 0; row < count; row++) {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY]
    for (let at = 0, cluster = 0; at < centers.length; cluster++) {
      let sum = 0
      for (let j = row * codeSize, end = j + codeSize; j < end; j++, at++) {
        sum += ((values[j] as number) - (centers[at] as number)) ** 2
      }
      if (sum < least) [nearest, least] = [cluster, sum]
    }
    changed ||= clusters[row] !== nearest
    clusters[row] = nearest
    distances[row] = least
    if (row % 64 === 0) await yieldToTasks()
  }
  return changed
}

/** Codes as centers: the first at random, each next one with a probability as its squared distance to the nearest before. */
function spreadCenters({ values, count, codeSize }: Codes, clusters: number, draws: Float32Array): Float64Array {
  const centers = new Float64Array(clusters * codeSize)
  const distances = new Float64Array(count).fill(1)
  for (let cluster = 0; cluster < clusters; cluster++) {
    const total = distances.reduce((sum, distance) => sum + distance, 0)
    if (total === 0) {
      throw tooFewCodes(clusters, `${cluster} among ${count}`, cluster)
    }
    let left = (draws[cluster] as number) * total
    let chosen = distances.findIndex((distance) => {
      left -= distance
      return left < 0
    })
    if (chosen < 0) chosen = distances.findLastIndex((distance) => distance > 0)
    const center = values.subarray(chosen * codeSize, (chosen + 1) * codeSize)
    centers.set(center, cluster * codeSize)
    for (let row = 0; row < count; row++) {
      let sum = 0
      for (let j = 0; j < codeSize; j++) sum += ((values[row * codeSize + j] as number) - (center[j] as number)) ** 2
      distances[row] = cluster === 0 ? sum : Math.min(distances[row] as number, sum)
    }
  }
  return centers
}

function tooFewCodes(clusters: number, received: string, most: number): OptionError {
  return new OptionError('`kMeans` received fewer different codes than `clusters`.', {
    facts: { Expected: `at least ${clusters} different codes`, Received: received },
    fix: `pass clusters: ${most} or fewer, or more codes`,
  })
}
