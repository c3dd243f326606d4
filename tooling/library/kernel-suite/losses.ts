// Reconstruction losses and their gradients.
import { describe, expect, test } from 'vitest'
import { along, computed, each, type Numbers, numbers, rowSums } from './numbers.ts'
import { expectKernel, near, outputsOf, type Subject } from './suite.ts'

const sizes = [
  [1, 1],
  [3, 2],
  [2, 7],
  [3, 5],
  [300, 17],
  [5, 128],
  [4, 785],
  [3, 20_001],
] as const

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** softplus(l) - l t, without the cancellation of l against l t where t is 1. */
const crossEntropy = (l: number, t: number) => (l > 0 ? l * (1 - t) : -l * t) + Math.log1p(Math.exp(-Math.abs(l)))

/** The tests of `AeBernoulli` and its gradient. */
export function describeBernoulli(subject: Subject): void {
  const { accuracy } = subject
  test.each(sizes.flatMap(([batch, features]) => [4, 8].map((scale) => [batch, features, scale] as const)))(
    'the Bernoulli loss of batch %i and %i features, of logits about %i, is near float64, and so is its gradient',
    async (batch, features, scale) => {
      const logits = numbers('logits', [batch, features], scale)
      const target = each((x) => Math.fround(sigmoid(x)), numbers('target', [batch, features]))
      const dy = numbers('dy', [batch])
      const losses = rowSums(each(crossEntropy, logits, target))
      await expectKernel(subject, 'AeBernoulli', { logits, target }, {}, [losses], accuracy.bernoulli)
      const gradient = each((l, t, d) => (sigmoid(l) - t) * d, logits, target, along(dy, features))
      const inputs = { logits, target, dy }
      await expectKernel(subject, 'AeBernoulliGradient', inputs, {}, [gradient], accuracy.bernoulliGradient)
    },
  )

  test('the Bernoulli loss of large logits is finite, and near float64 relative to itself', async () => {
    const { logits: most, ...nearness } = accuracy.extremes ?? { logits: 80 }
    const logits = computed([20 * most + 1, 1], (i) => Math.fround(i / 10 - most))
    for (const t of [0, 1]) {
      const target = computed(logits.shape, () => t)
      const [values = []] = await outputsOf('AeBernoulli', { logits, target })
      near(values, each(crossEntropy, logits, target).values, nearness)
    }
  })

  test('the Bernoulli loss overflows at no logit, and its gradient is exact there', async () => {
    const logits = computed([1, 4], (i) => [1e4, -1e4, 1e30, -1e30][i] ?? 0)
    const target = computed([1, 4], (i) => [1, 0, 1, 0][i] ?? 0)
    await expectKernel(subject, 'AeBernoulli', { logits, target }, {}, [computed([1], () => 0)])
    const inputs = {
      logits: computed([1, 7], (i) => [-1e30, -1000, -100, 0, 100, 1000, 1e30][i] ?? 0),
      target: computed([1, 7], (i) => [0, 0, 1, 1, 1, 1, 0][i] ?? 0),
      dy: computed([1], () => 2),
    }
    expect(await outputsOf('AeBernoulliGradient', inputs)).toEqual([[0, 0, -2, -1, 0, 0, 2]])
  })

  test('not a number in one row stays in that row of the Bernoulli loss', async () => {
    const [values] = await outputsOf('AeBernoulli', { logits: withNan(), target: zeros([2, 5]) })
    expect(values).toEqual([Number.NaN, expect.closeTo(5 * Math.LN2, 5)])
  })

  test('the Bernoulli loss of no examples is none, and so is its gradient', async () => {
    const inputs = { logits: zeros([0, 5]), target: zeros([0, 5]) }
    await expectKernel(subject, 'AeBernoulli', inputs, {}, [zeros([0])])
    await expectKernel(subject, 'AeBernoulliGradient', { ...inputs, dy: zeros([0]) }, {}, [zeros([0, 5])])
  })
}

/** Sums of squares: of what, as a function of the input, and its derivative. */
const kinds = {
  AeSumOfSquares: { input: 'prediction', value: (x: number) => x, slope: () => 1 },
  AeSumOfSquaresOfSigmoid: {
    input: 'output',
    value: sigmoid,
    slope: (x: number) => sigmoid(x) * (1 - sigmoid(x)),
  },
} as const

/** The tests of one sum of squares and its gradient. */
export function describeSquares(subject: Subject, kernel: keyof typeof kinds): void {
  const { input, value, slope } = kinds[kernel]
  describe(`${kernel}, the sum of squared differences`, () => {
    test.each(sizes)('of batch %i and %i features is near float64, and so is its gradient', async (batch, features) => {
      const x = numbers('x', [batch, features], 2)
      const target = numbers('target', [batch, features])
      const dy = numbers('dy', [batch])
      const sums = rowSums(each((v, t) => (value(v) - t) ** 2, x, target))
      const { squares, squaresGradient } = subject.accuracy
      await expectKernel(subject, kernel, { [input]: x, target }, {}, [sums], squares)
      const gradient = each((v, t, d) => 2 * d * (value(v) - t) * slope(v), x, target, along(dy, features))
      await expectKernel(subject, `${kernel}Gradient`, { [input]: x, target, dy }, {}, [gradient], squaresGradient)
    })

    test('keeps what is not a number in its row', async () => {
      const [values] = await outputsOf(kernel, { [input]: withNan(), target: zeros([2, 5]) })
      expect(values).toEqual([Number.NaN, expect.closeTo(5 * value(0) ** 2, 6)])
    })
  })
}

function zeros(shape: readonly number[]): Numbers {
  return computed(shape, () => 0)
}

function withNan(): Numbers {
  return computed([2, 5], (i) => (i === 0 ? Number.NaN : 0))
}
