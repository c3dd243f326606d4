// What the parts of a mixed likelihood of the same kind compute together: whichever their columns, they are few kernels.
import type { RandomAddress } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { drawBits, gumbelNoise, normalNoise } from './draw-from.ts'
import { argMax, exp, log, neg, oneHot, op, sigmoid, softmax } from './kernels.ts'

/** Some neighbouring features of an example, and how they are distributed. */
export interface MixedPart {
  /**
   * `gaussian` for numbers, `bernoulli` for 0 and 1, and `categorical` for one category, as a group of features of which one is 1
   * (one-hot); a group of zeros is a missing category.
   */
  readonly kind: 'gaussian' | 'bernoulli' | 'categorical'
  /** How many features: the number of categories, or of features that are independent of each other. Defaults to 1. */
  readonly size?: number | undefined
  /**
   * Of `gaussian`: a number above 0, in the data's unit, or `perFeature`, which the decoder emits: 0.01 + softplus(raw).
   * Defaults to `perFeature`.
   */
  readonly standardDeviation?: number | 'perFeature' | undefined
  /**
   * If values may be missing, the part has one feature more, its first: 1 where the values are known and 0 where they are
   * missing, which then contribute nothing. That feature itself may be `modelled`, with a Bernoulli distribution, so that draws
   * have missing values too, or `ignored`: draws have none. Defaults to none: no value is missing. Not for `categorical`.
   */
  readonly missing?: 'ignored' | 'modelled' | undefined
}

/** Some features of `[batch, width]`; what it gives is `[batch, its features]`. The raw parameter is there if a scale is learned. */
interface Block {
  /** -log p, nats; one number for each feature, or for each group of them. */
  negativeLog(x: tf.Tensor, location: tf.Tensor, raw?: tf.Tensor): tf.Tensor
  /** Its derivatives with respect to location and raw. */
  derivatives(x: tf.Tensor, location: tf.Tensor, raw?: tf.Tensor): readonly [tf.Tensor, tf.Tensor]
  /** The mean. */
  mean(location: tf.Tensor): tf.Tensor
  /** A draw. */
  draw(location: tf.Tensor, raw: tf.Tensor | undefined, address: RandomAddress): tf.Tensor
}

/** The parts of an example as blocks. */
export interface Layout {
  /** How many features an example has. */
  readonly width: number
  /** 2 if a standard deviation is learned, else 1. */
  readonly parameters: 1 | 2
  readonly blocks: readonly Block[]
  /** For each feature its column in the blocks' columns side by side; the column after the last is for those in no block. */
  readonly place: readonly number[]
  /** Whether there are features in no block: they say what is missing, and are not modelled. */
  readonly hasIgnored: boolean
  /** For each feature the one that says whether it is known, or `width`; undefined if none may be missing. */
  readonly knownAt: readonly number[] | undefined
}

/** The layout of parts that are checked. */
export function layoutOf(parts: readonly MixedPart[]): Layout {
  const numbers: { column: number; deviation: number | undefined }[] = []
  const bits: number[] = []
  const groups: number[][] = []
  const ignored: number[] = []
  const known: (number | undefined)[] = []
  for (const { kind, size = 1, standardDeviation = 'perFeature', missing } of parts) {
    const flag = missing === undefined ? undefined : known.length
    if (flag !== undefined) {
      known.push(undefined)
      if (missing === 'modelled') bits.push(flag)
      else ignored.push(flag)
    }
    const columns = Array.from({ length: size }, (_, i) => known.length + i)
    known.push(...columns.map(() => flag))
    const deviation = standardDeviation === 'perFeature' ? undefined : standardDeviation
    if (kind === 'gaussian') numbers.push(...columns.map((column) => ({ column, deviation })))
    else if (kind === 'bernoulli') bits.push(...columns)
    else groups.push(columns)
  }
  const width = known.length
  const knownAt = known.some((flag) => flag !== undefined) ? known.map((flag) => flag ?? width) : undefined
  const depth = Math.max(0, ...groups.map(({ length }) => length))
  const padded = groups.flatMap((columns) => Array.from({ length: depth }, (_, i) => columns[i] ?? width))
  const order = [...numbers.map(({ column }) => column), ...bits, ...padded]
  const place = Array.from({ length: width }, (_, column) =>
    order.includes(column) ? order.indexOf(column) : order.length,
  )
  const mask = (columns: readonly number[]) => (x: tf.Tensor, values: tf.Tensor) =>
    knownAt === undefined
      ? values
      : tf.mul(
          values,
          pick(
            x,
            columns.map((column) => knownAt[column] ?? width),
            1,
          ),
        )
  const blocks = [
    ...(numbers.length > 0 ? [gaussians(numbers, mask(numbers.map(({ column }) => column)))] : []),
    ...(bits.length > 0 ? [bernoullis(bits, mask(bits))] : []),
    ...(groups.length > 0 ? [categories(padded, depth)] : []),
  ]
  const parameters = numbers.some(({ deviation }) => deviation === undefined) ? 2 : 1
  return { width, parameters, blocks, place, hasIgnored: ignored.length > 0, knownAt }
}

