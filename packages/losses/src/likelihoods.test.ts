// What every likelihood promises, one row each: the value of its formula in float64, its gradient, finite at extremes.
import { type Likelihood, registerGradients } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { categorical } from './categorical.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'
import { discretizedLogistic } from './discretized-logistic.ts'
import { gaussian } from './gaussian.ts'
import { laplace } from './laplace.ts'
import { likelihoodFromConfig, prepareLikelihood } from './likelihood-config.ts'
import { squaredError } from './squared-error.ts'

interface Row {
  readonly likelihood: Likelihood
  /** -log p(x) of one feature, in float64. */
  readonly formula: (x: number, ...parameters: number[]) => number
  /** Feature by feature: its value, then its parameters. */
  readonly features: readonly (readonly number[])[]
  /** The same, where a careless formula overflows or loses its digits. */
  readonly extremes: readonly (readonly number[])[]
}

const sigmoid = (l: number) => 1 / (1 + Math.exp(-l))
const softplus = (l: number) => Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l)))
const normal = (x: number, m: number, s: number) => 0.5 * ((x - m) / s) ** 2 + Math.log(s * Math.sqrt(2 * Math.PI))
const doubleExponential = (x: number, m: number, s: number) => Math.abs(x - m) / s + Math.log(2 * s)
const logMeanDecay = (m: number) => (m === 0 ? 0 : Math.log(-Math.expm1(-m) / m))
const learned = (density: (x: number, m: number, s: number) => number) => (x: number, m: number, raw: number) =>
  density(x, m, 0.01 + softplus(raw))
const logistic = (levels: number) => (x: number, m: number, logScale: number) => {
  const [level, scale] = [Math.round(x * (levels - 1)), Math.max(Math.exp(logScale), 1 / (levels - 1) / 64)]
  const [upper, lower] = [0.5, -0.5].map((end) => ((level + end) / (levels - 1) - m) / scale) as [number, number]
  if (level === 0) return softplus(-upper)
  if (level === levels - 1) return softplus(lower)
  return softplus(-upper) + softplus(lower) - Math.log(-Math.expm1(lower - upper))
}
const ofLocation = [
  [0.3, 0.1],
  [1, -0.7],
  [-2, 2.5],
]
const ofLocationAndScale = [
  [0.3, 0.1, 0],
  [1, -0.7, -2],
  [-2, 2.5, 1.5],
]
const farLocations = [
  [0.5, 1e6, -100],
  [0.5, 0.5, -1000],
  [0, -1e4, 100],
  [1, 1, 1e6],
]

const rows: readonly Row[] = [
  {
    likelihood: bernoulli,
    formula: (x, l) => softplus(l) - l * x,
    features: [
      [1, 0.3],
      [0.25, -1.2],
      [0, 2.5],
    ],
    extremes: [
      [1, 1000],
      [0, 1000],
      [1, -1000],
      [0.5, 0],
    ],
  },
  {
    likelihood: continuousBernoulli,
    formula: (x, l) => Math.max(l, 0) - l * x + logMeanDecay(Math.abs(l)),
    features: [
      [1, 0.3],
      [0.25, -1.2],
      [0.7, 0.9],
      [0, 2.5],
      [0.6, 0.2],
      [0.1, -6],
    ],
    extremes: [
      [1, 1000],
      [0, 1000],
      [1, -1000],
      [0, -1000],
      [0.5, 0],
      [0.2, 1e-30],
      [0.9, -1e-4],
    ],
  },
  {
    likelihood: gaussian({ standardDeviation: 0.5 }),
    formula: (x, m) => normal(x, m, 0.5),
    features: ofLocation,
    extremes: [
      [0, 1e6],
      [1, -1e6],
    ],
  },
  ...(['shared', 'perFeature'] as const).map((standardDeviation) => ({
    likelihood: gaussian({ standardDeviation }),
    formula: learned(normal),
    features: ofLocationAndScale,
    extremes: farLocations,
  })),
  {
    likelihood: laplace({ scale: 0.3 }),
    formula: (x, m) => doubleExponential(x, m, 0.3),
    features: ofLocation,
    extremes: [
      [0, 1e6],
      [1, -1e6],
    ],
  },
  ...(['shared', 'perFeature'] as const).map((scale) => ({
    likelihood: laplace({ scale }),
    formula: learned(doubleExponential),
    features: ofLocationAndScale,
    extremes: farLocations,
  })),
  {
    likelihood: categorical({ classes: 4 }),
    formula: (x, ...logits) => {
      const largest = Math.max(...logits)
      const sum = logits.reduce((total, l) => total + Math.exp(l - largest), 0)
      return largest + Math.log(sum) - (logits[Math.round(x * 3)] ?? Number.NaN)
    },
    features: [
      [0, 1, -1, 0.5, 2],
      [0.3, 0, 3, 1, -2],
      [1, -1, 0, 0.3, 0.2],
    ],
    extremes: [
      [0, 1000, 0, 0, 0],
      [1, 1000, 0, 0, -1000],
      [2 / 3, -1e6, -1e6, -1e6, -1e6],
    ],
  },
  {
    likelihood: discretizedLogistic({ levels: 5 }),
    formula: logistic(5),
    features: [
      [0, 0.1, -1],
      [0.25, 0.4, -2],
      [0.5, 0.4, 2],
      [0.8, 0.1, -1.5],
      [1, 1.3, 0.5],
    ],
    extremes: [
      [0, 1e4, -100],
      [1, -1e4, -100],
      [0.5, 0.5, -100],
      [0.5, 1e4, 0],
      [0.5, 0, 50],
      [1, 2, 1e6],
    ],
  },
  {
    likelihood: discretizedLogistic(),
    formula: logistic(256),
    features: [
      [0, 0.1, -1],
      [100 / 255, 0.4, -2],
      [101 / 255, 0.4, 0],
      [1, 0.9, -2.5],
    ],
    extremes: [
      [1 / 255, 0.5, 5],
      [1 / 255, 0.5, 20],
      [0.5, 0.25, -8],
    ],
  },
  {
    likelihood: squaredError({ activation: 'sigmoid' }),
    formula: (x, l) => (sigmoid(l) - x) ** 2,
    features: [
      [1, 0.3],
      [0.25, -1.2],
    ],
    extremes: [
      [1, -1000],
      [0, 1000],
    ],
  },
]

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

