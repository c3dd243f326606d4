// Between the plain arrays of the page and tensors.
import { AutoencoderError, type Shape, ShapeError, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Codes, Pictures } from './engine.ts'

/** An example's shape as pictures have it: `[28, 28, 1]` stays, `[12]` becomes `[1, 12, 1]`. */
export function pictureShape(shape: Shape): readonly [height: number, width: number, channels: number] {
  const [first = 1, second, channels = 1] = shape
  return second === undefined ? [1, first, 1] : [first, second, channels]
}

/**
 * Reads examples off the device.
 *
 * @param make makes `[count, ...shape]`; what it makes on the way is released
 * @param shape of one example
 */
export async function picturesOf(make: () => tf.Tensor, shape: Shape): Promise<Pictures> {
  const [height, width, channels] = pictureShape(shape)
  const values = await valuesOf(make)
  return { values, count: values.length / sizeOfShape(shape), height, width, channels }
}

/** Reads codes `[count, size]` off the device. */
export async function codesOf(make: () => tf.Tensor, size: number): Promise<Codes> {
  const values = await valuesOf(make)
  return { values, count: values.length / size, size }
}

/** The values of a tensor, which is released. */
export async function valuesOf(make: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(make)
  try {
    return Float32Array.from(await tensor.data())
  } finally {
    tensor.dispose()
  }
}

/**
 * Pictures as a tensor, inside `tf.tidy`.
 *
 * @param caller the method, for the message
 * @param shape of one example of the model
 * @throws {ShapeError} when the pictures have another shape
 */
export function tensorOf(
  caller: string,
  { values, count, height, width, channels }: Pictures,
  shape: Shape,
): tf.Tensor {
  const expected = pictureShape(shape)
  if (
    count < 1 ||
    values.length !== count * sizeOfShape(shape) ||
    expected.join() !== `${height},${width},${channels}`
  ) {
    throw new ShapeError(`\`${caller}\` received pictures that the model does not take.`, {
      facts: {
        Expected: `[1 or more, ${expected.join(', ')}]`,
        Received: `[${count}, ${height}, ${width}, ${channels}], ${values.length} values`,
      },
      fix: 'pass pictures of the shape that `card()` names',
    })
  }
  return tf.tensor(values, [count, ...shape])
}

/** Codes as a tensor, inside `tf.tidy`. */
export function codesTensor(caller: string, { values, count, size }: Codes, codeSize: number): tf.Tensor2D {
  if (count < 1 || size !== codeSize || values.length !== count * size) {
    throw new ShapeError(`\`${caller}\` received codes that the model does not take.`, {
      facts: { Expected: `[1 or more, ${codeSize}]`, Received: `[${count}, ${size}], ${values.length} values` },
      fix: 'pass codes of this model, as `encode` answers them',
    })
  }
  return tf.tensor2d(values, [count, size])
}

/** What a model cannot do. */
export function cannot(what: string, fix: string): AutoencoderError {
  return new AutoencoderError(`This model cannot ${what}.`, { fix })
}
