// Draws of every likelihood against the distribution functions, means and variances of the textbooks, in float64.
import { type Likelihood, registerGradients } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { categorical } from './categorical.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'
import { discretizedLogistic } from './discretized-logistic.ts'
import { drawFrom } from './draw-from.ts'
import { gaussian } from './gaussian.ts'
import { laplace } from './laplace.ts'
import { mixed } from './mixed.ts'
import { squaredError } from './squared-error.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const sigmoid = (l: number) => 1 / (1 + Math.exp(-l))
const softplus = (l: number) => Math.log1p(Math.exp(l))
/** Abramowitz and Stegun 7.1.26 refined by its series: to 1.5e-7. */
const erf = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  return Math.sign(x) * (1 - tail * Math.exp(-x * x))
}
const normal = (m: number, s: number) => (x: number) => 0.5 * (1 + erf((x - m) / s / Math.SQRT2))
const doubleExponential = (m: number, s: number) => (x: number) =>
  x < m ? 0.5 * Math.exp((x - m) / s) : 1 - 0.5 * Math.exp(-(x - m) / s)
const tilted = (l: number) => (x: number) => (l === 0 ? x : Math.expm1(l * x) / Math.expm1(l))
const bit = (l: number) => (x: number) => (x < 0 ? 0 : x < 1 ? 1 - sigmoid(l) : 1)
/** Of levels 0, 1 / (n - 1), ..., 1 with these probabilities. */
const levels = (shares: readonly number[]) => (x: number) =>
  shares.slice(0, Math.floor(x * (shares.length - 1) + 1e-4) + 1).reduce((sum, share) => sum + share, 0)
const softmax = (logits: readonly number[]) => {
  const sum = logits.reduce((total, l) => total + Math.exp(l), 0)
  return logits.map((l) => Math.exp(l) / sum)
}
const logistic = (count: number, m: number, logScale: number) => {
  const below = (level: number) => sigmoid(((level + 0.5) / (count - 1) - m) / Math.exp(logScale))
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : below(i)) - (i === 0 ? 0 : below(i - 1)))
}

interface Row {
  readonly likelihood: Likelihood
  /** The parameters of one feature. */
  readonly output: readonly number[]
  readonly distribution: (x: number) => number
}

const rows: readonly Row[] = [
  { likelihood: bernoulli, output: [0.7], distribution: bit(0.7) },
  { likelihood: bernoulli, output: [-3], distribution: bit(-3) },
  ...[0, 1e-3, 0.02, 0.05, -0.8, 4, -60, 1000].map((l) => ({
    likelihood: continuousBernoulli,
    output: [l],
    distribution: l === 1000 ? (x: number) => Math.exp(1000 * (x - 1)) : tilted(l),
  })),
  { likelihood: gaussian({ standardDeviation: 0.5 }), output: [2], distribution: normal(2, 0.5) },
  {
    likelihood: gaussian({ standardDeviation: 'shared' }),
    output: [-1, 1],
    distribution: normal(-1, 0.01 + softplus(1)),
  },
  {
    likelihood: gaussian({ standardDeviation: 'perFeature' }),
    output: [3, -2],
    distribution: normal(3, 0.01 + softplus(-2)),
  },
  { likelihood: laplace({ scale: 0.3 }), output: [2], distribution: doubleExponential(2, 0.3) },
  {
    likelihood: laplace({ scale: 'perFeature' }),
    output: [-1, 0.5],
    distribution: doubleExponential(-1, 0.01 + softplus(0.5)),
  },
  {
    likelihood: categorical({ classes: 4 }),
    output: [0.1, -1, 2, 0.5],
    distribution: levels(softmax([0.1, -1, 2, 0.5])),
  },
  {
    likelihood: discretizedLogistic({ levels: 6 }),
    output: [0.3, -2],
    distribution: levels(logistic(6, 0.3, -2)),
  },
  {
    likelihood: discretizedLogistic(),
    output: [0.95, -1.5],
    distribution: levels(logistic(256, 0.95, -1.5)),
  },
  { likelihood: squaredError(), output: [2], distribution: normal(2, Math.SQRT1_2) },
  {
    likelihood: squaredError({ activation: 'sigmoid' }),
    output: [2],
    distribution: normal(sigmoid(2), Math.SQRT1_2),
  },
  {
    likelihood: mixed({ parts: [{ kind: 'gaussian' }] }),
    output: [3, -2],
    distribution: normal(3, 0.01 + softplus(-2)),
  },
  {
    likelihood: mixed({ parts: [{ kind: 'gaussian', standardDeviation: 0.5 }] }),
    output: [2],
    distribution: normal(2, 0.5),
  },
  { likelihood: mixed({ parts: [{ kind: 'bernoulli' }] }), output: [0.7], distribution: bit(0.7) },
]

