// New examples from the codes that a vector-quantised model gave to its data: how often each vector stands where, and
// next to which neighbours. Backing off as Witten and Bell, The zero-frequency problem, 1991, method C.
import { type Batch, type Dataset, OptionError, uniforms } from '@ae/core'
import { assertBatchOf, assertMembers, assertOptions, oneOf, positiveInteger, shapeOption } from '@ae/core/internal'
import { type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { assertSample, type SampleOptions, type Sampler } from '../assembly/variational.ts'
import { assertIndices } from '../quantization/assert-indices.ts'
import type { VqVae } from '../vq-vae.ts'
import { collectCodes } from './collect-codes.ts'

/** Options of {@link codeSampler}. */
export interface CodeSamplerOptions {
  /**
   * What a position depends on: `neighbours`, up to six that come before it, as far as the data has shown them together; or
   * `nothing`, so that positions are drawn one by one. Defaults to `neighbours`.
   */
  readonly dependence?: 'neighbours' | 'nothing' | undefined
  /** How many examples it is fitted to at most, the first ones; a positive integer. Defaults to 10000. */
  readonly limit?: number | undefined
}

/** The distribution of a model's codes, with the model that decodes them. */
export interface CodeSampler extends Sampler {
  /** How often each vector stands at each position: `[positions][codebookSize]`; each row adds up to 1. */
  readonly shares: readonly Float64Array[]
  /**
   * The information in codes, -log2 p(code) by this distribution: how many bits an arithmetic coder that knows it would take.
   * An index that the data never had at its position counts as one of those that it may have had, so that no length is infinite.
   *
   * @param indices `[batch, positions]`, as `encodeIndices` of the model gives them; borrowed
   * @returns bits, one number for each code
   * @throws {ShapeError} when `indices` has another shape
   * @throws {OptionError} when one is not of the codebook
   */
  bits(indices: Tensor2D): Promise<Float64Array>
}

/**
 * Counts the codes of a data set, to draw new ones position by position.
 *
 * @param model borrowed, also by the sampler: dispose of it after the last `sample`
 * @param data borrowed
 * @returns holds plain numbers and no tensors; with a temperature below 1 `sample` prefers what is frequent, and at 0 takes
 *   the most frequent alone
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} when the data is empty
 * @example
 * ```ts
 * const sampler = await codeSampler(model, digits)
 * const images = sampler.sample(64, { seed: 3 }) // [64, 28, 28, 1]
 * images.dispose()
 * ```
 */
export async function codeSampler(
  model: Pick<VqVae, 'encodeIndices' | 'decodeIndices' | 'codebookSize' | 'codeShape'>,
  data: Dataset<Batch>,
  options: CodeSamplerOptions = {},
): Promise<CodeSampler> {
  assertOptions('codeSampler', options, { dependence: oneOf('neighbours', 'nothing'), limit: positiveInteger })
  assertMembers('codeSampler', 'model', model, {
    expected: 'a vector-quantised model',
    members: {
      encodeIndices: 'function',
      decodeIndices: 'function',
      codebookSize: positiveInteger,
      codeShape: shapeOption,
    },
    fix: 'pass a vqVae; for other models use gaussianSampler or mixtureSampler',
  })
  const { dependence = 'neighbours', limit = 10_000 } = options
  const { codebookSize, codeShape } = model
  const width = codeShape.at(-1) ?? 1
  const codes = await collectCodes('codeSampler', (images) => model.encodeIndices(images), data, limit)
  const positions = codes.size
  const neighbours = codeShape.length > 1 ? neighboursInMap : neighboursInRow
  const countable = Math.floor(Math.log(2 ** 53 / positions / codebookSize) / Math.log(codebookSize + 1))
  const levels = dependence === 'nothing' ? [] : neighbours.slice(0, countable).map((_, i) => i + 1)

  /** A number for a position with its first neighbours; those outside the code count as one vector more. */
  const contextOf = (code: ArrayLike<number>, at: number, position: number, level: number) => {
    const [row, column] = [Math.floor(position / width), position % width]
    let context = position
    for (const [down, right] of neighbours.slice(0, level)) {
      const isInside = row + down >= 0 && column + right >= 0 && column + right < width
      const index = isInside ? (code[at + position + down * width + right] as number) : codebookSize
      context = context * (codebookSize + 1) + index
    }
    return context
  }
  const shares = Array.from({ length: positions }, (_, position) => {
    const share = new Float64Array(codebookSize)
    for (let at = position; at < codes.values.length; at += positions) {
      const index = codes.values[at] as number
      share[index] = (share[index] as number) + 1 / codes.count
    }
    return share
  })
  // What was seen, as sorted numbers context * codebookSize + index: a context is a range of them.
  const seen = levels.map((level) => {
    const all = new Float64Array(codes.values.length)
    for (let i = 0; i < all.length; i++) {
      const position = i % positions
      all[i] = contextOf(codes.values, i - position, position, level) * codebookSize + (codes.values[i] as number)
    }
    return all.sort()
  })
  /** The distribution of a position, by its neighbours and what is known without them. */
  const given = (code: Int32Array, at: number, position: number, without: readonly Float64Array[]) => {
    let probabilities = without[position] as Float64Array
    for (const [i, level] of levels.entries()) {
      const first = contextOf(code, at, position, level) * codebookSize
      probabilities = backOff(seen[i] as Float64Array, first, probabilities)
    }
    return probabilities
  }
  return {
    shares,
    sample(count, sampleOptions = {}) {
      assertSample(count, sampleOptions)
      assertMeans(sampleOptions)
      const { seed = 0, temperature = 1 } = sampleOptions
      const choices = uniforms('codeSampler', { seed }, count * positions)
      const drawn = new Int32Array(count * positions)
      for (const [i, choice] of choices.entries()) {
        const position = i % positions
        drawn[i] = pick(given(drawn, i - position, position, shares), choice, temperature)
      }
      return tidy(() => model.decodeIndices(tensor2d(drawn, [count, positions], 'int32')))
    },
    async bits(indices) {
      assertBatchOf('bits', 'indices', indices, [positions], { dtype: 'int32' })
      const code = (await indices.data()) as Int32Array
      assertIndices('bits', code, codebookSize)
      const smoothed = shares.map((share) => smooth(share, codes.count))
      const bits = new Float64Array(code.length / positions)
      for (const [i, index] of code.entries()) {
        const position = i % positions
        const probabilities = given(code, i - position, position, smoothed)
        const example = Math.floor(i / positions)
        bits[example] = (bits[example] as number) - Math.log2(probabilities[index] as number)
      }
      return bits
    },
  }
}

function assertMeans({ draw }: SampleOptions): void {
  if (draw !== true) return
  throw new OptionError('`sample` of a codeSampler cannot draw from p(x given the code).', {
    facts: { Expected: 'no `draw`, or false', Received: 'true' },
    fix: 'leave out `draw`: examples are the means of their codes, which are drawn',
  })
}

/** Neighbours that are drawn before a position, the nearest first: rows down, columns to the right. */
const neighboursInMap = [
  [0, -1],
  [-1, 0],
  [-1, 1],
  [-1, -1],
  [0, -2],
  [-2, 0],
] as const
const neighboursInRow = /* @__PURE__ */ [1, 2, 3, 4, 5, 6].map((back) => [0, -back] as const)

/**
 * Witten-Bell smoothing: counts in this context, interpolated with the distribution of the wider context, which is weighted by
 * the number of distinct symbols seen.
 */
function backOff(seen: Float64Array, first: number, wider: Float64Array): Float64Array {
  const counts = new Float64Array(wider.length)
  let total = 0
  let different = 0
  const end = firstAtLeast(seen, first + counts.length)
  for (let i = firstAtLeast(seen, first); i < end; different++) {
    const value = seen[i] as number
    const next = firstAtLeast(seen, value + 1, i)
    counts[value - first] = next - i
    total += next - i
    i = next
  }
  if (total === 0) return wider
  return counts.map((n, index) => (n + different * (wider[index] as number)) / (total + different))
}

/** The same smoothing of shares of so many codes by equal ones, which leaves none at 0. */
function smooth(share: Float64Array, count: number): Float64Array {
  const different = share.filter((value) => value > 0).length
  return share.map((value) => (value * count + different / share.length) / (count + different))
}

/** The place of the first number from `start` on that is at least `bound`, by bisection. */
function firstAtLeast(sorted: Float64Array, bound: number, start = 0): number {
  let [low, high] = [start, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** An index by its probability to the power of 1 / temperature. */
function pick(probabilities: Float64Array, choice: number, temperature: number): number {
  const largest = Math.max(...probabilities)
  const sharpened = probabilities.map((p) =>
    temperature === 0 ? Number(p === largest) : (p / largest) ** (1 / temperature),
  )
  let left = choice * sharpened.reduce((sum, value) => sum + value, 0)
  for (const [index, value] of sharpened.entries()) {
    left -= value
    if (left < 0) return index
  }
  return probabilities.indexOf(largest)
}
