import { expectClose } from '@ae/library/testing'
import {
  add,
  matMul,
  relu,
  reshape,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { expectNoLeak, floats, largest, numbers, runKernel, take, webglBackend } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'

beforeAll(() => webgl.activate())

const values = numbers('x', 3 * 8 * 9) // more than tfjs leaves on the CPU

test('rows of features become images and rows again without a draw call', () => {
  const x = packed()
  expect(drawCalls(() => reshape(reshape(x, [3, 8, 9, 1]), [3, 72]))).toBe(0)
  expect(drawCalls(() => reshape(reshape(x, [3, 4, -1, 3]), [3, 72]))).toBe(0)
  expect(drawCalls(() => reshape(x, [3, 3, 6, 4]))).toBe(1) // tfjs's own: no texel of those is half empty
})

test.each([
  ['a sum over an axis', (x: Tensor) => sum(x, 2)],
  ['each number', (x: Tensor) => relu(x)],
  ['another order', (x: Tensor) => transpose(x, [2, 1, 0, 3])],
  ['other rows', (x: Tensor) => reshape(x, [24, 9])],
  ['other images', (x: Tensor) => reshape(x, [1, 9, 24, 1])],
  ['both shapes in one op', (x: Tensor) => add(reshape(x, [3, 72]), sum(x))],
  ['a product', (x: Tensor) => matMul(reshape(x, [3, 72]) as Tensor2D, reshape(x, [72, 3]) as Tensor2D)],
  ['an Adam step', adamStep],
])('%s of such images is that of images that were uploaded', (_, op) => {
  const [expected = []] = take(tidy(() => op(floats(values, [3, 8, 9, 1]))))
  expectNoLeak(() => {
    const [actual = []] = take(tidy(() => op(reshape(packed(), [3, 8, 9, 1]))))
    expectClose(actual, expected, { absolute: 1e-6 * largest(expected) })
  })
})

test('the images outlive the rows, and are read in their order', () => {
  const x = packed()
  const images = reshape(x, [3, 8, 9, 1])
  x.dispose()
  expect([images.shape, take(images)[0]]).toEqual([[3, 8, 9, 1], values])
})

/** The values as rows of features, in a packed texture. */
function packed(): Tensor {
  return tidy(() => add(floats(values, [3, 72]), floats([0], [])))
}

/** A fused kernel, which takes its inputs in the texture of their shape. */
function adamStep(x: Tensor): Tensor {
  const inputs = { parameter0: x, gradient0: x, mean0: x, square0: square(x) }
  const attributes = { count: 1, learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 }
  return runKernel('AeAdam', inputs, attributes)[0] as Tensor
}

function drawCalls(body: () => Tensor): number {
  const { gl } = webglBackend().gpgpu
  const { drawElements } = gl
  let calls = 0
  gl.drawElements = (...parameters) => {
    calls++
    drawElements.apply(gl, parameters)
  }
  body()
  gl.drawElements = drawElements
  return calls
}