const count = 40_000
/** The 0.1% critical value of the Kolmogorov-Smirnov distance; for steps it is an upper bound. */
const critical = 1.95 / Math.sqrt(count)

/** The greatest distance between the share of draws up to x and the distribution function at x. */
function distance(draws: Float32Array, distribution: (x: number) => number): number {
  const sorted = draws.toSorted()
  let greatest = 0
  for (let i = 0; i < sorted.length; i++) {
    const x = sorted[i] as number
    if (sorted[i + 1] === x) continue // only at the last of equal draws does the share jump to its value
    greatest = Math.max(greatest, Math.abs((i + 1) / sorted.length - distribution(x)))
  }
  return greatest
}

const outputOf = (values: readonly number[], examples: number, features = 1) => {
  const one = values.length === 1 ? [features] : [features, values.length]
  return tf.tensor(Array.from({ length: examples * features }, () => values).flat(), [examples, ...one])
}

describe.each(rows.map((row) => ({ name: `${JSON.stringify(row.likelihood.config)} at ${row.output}`, ...row })))(
  '$name',
  ({ likelihood, output, distribution }) => {
    test('draws from its distribution, in every feature', () => {
      const features = likelihood.kind === 'mixed' ? 1 : 2
      const drawn = drawFrom(likelihood, outputOf(output, count, features), { seed: 5 })
      expect(drawn.shape).toEqual([count, features])
      for (let feature = 0; feature < features; feature++) {
        const column = drawn.dataSync<'float32'>().filter((_, i) => i % features === feature)
        expect(distance(column, distribution)).toBeLessThan(critical)
      }
    })

    test('draws have the mean that `mean` gives', () => {
      const y = outputOf(output, count)
      const mean = likelihood.mean(y).dataSync()[0] as number
      const draws = [...drawFrom(likelihood, y, { seed: 6 }).dataSync()]
      const average = draws.reduce((sum, x) => sum + x, 0) / count
      const deviation = Math.sqrt(draws.reduce((sum, x) => sum + (x - average) ** 2, 0) / count)
      // The discretised logistic's `mean` is its location, and not the mean of levels whose ends take the tails.
      const isLocation = likelihood.kind === 'discretizedLogistic'
      if (!isLocation) expect(Math.abs(average - mean)).toBeLessThan((4 * deviation) / Math.sqrt(count) + 1e-4)
    })

    test('draws what the seed says, rows of a longer draw where it begins further on, and leaks nothing', () => {
      const numbers = (address: object, examples = 8) => {
        const drawn = drawFrom(likelihood, outputOf(output, examples), address)
        return [...drawn.dataSync()]
      }
      tf.tidy(() => {
        expect(numbers({ seed: 1 })).toEqual(numbers({ seed: 1 }))
        expect(numbers({ seed: 1 }, 200)).not.toEqual(numbers({ seed: 2 }, 200))
        expect(numbers({ seed: 1, first: 3 }, 5)).toEqual(numbers({ seed: 1 }).slice(3))
      })
      const y = outputOf(output, 3)
      expectNoLeak(() => drawFrom(likelihood, y).dispose())
      expectNoLeak(() => {
        expect(() => drawFrom(likelihood, y, { seed: -1 })).toThrow('bad `seed`')
      })
    })
  },
)

test('groups of a mixed likelihood draw categories with their probabilities, one of each group, independently', () => {
  const groups = [
    [0.1, -1, 2],
    [1, 0],
  ]
  const likelihood = mixed({ parts: groups.map(({ length: size }) => ({ kind: 'categorical', size })) })
  const drawn = drawFrom(likelihood, tf.tensor(Array.from({ length: count }, () => groups.flat())))
  const counts = new Map<string, number>()
  const values = drawn.dataSync()
  for (let row = 0; row < count; row++) {
    const key = values.subarray(row * 5, row * 5 + 5).join('')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const [first, second] = groups.map(softmax) as [number[], number[]]
  let chiSquare = 0
  for (const [i, p] of first.entries()) {
    for (const [j, q] of second.entries()) {
      const key = [...first.map((_, k) => Number(k === i)), ...second.map((_, k) => Number(k === j))].join('')
      chiSquare += ((counts.get(key) ?? 0) - p * q * count) ** 2 / (p * q * count)
    }
  }
  expect(counts.size).toBe(6)
  expect(chiSquare).toBeLessThan(20.5) // 5 degrees of freedom, 0.1%
})

test('drawFrom refuses a likelihood without draws, and says what it would need', () => {
  const { draw: _, ...without } = bernoulli
  expect(() => drawFrom(without, tf.zeros([1, 2]))).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`drawFrom\` received a likelihood that cannot draw.

    Expected: a likelihood with the method \`draw\`
    Received: "bernoulli"
    Fix:      give it a method draw(output, address), or leave out \`draw: true\` to get means]
  `)
})
