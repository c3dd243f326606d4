// What `mixed` promises, as the table of likelihoods.test.ts does for likelihoods of one kind.
import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { likelihoodFromConfig, prepareLikelihood } from './likelihood-config.ts'
import { mixed } from './mixed.ts'
import type { MixedPart } from './mixed-blocks.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const softplus = (l: number) => Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l)))
const normal = (x: number, m: number, s: number) => 0.5 * ((x - m) / s) ** 2 + Math.log(s * Math.sqrt(2 * Math.PI))
const bit = (x: number, l: number) => softplus(l) - l * x
const category = (chosen: readonly number[], logits: readonly number[]) => {
  const largest = Math.max(...logits)
  const normalizer = largest + Math.log(logits.reduce((sum, l) => sum + Math.exp(l - largest), 0))
  return chosen.reduce((sum, one, i) => sum + one * (normalizer - (logits[i] as number)), 0)
}

interface Row {
  readonly name: string
  readonly parts: readonly MixedPart[]
  /** Examples. */
  readonly x: readonly (readonly number[])[]
  /** -log p of an example, in float64; `raw` is empty if no deviation is learned. */
  readonly formula: (x: readonly number[], location: readonly number[], raw: readonly number[]) => number
}

type Numbers = readonly number[]
const at = (values: Numbers, i: number) => values[i] as number

