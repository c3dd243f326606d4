// Nearest-neighbour upsampling by whole factors, as an op with its own gradient.
// Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts, 2016: a convolution after it draws no checkerboards.
import { withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Repeats each pixel, then cuts rows and columns off the end until the size is the asked-for one.
 *
 * @param x `[batch, height, width, channels]`, borrowed
 * @param factors how often each pixel is repeated: vertically, horizontally
 * @param size height and width of the output, at most those of `x` times the factors
 * @returns `[batch, ...size, channels]`, owned by the caller
 */
export function upsample(
  x: tf.Tensor4D,
  [down, right]: readonly [number, number],
  [height, width]: readonly [number, number],
): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape
  const [tall, wide] = [rows * down, columns * right]
  return withGradient([x], () => ({
    value: crop(repeatPixels(x, [tall, wide]), [batch, height, width, channels]),
    saved: [],
    gradient: (dy) => {
      const whole = padTo(dy, [batch, tall, wide, channels])
      return [tf.mul(averages(whole, [down, right]), down * right)]
    },
  }))
}

/** `tf.slice` of what comes first. */
function crop(x: tf.Tensor4D, size: readonly number[]): tf.Tensor4D {
  return tf.engine().runKernel(tf.Slice, { x }, { begin: [0, 0, 0, 0], size: [...size] })
}

/** `tf.pad` with zeros behind, by the kernel alone: an app would ship the checks of `tf.pad` and of `tf.avgPool`. */
function padTo(x: tf.Tensor4D, shape: readonly number[]): tf.Tensor4D {
  const paddings = shape.map((length, axis) => [0, length - (x.shape[axis] ?? length)])
  return tf.engine().runKernel(tf.PadV2, { x }, { paddings, constantValue: 0 })
}

/** `tf.avgPool` of windows that do not overlap, by the kernel alone. */
function averages(x: tf.Tensor4D, window: readonly [number, number]): tf.Tensor4D {
  return tf.engine().runKernel(tf.AvgPool, { x }, { filterSize: [...window], strides: [...window], pad: 'valid' })
}

/** `tf.image.resizeNearestNeighbor`; through `tf.image` an app would ship all of that namespace. */
function repeatPixels(images: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  // Between pixel centres no source lies on a boundary, where backends may round differently.
  const attributes = { alignCorners: false, halfPixelCenters: true, size: [...size] }
  return tf.engine().runKernel(tf.ResizeNearestNeighbor, { images }, attributes)
}
