// A mixture of Gaussians for one column: Xu et al., Modeling tabular data using conditional GAN, 2019, section 4.2. As many as lower
// the Bayesian information criterion, where the paper's variational fit prunes from ten.

/** Gaussians by their means, in rising order. */
export interface FittedModes {
  readonly means: readonly number[]
  readonly deviations: readonly number[]
  readonly weights: readonly number[]
}

/** The most Gaussians, as in the paper. */
const mostModes = 10

/** How many values are fitted at most: evenly spaced ones by rank. */
const mostValues = 4000

/** Fits 1 to 10 Gaussians to values, at least one. */
export function fitModes(all: Float64Array): FittedModes {
  const sorted = all.slice().sort()
  const count = Math.min(sorted.length, mostValues)
  const first = sorted[0] as number
  const range = (sorted[sorted.length - 1] as number) - first
  if (range === 0) return { means: [first], deviations: [Math.max(1e-6, Math.abs(first) * 1e-6)], weights: [1] }
  const values = Float64Array.from({ length: count }, (_, i) => {
    return ((sorted[Math.floor(((i + 0.5) / count) * sorted.length)] as number) - first) / range
  })
  let best = {
    modes: { means: [0.5], deviations: [1], weights: [1] } as FittedModes,
    criterion: Number.POSITIVE_INFINITY,
  }
  for (let k = 1, worse = 0; k <= Math.min(mostModes, count) && worse < 2; k++) {
    const { modes, logLikelihood } = maximized(values, k)
    const criterion = (3 * k - 1) * Math.log(count) - 2 * logLikelihood
    if (criterion < best.criterion) {
      best = { modes, criterion }
      worse = 0
    } else worse++
  }
  const { means, deviations, weights } = best.modes
  return { means: means.map((mean) => first + range * mean), deviations: deviations.map((one) => range * one), weights }
}

/** The smallest standard deviation, as a share of the range. */
const least = 1e-3

/** Expectation maximisation for sorted values in [0, 1], from Gaussians on equal shares of them. */
function maximized(values: Float64Array, k: number) {
  const count = values.length
  const chunks = Array.from({ length: k }, (_, i) => {
    const chunk = values.subarray(Math.floor((i / k) * count), Math.max(Math.floor(((i + 1) / k) * count), 1))
    const mean = chunk.reduce((sum, x) => sum + x, 0) / chunk.length
    return { mean, deviation: Math.sqrt(chunk.reduce((sum, x) => sum + (x - mean) ** 2, 0) / chunk.length) }
  })
  const means = Float64Array.from(chunks, ({ mean }) => mean)
  const deviations = Float64Array.from(chunks, ({ deviation }) => Math.max(least, deviation))
  const weights = new Float64Array(k).fill(1 / k)
  const densities = new Float64Array(k)
  let logLikelihood = Number.NEGATIVE_INFINITY
  for (let step = 0; step < 100; step++) {
    const [sums, firsts, seconds] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)]
    let total = 0
    for (const x of values) {
      let whole = 0
      for (let i = 0; i < k; i++) {
        const deviation = deviations[i] as number
        const z = (x - (means[i] as number)) / deviation
        densities[i] = ((weights[i] as number) / deviation) * Math.exp(-0.5 * z * z) + 1e-300
        whole += densities[i] as number
      }
      total += Math.log(whole / Math.sqrt(2 * Math.PI))
      for (let i = 0; i < k; i++) {
        const part = (densities[i] as number) / whole
        const offset = x - (means[i] as number)
        sums[i] = (sums[i] as number) + part
        firsts[i] = (firsts[i] as number) + part * offset
        seconds[i] = (seconds[i] as number) + part * offset * offset
      }
    }
    for (let i = 0; i < k; i++) {
      const sum = Math.max(sums[i] as number, 1e-9)
      const shift = (firsts[i] as number) / sum
      means[i] = (means[i] as number) + shift
      deviations[i] = Math.max(least, Math.sqrt(Math.max(0, (seconds[i] as number) / sum - shift * shift)))
      weights[i] = sum / count
    }
    if (total - logLikelihood < 1e-4 * count && step > 5) break
    logLikelihood = total
  }
  const order = [...means.keys()]
    .filter((i) => (weights[i] as number) > 0.005)
    .sort((a, b) => (means[a] as number) - (means[b] as number))
  const of = (list: Float64Array) => order.map((i) => list[i] as number)
  return { modes: { means: of(means), deviations: of(deviations), weights: of(weights) }, logLikelihood }
}
