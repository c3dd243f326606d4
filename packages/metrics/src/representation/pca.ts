// Principal components of codes: Pearson, On lines and planes of closest fit, 1901; Hotelling, 1933. The figures and signs are those of
// scikit-learn's PCA with the solver `covariance_eigh` or `full`.
import { OptionError } from '@ae/core'
import { assertOptions, positiveInteger, yieldToTasks } from '@ae/core/internal'
import { type CodeSource, type Codes, type Projection, readCodes } from './codes.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** Options of {@link pca}. */
export interface PcaOptions {
  /** How many components, a positive integer of at most `codeSize`. Defaults to 2. */
  readonly components?: number | undefined
}

/** What {@link pca} gives: plain numbers, the caller's. */
export interface PrincipalComponents {
  /** The codes along the components, `[count, components]`: each less the mean, times the components. */
  readonly projected: Projection
  /**
   * `[components, codeSize]`, row after row: directions of length 1, at right angles to each other, in the order of the variance
   * along them. Of each, the entry of the largest absolute value is positive (the first of them, if several are).
   */
  readonly directions: Float64Array
  /** The variance of the codes along each direction, divided by count - 1; descending. */
  readonly variances: Float64Array
  /** Each variance as a share of the sum over all `codeSize` directions; 0 if no code differs from another. */
  readonly shares: Float64Array
  /** The mean of the codes, `[codeSize]`. */
  readonly mean: Float64Array
}

/**
 * The directions in which codes vary most, and the codes along them: a picture of a latent space in two dimensions, and how many
 * dimensions it has.
 *
 * @param codes at least 2; borrowed
 * @param options see {@link PcaOptions}
 * @throws {OptionError} on a bad option, more components than codes have entries, or codes that are not finite numbers
 * @throws {ShapeError} on fewer than 2 codes, or rows that differ in length
 * @example
 * ```ts
 * const { projected, shares } = await pca(await encodeAll(model, digits))
 * ```
 */
export async function pca(codes: CodeSource, options: PcaOptions = {}): Promise<PrincipalComponents> {
  assertOptions('pca', options, { components: positiveInteger })
  const { components = 2 } = options
  const rows = await readCodes('pca', 'codes', codes, 2)
  const { count, codeSize } = rows
  if (components > codeSize) {
    throw new OptionError('`pca` received more `components` than a code has entries.', {
      facts: { Expected: `at most ${codeSize}`, Received: String(components) },
      fix: `pass components: ${codeSize} or fewer`,
    })
  }
  const mean = meanOf(rows)
  const { values, vectors } = await symmetricEigen(await covarianceOf(rows, mean), codeSize)
  const directions = vectors.slice(0, components * codeSize)
  for (let component = 0; component < components; component++) {
    pointForward(directions.subarray(component * codeSize, (component + 1) * codeSize))
  }
  const variances = Float64Array.from(values.subarray(0, components), (variance) => Math.max(0, variance))
  const total = values.reduce((sum, variance) => sum + Math.max(0, variance), 0)
  return {
    projected: { values: project(rows, mean, directions, components), count, codeSize: components },
    directions,
    variances,
    shares: variances.map((variance) => (total > 0 ? variance / total : 0)),
    mean,
  }
}

function meanOf({ values, count, codeSize }: Codes): Float64Array {
  const mean = new Float64Array(codeSize)
  for (let i = 0; i < values.length; i++) {
    mean[i % codeSize] = (mean[i % codeSize] as number) + (values[i] as number) / count
  }
  return mean
}

/** `[codeSize, codeSize]`, divided by count - 1. */
async function covarianceOf({ values, count, codeSize }: Codes, mean: Float64Array): Promise<Float64Array> {
  const covariance = new Float64Array(codeSize * codeSize)
  const row = new Float64Array(codeSize)
  for (let first = 0; first < values.length; first += codeSize) {
    for (let j = 0; j < codeSize; j++) row[j] = (values[first + j] as number) - (mean[j] as number)
    for (let i = 0, at = 0; i < codeSize; i++) {
      const weight = (row[i] as number) / (count - 1)
      for (let j = 0; j < codeSize; j++, at++) covariance[at] = (covariance[at] as number) + weight * (row[j] as number)
    }
    await yieldToTasks()
  }
  return covariance
}

/** Turns a direction round if its largest entry is negative. */
function pointForward(direction: Float64Array): void {
  let largest = 0
  for (const value of direction) if (Math.abs(value) > Math.abs(largest)) largest = value
  if (largest < 0) for (let i = 0; i < direction.length; i++) direction[i] = -(direction[i] as number)
}

/** `[count, components]`. */
function project(
  { values, count, codeSize }: Codes,
  mean: Float64Array,
  directions: Float64Array,
  components: number,
): Float32Array<ArrayBuffer> {
  const projected = new Float32Array(count * components)
  for (let to = 0; to < projected.length; to++) {
    const [row, direction] = [Math.floor(to / components) * codeSize, (to % components) * codeSize]
    let sum = 0
    for (let j = 0; j < codeSize; j++) {
      sum += ((values[row + j] as number) - (mean[j] as number)) * (directions[direction + j] as number)
    }
    projected[to] = sum
  }
  return projected
}
