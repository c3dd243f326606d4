import { expectClose } from '@ae/library/testing'
import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { differences, expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const activations = {
  linear: (x: number) => x,
  relu: (x: number) => Math.max(x, 0),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  tanh: (x: number) => Math.tanh(x),
}

describe.each(Object.keys(activations) as (keyof typeof activations)[])('a dense layer with %s', (activation) => {
  test.each([
    [1, 1, 1],
    [3, 5, 2],
    [5, 9, 13],
    [128, 33, 70],
  ])('of batch %i, from %i to %i, is within 1e-6 of float64', (batch, inSize, outSize) => {
    const x = numbers('x', batch * inSize)
    const kernel = numbers('kernel', inSize * outSize, 2 / Math.sqrt(inSize))
    const bias = numbers('bias', outSize)
    const expected = layer(activation, x, kernel, bias)
    expectNoLeak(() => {
      const inputs = {
        x: floats(x, [batch, inSize]),
        kernel: floats(kernel, [inSize, outSize]),
        bias: floats(bias, [outSize]),
      }
      const outputs = runKernel('AeDense', inputs, { activation })
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch, outSize]])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test.each([
    [1, 1, 1],
    [3, 5, 2],
    [5, 9, 13],
  ])('of batch %i, from %i to %i, has the gradients of float64 differences within 2e-6', (batch, inSize, outSize) => {
    const x = numbers('x', batch * inSize)
    const kernel = numbers('kernel', inSize * outSize, 2 / Math.sqrt(inSize))
    const bias = numbers('bias', outSize)
    const dy = numbers('dy', batch * outSize)
    const weighted = (...parameters: [number[], number[], number[]]) =>
      layer(activation, ...parameters).reduce((sum, y, i) => sum + y * Number(dy[i]), 0)
    const expected = [
      differences((changed) => weighted(x, changed, bias), kernel),
      differences((changed) => weighted(x, kernel, changed), bias),
      differences((changed) => weighted(changed, kernel, bias), x),
    ]
    expectNoLeak(() => {
      const inputs = {
        x: floats(x, [batch, inSize]),
        kernel: floats(kernel, [inSize, outSize]),
        output: floats(layer(activation, x, kernel, bias), [batch, outSize]),
        dy: floats(dy, [batch, outSize]),
      }
      const all = runKernel('AeDenseGradient', inputs, { activation, needsInput: true })
      expect(all.map(({ shape }) => shape)).toEqual([[inSize, outSize], [outSize], [batch, inSize]])
      const some = runKernel('AeDenseGradient', inputs, { activation, needsInput: false })
      expect(some.map(({ shape }) => shape)).toEqual([[inSize, outSize], [outSize]])
      for (const [i, values] of take(...all).entries()) {
        expectClose(values, expected[i] ?? [], { absolute: 2e-6 * largest(expected[i] ?? []) })
      }
      for (const [i, values] of take(...some).entries()) {
        expectClose(values, expected[i] ?? [], { absolute: 2e-6 * largest(expected[i] ?? []) })
      }
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})

test('the activations are within 3e-7 of float64, each number relative to itself, from tiny to saturated', () => {
  const x = Array.from({ length: 4001 }, (_, i) => Math.fround(((i - 2000) / 2000) ** 5 * 80)) // dense around 0
  const inputs = { x: floats(x, [x.length, 1]), kernel: floats([1], [1, 1]), bias: floats([0], [1]) }
  for (const activation of ['sigmoid', 'tanh'] as const) {
    const [values = []] = take(...runKernel('AeDense', inputs, { activation }))
    expectClose(values, x.map(activations[activation]), { relative: 3e-7 })
  }
})

test('not a number stays one, and infinities saturate', () => {
  const inputs = {
    x: floats([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], [3, 1]),
    kernel: floats([1], [1, 1]),
    bias: floats([0], [1]),
  }
  const run = (activation: string) => take(...runKernel('AeDense', inputs, { activation }))[0]
  expect(run('relu')).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0])
  expect(run('sigmoid')).toEqual([Number.NaN, 1, 0])
  expect(run('tanh')).toEqual([Number.NaN, 1, -1])
})

test('shapes that do not fit and unknown activations are refused, and nothing leaks', () => {
  const inputs = { x: zeros([2, 3]), kernel: zeros([4, 5]), bias: zeros([5]), output: zeros([2, 5]), dy: zeros([2, 4]) }
  const good = { ...inputs, kernel: zeros([3, 5]) }
  expectNoLeak(() => {
    expect(() => runKernel('AeDense', inputs, { activation: 'relu' })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeDense\` received \`kernel\` of the wrong shape.

      Expected: [3, 5]
      Received: [4, 5]]
    `)
    expect(() => runKernel('AeDenseGradient', good, { activation: 'relu' })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeDenseGradient\` received \`output\` of the wrong shape.

      Expected: [2, 4]
      Received: [2, 5]]
    `)
    const long = { ...good, dy: good.kernel }
    expect(() => runKernel('AeDenseGradient', long, { activation: 'relu' })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeDenseGradient\` received \`dy\` of the wrong shape.

      Expected: [2, 5]
      Received: [3, 5]]
    `)
    expect(() => runKernel('AeDense', good, { activation: 'gelu' })).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`AeDense\` received an unknown \`activation\`.

      Expected: linear, relu, sigmoid, tanh
      Received: gelu]
    `)
    expect(() => runKernel('AeDense', { ...good, x: inputs.bias })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeDense\` received \`x\` of the wrong rank.

      Expected: [rows, columns]
      Received: [5]]
    `)
  })
})

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
