import { expectClose } from '@ae/library/testing'
import { webgl_util } from '@tensorflow/tfjs-backend-webgl'
import { add, env, matMul, reshape, slice, sum as sumOf, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'

beforeAll(() => webgl.activate())

const activations = {
  linear: (x: number) => x,
  relu: (x: number) => Math.max(x, 0),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  tanh: (x: number) => Math.tanh(x),
}

test('what lies beyond an odd edge is 0, where products of tfjs sum over it', () => {
  const inputs = { x: floats(numbers('x', 9), [3, 3]), kernel: floats(numbers('kernel', 9), [3, 3]) }
  const biased = { ...inputs, bias: floats([5, 6, 7], [3]) }
  const [y] = runKernel('AeDense', biased, { activation: 'sigmoid' }) as [Tensor2D]
  const products = [matMul(y, y, true, false), matMul(y, y, false, true)]
  const [values = [], ...actual] = take(y, ...products)
  const at = (row: number, column: number) => Number(values[3 * row + column])
  const sum = (term: (i: number) => number) => term(0) + term(1) + term(2)
  const places = Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3), i % 3] as const)
  const expected = [
    places.map(([row, column]) => sum((i) => at(i, row) * at(i, column))),
    places.map(([row, column]) => sum((i) => at(row, i) * at(column, i))),
  ]
  for (const [i, product] of actual.entries()) expectClose(product, expected[i] ?? [], { relative: 1e-6 })
})

test('inputs in any texture that tfjs keeps numbers in give the same', () => {
  const { x, kernel, bias } = layerOf(40, 15, 5) // more numbers than tfjs leaves on the CPU
  const run = (input: Tensor) => {
    const inputs = { x: input, kernel: floats(kernel, [15, 5]), bias: floats(bias, [5]) }
    return take(...runKernel('AeDense', inputs, { activation: 'linear' }))[0]
  }
  const expected = run(floats(x, [40, 15]))
  const zero = floats([0], [1])
  expect(run(add(floats(x, [40, 15]), zero))).toEqual(expected) // packed, of its shape
  expect(run(reshape(add(floats(x, [20, 5, 6]), zero), [40, 15]))).toEqual(expected) // repacked by tfjs
  const rows = floats([...numbers('before', 15), ...x], [41, 15])
  sumOf(rows).dispose() // uploads it
  expect(run(slice(rows, [1, 0], [40, 15]))).toEqual(expected) // a part of another texture
})

test('matrices with more rows or columns than a texture can have are computed as others are', () => {
  const size = env().getNumber('WEBGL_MAX_TEXTURE_SIZE')
  const { x, kernel, bias, dy } = layerOf(37, 70, 45)
  const run = () => {
    const inputs = { x: floats(x, [37, 70]), kernel: floats(kernel, [70, 45]) }
    const output = floats(layer('tanh', x, kernel, bias), [37, 45])
    const attributes = { activation: 'tanh', needsInput: true }
    return take(
      ...runKernel('AeDense', { ...inputs, bias: floats(bias, [45]) }, attributes),
      ...runKernel('AeDenseGradient', { ...inputs, output, dy: floats(dy, [37, 45]) }, attributes),
    )
  }
  const expected = run()
  try {
    env().set('WEBGL_MAX_TEXTURE_SIZE', 30)
    expect(webgl_util.getTextureShapeFromLogicalShape([37, 70], true)).not.toEqual([38, 70])
    for (const [i, values] of run().entries()) expectClose(values, expected[i] ?? [], { absolute: 1e-6 })
  } finally {
    env().set('WEBGL_MAX_TEXTURE_SIZE', size)
  }
})

describe.each([
  [1, 1, 1, 1],
  [3, 5, 2, 2],
  [130, 9, 20, 20],
  [5, 4, 3, 7],
])('a pair of batch %i, from %i to %i and %i', (batch, inSize, firstSize, secondSize) => {
  const first = layerOf(batch, inSize, firstSize)
  const second = layerOf(batch, inSize, secondSize, 'second')
  const weights = () => ({
    firstKernel: floats(first.kernel, [inSize, firstSize]),
    secondKernel: floats(second.kernel, [inSize, secondSize]),
  })

  test('has the gradients of two layers', () => {
    expectNoLeak(() => {
      const shared = { x: floats(first.x, [batch, inSize]), ...weights() }
      const [firstDy, secondDy] = [floats(first.dy, [batch, firstSize]), floats(second.dy, [batch, secondSize])]
      const gradients = (needsInput: boolean) =>
        take(...runKernel('AeDensePairGradient', { ...shared, firstDy, secondDy }, { needsInput }))
      const [all, some] = [gradients(true), gradients(false)]
      const single = ([kernel, dy]: readonly [Tensor, Tensor]) =>
        take(
          ...runKernel(
            'AeDenseGradient',
            { x: shared.x, kernel, output: dy, dy },
            { activation: 'linear', needsInput: true },
          ),
        )
      const singles = [single([shared.firstKernel, firstDy]), single([shared.secondKernel, secondDy])]
      const expected = [...singles.flatMap((gradient) => gradient.slice(0, 2))]
      const dx = singles[0]?.[2]?.map((value, i) => value + Number(singles[1]?.[2]?.[i])) ?? []
      expect(all.slice(0, 4)).toEqual(expected)
      expect(some).toEqual(expected)
      expectClose(all[4] ?? [], dx, { absolute: 1e-6 * largest(dx) })
      for (const input of [...Object.values(shared), firstDy, secondDy]) input.dispose()
    })
  })
})

function layerOf(batch: number, inSize: number, outSize: number, name = '') {
  return {
    x: numbers('x', batch * inSize),
    kernel: numbers(`${name}kernel`, inSize * outSize, 2 / Math.sqrt(inSize)),
    bias: numbers(`${name}bias`, outSize),
    dy: numbers(`${name}dy`, batch * outSize),
  }
}

/** activation(x kernel + bias) in float64. */
function layer(activation: keyof typeof activations, x: number[], kernel: number[], bias: number[]): number[] {
  const [outSize, inSize] = [bias.length, kernel.length / bias.length]
  return Array.from({ length: (x.length / inSize) * outSize }, (_, at) => {
    const [row, column] = [Math.floor(at / outSize), at % outSize]
    let sum = Number(bias[column])
    for (let i = 0; i < inSize; i++) sum += Number(x[row * inSize + i]) * Number(kernel[i * outSize + column])
    return activations[activation](sum)
  })
}
