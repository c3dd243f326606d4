// The ops of the kernel interface against float64: as the backend runs them and, if it has fused kernels, once more composed
// from core ops.
import { registerGradients } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectNear, valuesOf } from './closeness.ts'
import { fusedExpected, fusedHere, ways } from './fused-kernels.ts'
import { type KernelCase, kernelCases } from './kernel-cases.ts'
import type { Matrix } from './matrix.ts'
import { hastenProducts, onBackend } from './on-backend.ts'

onBackend('an op behind the kernel seam agrees with float64 within 1e-5', () => {
  beforeAll(registerGradients)
  hastenProducts()

  test('the backend has its declared fused kernels', () => {
    expect(
      fusedHere()
        .map(({ kernelName }) => kernelName)
        .toSorted(),
    ).toEqual(fusedExpected.toSorted())
  })

  describe.each(ways)('$name', ({ way }) => {
    test.each(kernelCases())('$name', (kernelCase) => way(() => expectNoLeak(() => check(kernelCase))))
  })
})

async function check({ op, inputs, constants, dy, value, gradients }: KernelCase): Promise<void> {
  const points = inputs.map(toTensor)
  const rest = constants.map(toTensor)
  const program = (...free: tf.Tensor[]) => op(...(free as tf.Tensor2D[]), ...rest)
  const y = tf.tidy(() => program(...points))
  const upstream = tf.tensor(Float32Array.from(dy.values), y.shape)
  const grads = tf.grads(program)(points, upstream)
  const actual = await valuesOf({ value: y, ...Object.fromEntries(grads.entries()) })
  tf.dispose([points, rest, y, upstream, grads])
  const expected = Object.fromEntries(gradients.map(({ values }, i) => [i, values]))
  expectNear(actual, { value: value.values, ...expected }, 1e-5)
}

function toTensor({ shape, values }: Matrix): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(values), [...shape])
}
