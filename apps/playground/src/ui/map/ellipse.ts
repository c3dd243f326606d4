// The Gaussian of a code on the plane, as an ellipse.
import type { Point } from './plane-view.ts'

/** An ellipse: its half axes, and the angle of the first from the x axis, counter-clockwise, in radians. */
export interface Ellipse {
  readonly centre: Point
  readonly half: readonly [number, number]
  readonly angle: number
}

/**
 * The ellipse that holds 95% of a Gaussian. Projection onto the plane is linear, so that the covariance there is made of what becomes of
 * each latent's standard deviation.
 *
 * @param centre the projected mean
 * @param moved for each latent, the projection of the mean plus that latent's standard deviation: `[latents, 2]`
 */
export function ellipseOf([x, y]: Point, moved: Float32Array): Ellipse {
  let [xx, xy, yy] = [0, 0, 0]
  for (let at = 0; at < moved.length; at += 2) {
    const [dx, dy] = [(moved[at] ?? 0) - x, (moved[at + 1] ?? 0) - y]
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  const middle = (xx + yy) / 2
  const apart = Math.hypot((xx - yy) / 2, xy)
  const half = [middle + apart, Math.max(0, middle - apart)].map((variance) => radius * Math.sqrt(variance))
  return { centre: [x, y], half: half as [number, number], angle: Math.atan2(2 * xy, xx - yy) / 2 }
}

/** Standard deviations within which a Gaussian of two dimensions has 95% of its mass: the root of -2 log 0.05. */
const radius = Math.sqrt(-2 * Math.log(0.05))
