import { expectClose } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test, vi } from 'vitest'
import { expectNoLeak, floats, largest, numbers } from '../../testing/kernel-calls.ts'
import { onNative } from '../../testing/linked.ts'

// As on a processor for which TensorFlow does not turn oneDNN on: it reads this once, when the imports load it.
vi.hoisted(() => {
  process.env.TF_ENABLE_ONEDNN_OPTS = '0'
})

type Pair = [number, number]

onNative('depthwise convolutions with dilation on libtensorflow', () => {
  describe.each<{ dilation: number | Pair; filter: [number, number, number, number]; padding: 'same' | 'valid' }>([
    { dilation: 2, filter: [2, 3, 2, 1], padding: 'same' },
    { dilation: [3, 2], filter: [2, 2, 1, 3], padding: 'valid' },
    { dilation: [1, 2], filter: [3, 3, 3, 2], padding: 'same' },
  ])('$dilation of filter $filter, $padding', ({ dilation, filter: shape, padding }) => {
    const [height, width, channels] = [6, 7, shape[2]]
    const x = numbers('x', 2 * height * width * channels)
    const weights = numbers('filter', tf.util.sizeFromShape(shape))
    const tensors = () =>
      [floats(x, [2, height, width, channels]), floats(weights, shape)] as [tf.Tensor4D, tf.Tensor4D]

    test('are within 1e-6 of float64', () => {
      const expected = convolve(x, [height, width], weights, shape, [dilation, dilation].flat() as Pair, padding)
      expectNoLeak(() => {
        const [images, filter] = tensors()
        const y = tf.depthwiseConv2d(images, filter, 1, padding, 'NHWC', dilation)
        expectClose(y.dataSync(), expected, { absolute: 1e-6 * largest(expected) })
        tf.dispose([images, filter, y])
      })
    })

    test('are the same with an activation in one kernel', () => {
      expectNoLeak(() => {
        const [images, filter] = tensors()
        const y = tf.depthwiseConv2d(images, filter, 1, padding, 'NHWC', dilation)
        const options = { x: images, filter, strides: 1, pad: padding, dilations: dilation } as const
        const fused = tf.fused.depthwiseConv2d({ ...options, activation: 'relu' })
        const expected = Array.from(y.dataSync(), (value) => Math.max(0, value))
        expect(Array.from(fused.dataSync())).toEqual(expected)
        tf.dispose([images, filter, y, fused])
      })
    })
  })
})

/** Of two images, in float64. */
function convolve(
  x: number[],
  [height, width]: Pair,
  weights: number[],
  [filterHeight, filterWidth, channels, multiplier]: readonly [number, number, number, number],
  [vertical, horizontal]: Pair,
  padding: 'same' | 'valid',
): number[] {
  const [reachDown, reachRight] = [(filterHeight - 1) * vertical, (filterWidth - 1) * horizontal]
  const [top, left] = padding === 'same' ? [Math.floor(reachDown / 2), Math.floor(reachRight / 2)] : [0, 0]
  const [rows, columns] = padding === 'same' ? [height, width] : [height - reachDown, width - reachRight]
  const y: number[] = []
  for (let image = 0; image < 2; image++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let map = 0; map < channels * multiplier; map++) {
          let sum = 0
          for (let i = 0; i < filterHeight; i++)
            for (let j = 0; j < filterWidth; j++) {
              const [above, beside] = [row - top + i * vertical, column - left + j * horizontal]
              if (above < 0 || above >= height || beside < 0 || beside >= width) continue
              const pixel = x[((image * height + above) * width + beside) * channels + Math.floor(map / multiplier)]
              sum += Number(pixel) * Number(weights[(i * filterWidth + j) * channels * multiplier + map])
            }
          y.push(sum)
        }
  return y
}