/** Makes what belongs to missing values 0. */
type Mask = (x: tf.Tensor, values: tf.Tensor) => tf.Tensor

/** The smallest learned standard deviation, which keeps the density of a number that never varies bounded. */
const smallestDeviation = 0.01

function gaussians(numbers: readonly { column: number; deviation: number | undefined }[], mask: Mask): Block {
  const columns = numbers.map(({ column }) => column)
  const of = (x: tf.Tensor) => pick(x, columns)
  const learned = () => tf.tensor1d(numbers.map(({ deviation }) => (deviation === undefined ? 1 : 0)))
  const deviationOf = (raw: tf.Tensor | undefined) => {
    const least = tf.tensor1d(numbers.map(({ deviation = smallestDeviation }) => deviation))
    return raw === undefined ? least : tf.add(tf.mul(op(tf.Softplus, of(raw)), learned()), least)
  }
  const standardize = (x: tf.Tensor, location: tf.Tensor, raw: tf.Tensor | undefined) => {
    const deviation = deviationOf(raw)
    return { deviation, z: tf.div(tf.sub(of(x), of(location)), deviation) }
  }
  return {
    negativeLog(x, location, raw) {
      const { deviation, z } = standardize(x, location, raw)
      const logs = tf.add(log(deviation), 0.5 * Math.log(2 * Math.PI))
      return mask(x, tf.add(tf.mul(tf.square(z), 0.5), logs))
    },
    derivatives(x, location, raw) {
      const { deviation, z } = standardize(x, location, raw)
      const byLocation = mask(x, neg(tf.div(z, deviation)))
      if (raw === undefined) return [byLocation, byLocation]
      const byDeviation = tf.div(tf.sub(1, tf.square(z)), deviation)
      return [byLocation, mask(x, tf.mul(tf.mul(byDeviation, sigmoid(of(raw))), learned()))]
    },
    mean: of,
    draw: (location, raw, address) =>
      tf.add(of(location), tf.mul(of(normalNoise(location.shape, address)), deviationOf(raw))),
  }
}

function bernoullis(columns: readonly number[], mask: Mask): Block {
  const of = (x: tf.Tensor) => pick(x, columns)
  return {
    negativeLog(x, location) {
      const logits = of(location)
      return mask(x, tf.sub(op(tf.Softplus, logits), tf.mul(logits, of(x))))
    },
    derivatives(x, location) {
      const slope = mask(x, tf.sub(sigmoid(of(location)), of(x)))
      return [slope, op(tf.ZerosLike, slope)]
    },
    mean: (location) => sigmoid(of(location)),
    draw: (location, _, address) => of(drawBits(sigmoid(location), address)),
  }
}

/** Groups of features that are padded to the same depth, with logits that leave the padding no probability. */
function categories(columns: readonly number[], depth: number): Block {
  const rowsOf = (x: tf.Tensor, padding: number) => tf.reshape(pick(x, columns, padding), [-1, depth]) // [batch groups, depth]
  const logitsOf = (location: tf.Tensor) => rowsOf(location, -1e9)
  const byExample = (rows: tf.Tensor, x: tf.Tensor) => tf.reshape(rows, [x.shape[0] as number, -1])
  return {
    negativeLog(x, location) {
      const [chosen, logits] = [rowsOf(x, 0), logitsOf(location)]
      const shifted = tf.sub(logits, tf.max(logits, 1, true))
      const normalizer = tf.mul(log(tf.sum(exp(shifted), 1)), tf.sum(chosen, 1)) // 0 for a missing category
      return byExample(tf.sub(normalizer, tf.sum(tf.mul(chosen, shifted), 1)), x)
    },
    derivatives(x, location) {
      const chosen = rowsOf(x, 0)
      const share = tf.mul(softmax(logitsOf(location)), tf.sum(chosen, 1, true))
      const slope = byExample(tf.sub(share, chosen), x)
      return [slope, op(tf.ZerosLike, slope)]
    },
    mean: (location) => byExample(softmax(logitsOf(location)), location),
    draw(location, _, address) {
      const noisy = tf.add(location, gumbelNoise(location.shape, address))
      return byExample(tf.cast(oneHot(argMax(logitsOf(noisy)), depth), 'float32'), location)
    },
  }
}

/** Columns of `[batch, width]`; the column `width` is one of `padding`. */
export function pick(x: tf.Tensor, columns: readonly number[], padding?: number): tf.Tensor {
  const [batch = 0, width = 0] = x.shape
  const isPadded = padding !== undefined && columns.includes(width)
  return gather(isPadded ? concat([x, tf.fill([batch, 1], padding)]) : x, columns)
}

/** Columns of a matrix, by their indices. */
export function gather(x: tf.Tensor, columns: readonly number[]): tf.Tensor {
  return tf.gather(x, tf.tensor1d([...columns], 'int32'), 1)
}

/** Matrices side by side. */
export function concat(matrices: readonly tf.Tensor[]): tf.Tensor {
  return matrices.length === 1 ? (matrices[0] as tf.Tensor) : tf.concat([...matrices], 1)
}