/** Two examples of the same features, `[2, 1, features]` and, for several parameters, an axis more. */
function tensors(features: Row['features']) {
  const parameters = features.map((feature) => feature.slice(1))
  const count = parameters[0]?.length ?? 1
  const shape = [2, 1, features.length]
  return {
    output: tf.tensor([...parameters.flat(), ...parameters.flat()], count === 1 ? shape : [...shape, count]),
    target: tf.tensor(
      features.concat(features).map(([x]) => x ?? 0),
      shape,
    ),
  }
}

describe.each(rows.map((row) => ({ name: JSON.stringify(row.likelihood.config), ...row })))(
  '$name',
  ({ likelihood, formula, features, extremes }) => {
    const sum = (of: Row['features']) => of.reduce((total, [x = 0, ...rest]) => total + formula(x, ...rest), 0)

    test('is its formula, summed over features', () => {
      const { output, target } = tensors(features)
      const value = likelihood.negativeLogLikelihood(output, target)
      expect(value.shape).toEqual([2])
      expectClose(value.dataSync(), [sum(features), sum(features)], { relative: 2e-6 })
    })

    test('has the gradient of central differences, an example at a time', async () => {
      const { output, target } = tensors(features)
      const weights = tf.tensor1d([2, -3])
      const gradient = tf.grad((y: tf.Tensor) => tf.sum(tf.mul(likelihood.negativeLogLikelihood(y, target), weights)))(
        output,
      )
      expect(gradient.shape).toEqual(output.shape)
      const count = (features[0]?.length ?? 2) - 1
      const at = (point: Float32Array) =>
        sum(features.map(([x = 0], i) => [x, ...point.slice(i * count, (i + 1) * count)]))
      const expected = await centralDifferences(
        at,
        features.flatMap((feature) => feature.slice(1)),
      )
      expectClose(gradient.dataSync(), [...expected.map((d) => 2 * d), ...expected.map((d) => -3 * d)], {
        absolute: 2e-4,
        relative: 1e-3,
      })
    })

    test('is exact, and its gradient finite, at extreme outputs', () => {
      for (const feature of extremes) {
        const { output, target } = tensors([feature])
        const f = (y: tf.Tensor) => tf.sum(likelihood.negativeLogLikelihood(y, target))
        const { value, grad } = tf.valueAndGrad(f)(output)
        expectClose(value.dataSync(), [2 * sum([feature])], { relative: 1e-5, absolute: 2e-6 })
        for (const slope of grad.dataSync()) expect(Number.isFinite(slope), `gradient at ${feature}`).toBe(true)
        for (const mean of likelihood.mean(output).dataSync()) expect(Number.isFinite(mean)).toBe(true)
      }
    })

    test('has a mean of the data, within its support', () => {
      const { output, target } = tensors([...features, ...extremes])
      const mean = likelihood.mean(output)
      expect(mean.shape).toEqual(target.shape)
      for (const value of mean.dataSync()) {
        expect(value).toBeGreaterThanOrEqual(likelihood.support.minimum)
        expect(value).toBeLessThanOrEqual(likelihood.support.maximum)
      }
    })

    test('leaks nothing', () => {
      const { output, target } = tensors(features)
      expectNoLeak(() => {
        likelihood.negativeLogLikelihood(output, target).dispose()
        likelihood.mean(output).dispose()
        tf.grad((y: tf.Tensor) => likelihood.negativeLogLikelihood(y, target))(output).dispose()
      })
    })

    test('refuses shapes that do not fit', () => {
      const { output, target } = tensors(features)
      expect(() => likelihood.negativeLogLikelihood(tf.expandDims(output, 1), target)).toThrow('do not match')
    })

    test('is restored from its config as JSON', async () => {
      await prepareLikelihood(likelihood.config)
      const restored = likelihoodFromConfig(JSON.parse(JSON.stringify(likelihood.config)))
      expect(restored.config).toEqual(likelihood.config)
      expect(restored.support).toEqual(likelihood.support)
      expect([restored.parameters, restored.shared]).toEqual([likelihood.parameters, likelihood.shared])
      const { output, target } = tensors(features)
      expectClose(
        restored.negativeLogLikelihood(output, target).dataSync(),
        likelihood.negativeLogLikelihood(output, target).dataSync(),
      )
    })
  },
)
