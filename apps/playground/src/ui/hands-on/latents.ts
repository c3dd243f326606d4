// Which latents of a code are shown, and how far their sliders reach.

/** Nobody moves more sliders than this. */
const most = 8

/**
 * The latents that tell most of an example: those whose Gaussian is furthest from the prior; without Gaussians, those furthest from 0.
 *
 * @param mean of the code
 * @param logVariance of the code, if it is a Gaussian
 * @returns indices in rising order, at most 8
 */
export function latentsInView(mean: ArrayLike<number>, logVariance?: ArrayLike<number>): readonly number[] {
  const told = Array.from({ length: mean.length }, (_, latent) => {
    const [value, spread] = [mean[latent] ?? 0, logVariance?.[latent] ?? 0]
    return [value ** 2 + Math.exp(spread) - 1 - spread, latent] as const
  })
  return told
    .sort(([a], [b]) => b - a)
    .slice(0, most)
    .map(([, latent]) => latent)
    .sort((a, b) => a - b)
}

/** The ends of the slider of a latent: four standard deviations of the prior, or further where the code is. */
export function rangeOfLatent(value: number): readonly [low: number, high: number] {
  const reach = Math.max(4, Math.ceil(1.5 * Math.abs(value)))
  return [-reach, reach]
}
