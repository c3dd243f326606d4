import { tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import {
  columnSums,
  computed,
  each,
  expectKernel,
  numbers,
  product,
  runKernel,
  transpose,
} from '../testing/kernel-calls.ts'

const activations = {
  linear: { value: (x: number) => x, derivative: () => 1 },
  relu: { value: (x: number) => Math.max(x, 0), derivative: (y: number) => Number(y > 0) },
  sigmoid: { value: (x: number) => 1 / (1 + Math.exp(-x)), derivative: (y: number) => y * (1 - y) },
  tanh: { value: Math.tanh, derivative: (y: number) => 1 - y * y },
}
const names = Object.keys(activations) as (keyof typeof activations)[]
const sizes = [
  [1, 1, 1],
  [3, 5, 2],
  [33, 17, 65],
  [31, 64, 33],
] as const

onAdapter('a dense layer', () => {
  beforeAll(() => activateWebgpu(open))

  test.each(names.flatMap((name) => sizes.map((size) => [name, ...size] as const)))(
    'with %s, of batch %i, from %i to %i, and its gradient are within 2e-6 of float64',
    async (activation, batch, inSize, outSize) => {
      const { value, derivative } = activations[activation]
      const x = numbers('x', [batch, inSize])
      const kernel = numbers('kernel', [inSize, outSize], 1 / Math.sqrt(inSize))
      const bias = numbers('bias', [outSize])
      const sums = product(x, kernel)
      const output = computed(sums.shape, (at) =>
        Math.fround(value(Number(sums.values[at]) + Number(bias.values[at % outSize]))),
      )
      await expectKernel('AeDense', { x, kernel, bias }, { activation }, [output], 2e-6)

      const dy = numbers('dy', [batch, outSize])
      const dSum = each((d, y) => d * derivative(y), dy, output)
      const weights = [product(transpose(x), dSum), columnSums(dSum)]
      const inputs = { x, kernel, output, dy }
      const name = 'AeDenseGradient'
      await expectKernel(name, inputs, { activation, needsInput: false }, weights, 2e-6)
      const dx = product(dSum, transpose(kernel))
      await expectKernel(name, inputs, { activation, needsInput: true }, [...weights, dx], 2e-6)
    },
  )

  test('of many tiles takes larger ones', async () => {
    const [batch, inSize, outSize] = [1025, 3, 1000]
    const [x, kernel] = [numbers('x', [batch, inSize]), numbers('kernel', [inSize, outSize])]
    const bias = computed([outSize], () => 0)
    await expectKernel('AeDense', { x, kernel, bias }, { activation: 'linear' }, [product(x, kernel)], 2e-6)
  })

  test('saturates at infinities, and keeps what is not a number', async () => {
    const x = tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 100, -100], [5, 1])
    const [kernel, bias] = [tensor([1], [1, 1]), tensor1d([0])]
    const run = async (activation: string) => {
      const [y] = runKernel('AeDense', { x, kernel, bias }, { activation })
      return Array.from((await y?.data()) ?? [])
    }
    expect(await run('relu')).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 100, 0])
    expect(await run('sigmoid')).toEqual([Number.NaN, 1, 0, 1, expect.closeTo(0, 30)])
    expect(await run('tanh')).toEqual([Number.NaN, 1, -1, 1, -1])
  })

  test('has a tanh that is right to 3e-7 of itself, near 0 too', async () => {
    const x = computed([4001, 1], (i) => Math.fround(((i - 2000) / 2000) ** 5 * 20))
    const tensors = { x: tensor([...x.values], [4001, 1]), kernel: tensor([1], [1, 1]), bias: tensor1d([0]) }
    const [y] = runKernel('AeDense', tensors, { activation: 'tanh' })
    const received = (await y?.data()) ?? []
    const errors = x.values.map((value, i) => Math.abs(Number(received[i]) / Math.tanh(value) - 1))
    expect(Math.max(...errors.filter(Number.isFinite))).toBeLessThan(6e-7)
  })

  test('refuses what it does not know', () => {
    const floats = { x: tensor([1], [1, 1]), kernel: tensor([1], [1, 1]), bias: tensor1d([0]) }
    expect(() => runKernel('AeDense', floats, { activation: 'gelu' })).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`AeDense\` received an unknown \`activation\`.

      Expected: linear, relu, sigmoid, tanh
      Received: gelu]
    `)
    const bytes = { ...floats, x: tensor([1], [1, 1], 'int32') }
    expect(() => runKernel('AeDense', bytes, { activation: 'relu' })).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`AeDense relu, tiles of 32\` on the webgpu backend received a bad \`x\`.

      Expected: a float32 tensor
      Received: a tensor of int32
      Fix:      cast it first, e.g. tf.cast(x, 'float32')]
    `)
  })

  test('of no examples has none, and no gradient', async () => {
    const [kernel, bias] = [numbers('kernel', [3, 2]), numbers('bias', [2])]
    const [x, dy] = [computed([0, 3], () => 0), computed([0, 2], () => 0)]
    await expectKernel('AeDense', { x, kernel, bias }, { activation: 'relu' }, [dy])
    const attributes = { activation: 'relu', needsInput: true }
    const zeros = [computed([3, 2], () => 0), computed([2], () => 0), x]
    await expectKernel('AeDenseGradient', { x, kernel, output: dy, dy }, attributes, zeros)
  })
})
