// Likelihoods, divergences and their gradients.
import * as tf from '@tensorflow/tfjs-core'
import { floats, numbers, runKernel, take } from '../kernel-calls.ts'
import { type AccuracyCase, at, largestOf, type Outcome, rowSums, sigmoid } from './case.ts'

/** Of the losses that compare an output with a target. */
export function likelihoods(): AccuracyCase[] {
  const [batch, features] = [128, 784]
  const output = numbers('output', batch * features, 3)
  const target = numbers('target', batch * features).map((x) => Math.fround(sigmoid(x)))
  const dy = numbers('dy', batch)
  const row = (i: number) => Math.floor(i / features)
  const inputs = (name: string) => ({
    [name]: floats(output, [batch, features]),
    target: floats(target, [batch, features]),
  })
  const kinds = [
    {
      name: 'Bernoulli',
      input: 'logits',
      kernels: ['AeBernoulli', 'AeBernoulliGradient'],
      loss: (l: number, t: number) => Math.max(l, 0) - l * t + Math.log1p(Math.exp(-Math.abs(l))),
      slope: (l: number, t: number) => sigmoid(l) - t,
    },
    {
      name: 'squares',
      input: 'prediction',
      kernels: ['AeSumOfSquares', 'AeSumOfSquaresGradient'],
      loss: (x: number, t: number) => (x - t) ** 2,
      slope: (x: number, t: number) => 2 * (x - t),
    },
    {
      name: 'squares of sigmoid',
      input: 'output',
      kernels: ['AeSumOfSquaresOfSigmoid', 'AeSumOfSquaresOfSigmoidGradient'],
      loss: (x: number, t: number) => (sigmoid(x) - t) ** 2,
      slope: (x: number, t: number) => 2 * (sigmoid(x) - t) * sigmoid(x) * (1 - sigmoid(x)),
    },
  ] as const
  return kinds.flatMap(({ name, input, kernels: [value, gradient], loss, slope }): AccuracyCase[] => [
    {
      name: `${name}, summed over features`,
      size: `[${batch}, ${features}]`,
      measure: 'the number',
      bound: 1e-6,
      run: () => {
        const [actual = []] = take(...tf.tidy(() => runKernel(value, inputs(input))))
        return { actual, expected: rowSums(batch, features, (i) => loss(at(output, i), at(target, i))) }
      },
    },
    {
      name: `${name}, gradient`,
      size: `[${batch}, ${features}]`,
      measure: 'the largest',
      bound: 1e-6,
      run: () => {
        const [actual = []] = take(...tf.tidy(() => runKernel(gradient, { ...inputs(input), dy: floats(dy, [batch]) })))
        const expected = output.map((x, i) => at(dy, row(i)) * slope(x, at(target, i)))
        return { actual, expected, scale: largestOf(expected) }
      },
    },
  ])
}

/** Of the Gaussian posterior of a VAE. */
export function gaussians(): AccuracyCase[] {
  const [batch, latents] = [128, 64]
  const names = ['mean', 'logVariance', 'noise', 'dy'] as const
  const [mean, logVariance, noise, dy] = names.map((name) => numbers(name, batch * latents)) as [
    number[],
    number[],
    number[],
    number[],
  ]
  const tensors = () =>
    Object.fromEntries(
      [mean, logVariance, noise, dy].map((values, i) => [names[i] as string, floats(values, [batch, latents])]),
    )
  const run = (kernel: string, inputs: readonly string[], which: number, others: tf.NamedTensorMap = {}) => {
    const [actual = []] = take(
      tf.tidy(() => {
        const all: tf.NamedTensorMap = tensors()
        const chosen = Object.fromEntries(inputs.map((name) => [name, all[name] as tf.Tensor]))
        return runKernel(kernel, { ...chosen, ...others })[which] as tf.Tensor
      }),
    )
    return actual
  }
  const size = `[${batch}, ${latents}]`
  const perRow = numbers('perRow', batch)
  const ofRow = (i: number) => at(perRow, Math.floor(i / latents))
  const [gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient] = [
    'AeGaussianKl',
    'AeGaussianKlGradient',
    'AeReparameterize',
    'AeReparameterizeGradient',
  ]
  const gradientOfKl = (which: 0 | 1) => (): Outcome => {
    const upstream = floats(perRow, [batch])
    const actual = run(gaussianKlGradient, ['mean', 'logVariance'], which, { dy: upstream })
    upstream.dispose()
    const expected =
      which === 0 ? mean.map((m, i) => m * ofRow(i)) : logVariance.map((v, i) => (Math.expm1(v) / 2) * ofRow(i))
    return { actual, expected, scale: largestOf(expected) }
  }
  return [
    {
      name: 'Gaussian KL, summed over latents',
      size,
      measure: 'the number',
      bound: 1e-6,
      run: () => ({
        actual: run(gaussianKl, ['mean', 'logVariance'], 0),
        expected: rowSums(batch, latents, (i) => {
          const [m, v] = [at(mean, i), at(logVariance, i)]
          return (Math.exp(v) + m * m - 1 - v) / 2
        }),
      }),
    },
    { name: 'Gaussian KL, gradient of mean', size, measure: 'the largest', bound: 2e-7, run: gradientOfKl(0) },
    { name: 'Gaussian KL, gradient of log-variance', size, measure: 'the largest', bound: 5e-7, run: gradientOfKl(1) },
    {
      name: 'reparameterised sample',
      size,
      measure: 'the largest',
      bound: 5e-7,
      run: () => {
        const expected = mean.map((m, i) => m + Math.exp(at(logVariance, i) / 2) * at(noise, i))
        const actual = run(reparameterize, ['mean', 'logVariance', 'noise'], 0)
        return { actual, expected, scale: largestOf(expected) }
      },
    },
    {
      name: 'reparameterised sample, gradient of log-variance',
      size,
      measure: 'the number',
      bound: 5e-7,
      run: () => ({
        actual: run(reparameterizeGradient, ['logVariance', 'noise', 'dy'], 0),
        expected: dy.map((d, i) => (d * Math.exp(at(logVariance, i) / 2) * at(noise, i)) / 2),
      }),
    },
  ]
}
