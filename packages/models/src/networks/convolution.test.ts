// Gradients by differences; values and gradients are held against PyTorch in tooling/conformance.
import { registerGradients, uniforms } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { convolution, transposedConvolution } from './convolution.ts'
import { upsample } from './upsample.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const numbers = (name: string, size: number) => uniforms(name, {}, size).map((u) => 2 * u - 1)
const size = [5, 4] as const
const shapes = {
  convolution: { x: [2, 5, 4, 2], filter: [3, 3, 2, 3], bias: [3], y: [2, 3, 2, 3] },
  transposedConvolution: { x: [2, 3, 2, 3], filter: [3, 3, 2, 3], bias: [2], y: [2, 5, 4, 2] },
}
const ops = { convolution, transposedConvolution }

describe.each(['convolution', 'transposedConvolution'] as const)('%s', (name) => {
  describe.each(['tanh', 'elu'] as const)('with %s', (activation) => {
    const { y, ...inputs } = shapes[name]
    const dy = tf.tensor(
      numbers(
        'dy',
        y.reduce((a, b) => a * b),
      ),
      y,
    )
    const tensors = () =>
      Object.entries(inputs).map(([input, shape]) => {
        return tf.tensor(
          numbers(
            input,
            shape.reduce((a, b) => a * b),
          ),
          shape,
        )
      })
    const weighted =
      (inputGradient: boolean) =>
      (...[x, filter, bias]: tf.Tensor[]) => {
        const options = { strides: [2, 2], size, inputGradient } as const
        const output = ops[name](x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, activation, options)
        return tf.sum<tf.Scalar>(tf.mul(output, dy))
      }

    test('has the gradients of central differences', async () => {
      const points = tensors()
      const gradients = tf.grads(weighted(true))(points)
      for (const [index, point] of points.entries()) {
        const f = (values: Float32Array) => {
          return tf.tidy(
            () => weighted(true)(...points.with(index, tf.tensor(values.slice(), point.shape))).dataSync()[0] ?? 0,
          )
        }
        const expected = await centralDifferences(f, point.dataSync())
        expectClose(gradients[index]?.dataSync() ?? [], expected, { absolute: 2e-4 })
      }
    })

    test('leaves the gradient of data out when told to, and leaks nothing', () => {
      const [x, filter, bias] = tensors() as [tf.Tensor, tf.Tensor, tf.Tensor]
      expectNoLeak(() => {
        tf.dispose(tf.grads((w, b) => weighted(false)(x, w, b))([filter, bias]))
        const options = { strides: [2, 2], size, inputGradient: true } as const
        ops[name](x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, activation, options).dispose()
      })
      expect(() => tf.grad((v) => weighted(false)(v, filter, bias))(x)).toThrow('Cannot compute gradient')
    })
  })
})

test('upsample repeats pixels and cuts the rest off', () => {
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
  expect([...upsample(x, [3, 2], [5, 3]).dataSync()]).toEqual([1, 1, 2, 1, 1, 2, 1, 1, 2, 3, 3, 4, 3, 3, 4])
})