const rows: readonly Row[] = [
  {
    name: 'numbers of learned and of fixed deviations, bits, and categories of different counts',
    parts: [
      { kind: 'categorical', size: 2 },
      { kind: 'gaussian' },
      { kind: 'bernoulli', size: 2 },
      { kind: 'gaussian', size: 2, standardDeviation: 0.5 },
      { kind: 'categorical', size: 3 },
    ],
    x: [
      [1, 0, 0.3, 1, 0, -1, 2, 0, 1, 0],
      [0, 1, -2, 0, 0, 0.5, 0.1, 0, 0, 1],
    ],
    formula: (x, m, raw) =>
      category(x.slice(0, 2), m.slice(0, 2)) +
      normal(at(x, 2), at(m, 2), 0.01 + softplus(at(raw, 2))) +
      bit(at(x, 3), at(m, 3)) +
      bit(at(x, 4), at(m, 4)) +
      normal(at(x, 5), at(m, 5), 0.5) +
      normal(at(x, 6), at(m, 6), 0.5) +
      category(x.slice(7), m.slice(7)),
  },
  {
    name: 'missing values, modelled and ignored, and a missing category',
    parts: [
      { kind: 'gaussian', missing: 'modelled' },
      { kind: 'categorical', size: 2 },
      { kind: 'bernoulli', missing: 'ignored' },
      { kind: 'gaussian', missing: 'ignored' },
    ],
    x: [
      [1, 0.3, 0, 1, 1, 1, 1, -1],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    formula: (x, m, raw) =>
      bit(at(x, 0), at(m, 0)) +
      at(x, 0) * normal(at(x, 1), at(m, 1), 0.01 + softplus(at(raw, 1))) +
      category(x.slice(2, 4), m.slice(2, 4)) +
      at(x, 4) * bit(at(x, 5), at(m, 5)) +
      at(x, 6) * normal(at(x, 7), at(m, 7), 0.01 + softplus(at(raw, 7))),
  },
  {
    name: 'fixed deviations alone, which have one parameter',
    parts: [{ kind: 'gaussian', size: 3, standardDeviation: 2 }, { kind: 'bernoulli' }],
    x: [
      [0.3, -1, 2, 1],
      [1, 5, -0.2, 0],
    ],
    formula: (x, m) =>
      normal(at(x, 0), at(m, 0), 2) +
      normal(at(x, 1), at(m, 1), 2) +
      normal(at(x, 2), at(m, 2), 2) +
      bit(at(x, 3), at(m, 3)),
  },
]

describe.each(rows)('mixed of $name', ({ parts, x, formula }) => {
  const likelihood = mixed({ parts })
  const count = likelihood.parameters ?? 1
  const width = x[0]?.length ?? 0
  const points = x.map((_, row) => Array.from({ length: width * count }, (_, i) => Math.sin(7 * i + 3 * row + 1) * 1.5))
  const describedBy = (point: ArrayLike<number>, row: number) => {
    const parameter = (k: number) => Array.from({ length: width }, (_, i) => point[i * count + k] as number)
    return formula(x[row] as Numbers, parameter(0), count === 2 ? parameter(1) : [])
  }
  const output = () => tf.tensor(points.flat(), count === 1 ? [2, width] : [2, width, count])
  const target = () => tf.tensor(x.flat(), [2, width])

  test('is its formula, summed over parts', () => {
    expectClose(likelihood.negativeLogLikelihood(output(), target()).dataSync(), points.map(describedBy), {
      relative: 2e-6,
    })
  })

  test('has the gradient of central differences, an example at a time', async () => {
    const weights = tf.tensor1d([2, -3])
    const f = (y: tf.Tensor) => tf.sum(tf.mul(likelihood.negativeLogLikelihood(y, target()), weights))
    const gradient = tf.grad(f)(output())
    const expected = await Promise.all(
      points.map((point, row) => centralDifferences((moved) => describedBy(moved, row), point)),
    )
    expectClose(
      gradient.dataSync(),
      expected.flatMap((slopes, row) => [...slopes].map((slope) => slope * (row === 0 ? 2 : -3))),
      { absolute: 3e-4, relative: 1e-3 },
    )
  })

  test('is finite, and so is its gradient, where a careless formula overflows', () => {
    for (const size of [1e3, -1e3, 1e6]) {
      const extreme = tf.mul(tf.sign(output()), size)
      const f = (y: tf.Tensor) => tf.sum(likelihood.negativeLogLikelihood(y, target()))
      const { value, grad } = tf.valueAndGrad(f)(extreme)
      for (const number of [...value.dataSync(), ...grad.dataSync()]) expect(number).toSatisfy(Number.isFinite)
      for (const number of likelihood.mean(extreme).dataSync()) expect(number).toSatisfy(Number.isFinite)
    }
  })

  test('has means of the shape of the examples; a group of categories adds up to 1', () => {
    const mean = likelihood.mean(output())
    expect(mean.shape).toEqual([2, width])
    const values = [...mean.dataSync()]
    let first = 0
    for (const { kind, size = 1, missing } of parts) {
      first += missing === undefined ? 0 : 1
      const group = values.slice(first, first + size)
      if (kind === 'categorical') expect(group.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
      first += size
    }
  })

  test('is restored from its config as JSON', async () => {
    await prepareLikelihood(likelihood.config)
    const restored = likelihoodFromConfig(JSON.parse(JSON.stringify(likelihood.config)))
    expect(restored.config).toEqual(likelihood.config)
    expectClose(
      restored.negativeLogLikelihood(output(), target()).dataSync(),
      likelihood.negativeLogLikelihood(output(), target()).dataSync(),
    )
  })

  test('leaks nothing', () => {
    const [y, t] = [output(), target()]
    expectNoLeak(() => {
      likelihood.negativeLogLikelihood(y, t).dispose()
      likelihood.mean(y).dispose()
      likelihood.draw?.(y, { seed: 1 }).dispose()
      tf.grad((y: tf.Tensor) => likelihood.negativeLogLikelihood(y, t))(y).dispose()
    })
  })
})

test('a missing value moves neither the value nor the gradient, whatever stands in its place', () => {
  const likelihood = mixed({ parts: [{ kind: 'gaussian', missing: 'ignored' }] })
  const y = tf.tensor([1, -3, 0.5, 0.2], [1, 2, 2])
  for (const place of [0, 5, -100]) {
    const target = tf.tensor2d([[0, place]])
    const f = (y: tf.Tensor) => tf.sum(likelihood.negativeLogLikelihood(y, target))
    const { value, grad } = tf.valueAndGrad(f)(y)
    expect(Math.abs(value.dataSync()[0] as number)).toBe(0)
    for (const slope of grad.dataSync()) expect(Math.abs(slope)).toBe(0)
  }
})

test('draws have a missing value where they draw that it is missing, if that is modelled', () => {
  const likelihood = mixed({
    parts: [
      { kind: 'gaussian', missing: 'modelled' },
      { kind: 'gaussian', missing: 'ignored' },
    ],
  })
  const rows = 20_000
  const output = tf.tile(tf.tensor([Math.log(3), 0, 7, 0, -5, 0, 9, 0], [1, 4, 2]), [rows, 1, 1])
  const drawn = likelihood.draw?.(output, { seed: 1 }).dataSync() as Float32Array
  let known = 0
  for (let row = 0; row < rows; row++) {
    const [flag, value, ignored, other] = drawn.subarray(row * 4, row * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ]
    known += flag
    expect(flag === 0 ? value === 0 : Math.abs(value - 7) < 6).toBe(true)
    expect([ignored, Math.abs(other - 9) < 6]).toEqual([1, true])
  }
  expect(known / rows).toBeCloseTo(0.75, 2)
})

test('mixed refuses no parts, an unknown kind, options of another kind, and examples of another width', () => {
  expect(() => mixed({ parts: [] })).toThrow('bad `parts`')
  expect(() => mixed({ parts: [{ kind: 'poisson' as 'gaussian' }] })).toThrow('bad `kind`')
  expect(() => mixed({ parts: [{ kind: 'categorical' }] })).toThrow('bad `size`')
  expect(() => mixed({ parts: [{ kind: 'bernoulli', standardDeviation: 1 }] })).toThrow('bad `standardDeviation`')
  expect(() => mixed({ parts: [{ kind: 'categorical', size: 2, missing: 'ignored' }] })).toThrow('bad `missing`')
  const likelihood = mixed({ parts: [{ kind: 'bernoulli', size: 3 }] })
  expect(() =>
    likelihood.negativeLogLikelihood(tf.zeros([2, 4]), tf.zeros([2, 4])),
  ).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`mixed\` received examples whose features are not those of its parts.

    Expected: [batch, 3]
    Received: [2, 4]
    Fix:      give the model and the likelihood the same transform: inputShape: [transform.width], likelihood: mixed(transform.likelihood)]
  `)
})
