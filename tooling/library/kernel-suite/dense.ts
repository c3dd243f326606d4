// Dense layers, one and two on one input.
import { describe, expect, test } from 'vitest'
import { columnSums, computed, each, type Numbers, numbers, product, transpose } from './numbers.ts'
import { expectKernel, near, outputsOf, type Subject } from './suite.ts'

const activations = {
  linear: { value: (x: number) => x, derivative: () => 1 },
  relu: { value: (x: number) => Math.max(x, 0), derivative: (y: number) => Number(y > 0) },
  sigmoid: { value: (x: number) => 1 / (1 + Math.exp(-x)), derivative: (y: number) => y * (1 - y) },
  tanh: { value: Math.tanh, derivative: (y: number) => 1 - y * y },
}
type Activation = keyof typeof activations

const gradientNearness = { ofLargest: 2e-6 }

/** The tests of `AeDense` and its gradient. */
export function describeDense(subject: Subject): void {
  describe.each(Object.keys(activations) as Activation[])('a dense layer with %s', (activation) => {
    test.each([
      [1, 1, 1],
      [3, 5, 2],
      [5, 9, 13],
      [128, 33, 70],
      [33, 17, 65],
      [31, 64, 33],
    ])('of batch %i, from %i to %i, is near float64, and so is its gradient', async (batch, inSize, outSize) => {
      const { x, kernel, bias, dy } = layerOf(batch, inSize, outSize)
      const output = layer(activation, x, kernel, bias)
      await expectKernel(subject, 'AeDense', { x, kernel, bias }, { activation }, [output], subject.accuracy.dense)
      const dSum = each((d, y) => d * activations[activation].derivative(y), dy, output)
      const weights = [product(transpose(x), dSum), columnSums(dSum)]
      const dx = product(dSum, transpose(kernel))
      const inputs = { x, kernel, output, dy }
      for (const needsInput of [true, false]) {
        const expected = needsInput ? [...weights, dx] : weights
        const attributes = { activation, needsInput }
        await expectKernel(subject, 'AeDenseGradient', inputs, attributes, expected, gradientNearness)
      }
    })
  })

  test('the gradient of a dense layer over a long batch is near float64', async () => {
    const { x, kernel, dy } = layerOf(20_001, 3, 2)
    const expected = [product(transpose(x), dy), columnSums(dy)]
    const attributes = { activation: 'linear', needsInput: false }
    const inputs = { x, kernel, output: dy, dy }
    await expectKernel(subject, 'AeDenseGradient', inputs, attributes, expected, gradientNearness)
  })

  test('sigmoid and tanh are near float64, each number relative to itself, from tiny to saturated', async () => {
    const x = computed([4001, 1], (i) => Math.fround(((i - 2000) / 2000) ** 5 * 80)) // dense around 0
    for (const activation of ['sigmoid', 'tanh'] as const) {
      const [values = []] = await outputsOf('AeDense', ofOne(x), { activation })
      near(values, x.values.map(activations[activation].value), subject.accuracy.activations)
    }
  })

  test('not a number stays one in a dense layer, and infinities saturate', async () => {
    const x = computed(
      [5, 1],
      (i) => [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 100, -100][i] ?? 0,
    )
    const run = async (activation: Activation) => (await outputsOf('AeDense', ofOne(x), { activation }))[0]
    expect(await run('relu')).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 100, 0])
    expect(await run('sigmoid')).toEqual([Number.NaN, 1, 0, 1, expect.closeTo(0, 30)])
    expect(await run('tanh')).toEqual([Number.NaN, 1, -1, 1, -1])
  })

  test('a dense layer of no examples has none, and no gradient', async () => {
    const { x, kernel, bias, dy } = layerOf(0, 3, 2)
    const zeros = [kernel, bias].map(({ shape }) => computed(shape, () => 0))
    await expectKernel(subject, 'AeDense', { x, kernel, bias }, { activation: 'relu' }, [dy])
    const attributes = { activation: 'relu', needsInput: true }
    await expectKernel(subject, 'AeDenseGradient', { x, kernel, output: dy, dy }, attributes, [...zeros, x])
  })
}

/** The tests of `AeDensePair` and its gradient. */
export function describeDensePair(subject: Subject): void {
  test.each([
    [1, 1, 1, 1],
    [3, 5, 2, 2],
    [3, 5, 2, 4],
    [5, 4, 3, 7],
    [33, 40, 20, 20],
    [35, 17, 31, 3],
    [130, 9, 20, 20],
  ])('a pair of batch %i, from %i to %i and %i, is near float64, and so is its gradient', async (...lengths) => {
    const [batch, inSize, firstSize, secondSize] = lengths
    const { x, kernel: firstKernel, bias: firstBias, dy: firstDy } = layerOf(batch, inSize, firstSize)
    const { kernel: secondKernel, bias: secondBias, dy: secondDy } = layerOf(batch, inSize, secondSize, 'second')
    const values = [layer('linear', x, firstKernel, firstBias), layer('linear', x, secondKernel, secondBias)]
    const inputs = { x, firstKernel, firstBias, secondKernel, secondBias }
    await expectKernel(subject, 'AeDensePair', inputs, {}, values, subject.accuracy.dense)
    const weights = [firstDy, secondDy].flatMap((dy) => [product(transpose(x), dy), columnSums(dy)])
    const [one, other] = [product(firstDy, transpose(firstKernel)), product(secondDy, transpose(secondKernel))]
    const gradientInputs = { x, firstKernel, secondKernel, firstDy, secondDy }
    for (const needsInput of [true, false]) {
      const expected = needsInput ? [...weights, each((a, b) => a + b, one, other)] : weights
      await expectKernel(subject, 'AeDensePairGradient', gradientInputs, { needsInput }, expected, gradientNearness)
    }
  })
}

function layerOf(batch: number, inSize: number, outSize: number, name = '') {
  return {
    x: numbers('x', [batch, inSize]),
    kernel: numbers(`${name}kernel`, [inSize, outSize], 2 / Math.sqrt(inSize)),
    bias: numbers(`${name}bias`, [outSize]),
    dy: numbers(`${name}dy`, [batch, outSize]),
  }
}

/** activation(x kernel + bias), rounded to float32 as gradients receive it. */
function layer(activation: Activation, x: Numbers, kernel: Numbers, { values }: Numbers): Numbers {
  const sums = product(x, kernel)
  const { value } = activations[activation]
  return computed(sums.shape, (at) => Math.fround(value(Number(sums.values[at]) + Number(values[at % values.length]))))
}

/** A layer from one number to one, which changes nothing. */
function ofOne(x: Numbers) {
  return { x, kernel: computed([1, 1], () => 1), bias: computed([1], () => 0) }
}
