// A linear Gaussian VAE: x = W z + noise of standard deviation sigma, of which log p(x), the posterior and the bounds are known.
import { normals } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { gaussian } from '@ae/losses'
import { linearVae } from './linear-vae.ts'

/** W, `[latent][feature]`, with orthogonal rows, so that each latent has a posterior of its own. */
const directions = [
  [1, -0.5, 2, 0],
  [2, 0, -1, 1.5],
]
const deviation = 0.5
const features = 4
const lengths = directions.map((row) => row.reduce((sum, value) => sum + value * value, 0))
/** The variance of each latent's true posterior. */
export const posteriorVariances = lengths.map((length) => 1 / (1 + length / deviation ** 2))

/** Examples of the model, as a data set and one by one, and log p(x) of each: log N(x; 0, W W' + sigma^2 I). */
export function linearExamples(count: number, seed = 1) {
  const z = normals('latents', { seed }, count * 2)
  const noise = normals('noise', { seed }, count * features)
  const values = noise.map((e, i) => {
    const [row, feature] = [Math.floor(i / features), i % features]
    const mean = directions.reduce((sum, direction, k) => sum + (z[row * 2 + k] ?? 0) * (direction[feature] ?? 0), 0)
    return mean + deviation * e
  })
  const logLikelihoods = Array.from({ length: count }, (_, row) => {
    const x = values.subarray(row * features, (row + 1) * features)
    let distance = x.reduce((sum, value) => sum + value * value, 0) / deviation ** 2
    let logDeterminant = features * Math.log(deviation ** 2)
    directions.forEach((direction, k) => {
      const along = direction.reduce((sum, value, i) => sum + value * (x[i] ?? 0), 0) ** 2
      distance -= (along / deviation ** 4) * (posteriorVariances[k] ?? 0)
      logDeterminant -= Math.log(posteriorVariances[k] ?? 0)
    })
    return -(features * Math.log(2 * Math.PI) + logDeterminant + distance) / 2
  })
  const rows = logLikelihoods.map((_, row) => values.subarray(row * features, (row + 1) * features))
  return { data: fromArray(values, { shape: [features] }), rows, logLikelihoods }
}

/** The model with its true posterior, or one whose means are multiplied by `moved` and whose log variances are `wider`. */
export function linearGaussian({ moved = 1, wider = 0 } = {}) {
  const mean = Array.from({ length: features }, (_, i) =>
    directions.map((direction, k) => (moved * (posteriorVariances[k] ?? 0) * (direction[i] ?? 0)) / deviation ** 2),
  )
  return linearVae(
    { mean, logVariance: posteriorVariances.map((variance) => Math.log(variance) + wider), decoder: directions },
    { likelihood: gaussian({ standardDeviation: deviation }) },
  )
}

/** E over z of q of log q(z | x) - log p(z | x), nats: how far the ELBO of the model with that posterior is from log p(x). */
export function gapOf(x: ArrayLike<number>, { moved = 1, wider = 0 } = {}): number {
  return posteriorVariances.reduce((sum, variance, k) => {
    const along = (directions[k] ?? []).reduce((total, value, i) => total + value * (x[i] ?? 0), 0)
    const distance = ((moved - 1) * variance * along) / deviation ** 2
    return sum + (Math.exp(wider) + distance ** 2 / variance - 1 - wider) / 2
  }, 0)
}

/** The mean of log p(x) over examples of the model, minus their entropy: -1/2 log det(2 pi e (W W' + sigma^2 I)). */
export const meanLogLikelihood =
  -(
    features * (1 + Math.log(2 * Math.PI * deviation ** 2)) -
    posteriorVariances.reduce((sum, variance) => sum + Math.log(variance), 0)
  ) / 2
