// Pictures and what they are compared with: checked, as [count, height, width, channels], a few at a time.
import { type Shape, ShapeError } from '@ae/core'
import { assertTensor, type OptionCheck, positiveInteger } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { estimateOf, type MeanEstimate } from '../estimate.ts'

/** A measure of each picture, and its mean. */
export interface PictureMeasure extends MeanEstimate {
  /** The measure of each picture, in their order. */
  readonly values: Float32Array
}

/** The height and width of a picture, and its channels if it has that axis. */
export const pictureShapeOption: OptionCheck = (value) =>
  Array.isArray(value) && [2, 3].includes(value.length) && value.every((size) => positiveInteger(size) === undefined)
    ? undefined
    : '[height, width] or [height, width, channels], e.g. [28, 28, 1]'

/** Two batches of pictures that have passed the checks. */
export interface PicturePair {
  /** `[height, width, channels]`. */
  readonly shape: readonly [number, number, number]
  /** Both as `[count, height, width, channels]`, in float32: `count` from `first` on. Owned by the caller. */
  slice(first: number, count: number): [tf.Tensor4D, tf.Tensor4D]
  /** How many pictures each has. */
  readonly count: number
}

/**
 * Checks two batches of pictures.
 *
 * @param shape the shape of one picture if the tensors are flat; by default the tensors' own
 * @throws {ShapeError} when the shapes differ, are not those of pictures, or there is no picture
 */
export function picturePair(
  functionName: string,
  pictures: tf.Tensor,
  originals: tf.Tensor,
  shape: Shape | undefined,
): PicturePair {
  assertTensor(functionName, 'pictures', pictures)
  assertTensor(functionName, 'originals', originals)
  if (pictures.shape.join() !== originals.shape.join()) {
    throw new ShapeError(`\`${functionName}\` received \`pictures\` and \`originals\` whose shapes do not match.`, {
      facts: {
        Expected: 'two tensors of the same shape',
        Received: `pictures ${shown(pictures.shape)}, originals ${shown(originals.shape)}`,
      },
      fix: 'pass each picture and its original in the same order and shape',
    })
  }
  const [count = 0, ...own] = pictures.shape
  const [height = 0, width = 0, channels = 1] = shape ?? own
  const size = height * width * channels
  const isShaped = shape !== undefined || own.length === 2 || own.length === 3
  if (!isShaped || count === 0 || size === 0 || pictures.size !== count * size) {
    throw new ShapeError(`\`${functionName}\` received \`pictures\` of the wrong shape.`, {
      facts: {
        Expected: `at least one picture: ${shape === undefined ? '[count, height, width, channels]' : `[count, ${shape.join(', ')}] or [count, ${size}]`}`,
        Received: shown(pictures.shape),
      },
      fix: shapeCure(pictures, shape),
    })
  }
  return {
    shape: [height, width, channels],
    count,
    slice: (first, some) => [pictures, originals].map((x) => part(x, first, some, [height, width, channels])) as never,
  }
}

/** Measures the pictures, as many at a time as have about 2^19 pixels, and so takes the same memory for any number of them. */
export async function measurePictures(
  { count, shape: [height, width, channels], slice }: PicturePair,
  measure: (pictures: tf.Tensor4D, originals: tf.Tensor4D) => tf.Tensor1D,
): Promise<Float32Array> {
  const values = new Float32Array(count)
  const batch = Math.max(1, Math.floor(2 ** 19 / (height * width * channels)))
  for (let first = 0; first < count; first += batch) {
    const measured = tf.tidy(() => measure(...slice(first, Math.min(batch, count - first))))
    try {
      values.set(await measured.data<'float32'>(), first)
    } finally {
      measured.dispose()
    }
  }
  return values
}

/** The mean of the values with their unit. */
export function pictureMeasure(values: Float32Array, unit: string, definition: string): PictureMeasure {
  const estimator = `mean over ${values.length} pictures: ${definition}`
  return { ...estimateOf(values, { unit, estimator }), values }
}

function part(x: tf.Tensor, first: number, count: number, shape: PicturePair['shape']): tf.Tensor4D {
  return tf.tidy(() => tf.reshape(tf.cast(tf.slice(x, first, count), 'float32'), [count, ...shape]))
}

function shapeCure({ rank, shape }: tf.Tensor, given: Shape | undefined): string {
  if (shape.includes(0)) return 'pass at least one picture'
  if (given !== undefined) return `pass pictures of that shape, or shape: ${shown(shape.slice(1))} if they have another`
  const side = Math.sqrt(shape[1] ?? 0)
  if (rank === 2) {
    const example = Number.isInteger(side) ? shown([side, side, 1]) : '[height, width, channels]'
    return `pass the shape of one picture, e.g. shape: ${example}`
  }
  return 'reshape first: tf.reshape(pictures, [-1, height, width, channels])'
}

function shown(shape: Shape): string {
  return `[${shape.join(', ')}]`
}
