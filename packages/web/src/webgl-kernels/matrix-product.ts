// The product of two matrices in GLSL. From two texels a step, which hold 2 x 2 numbers of either factor, come eight
// products for the 2 x 2 numbers of an output's texel.
import { longSum } from './long-sum.ts'

/** A factor of a product. */
export interface Factor {
  /** Its getter in GLSL, e.g. `getX`. */
  readonly getter: string
  /** Whether its transpose is meant. */
  readonly transposed?: boolean
}

/**
 * GLSL of a function that gives the texel of `left right` at a row and column.
 *
 * @param name the function's
 * @param length of the rows of `left` and the columns of `right`
 */
export function productFunction(name: string, left: Factor, right: Factor, length: number): string {
  const l = (place: string) =>
    left.transposed ? `${left.getter}(${place}, at.x).xzyw` : `${left.getter}(at.x, ${place})`
  const r = (place: string) =>
    right.transposed ? `${right.getter}(at.y, ${place}).xzyw` : `${right.getter}(${place}, at.y)`
  const step = `vec4 l = ${l('2 * i')}; vec4 r = ${r('2 * i')}; sum += l.xxzz * r.xyxy; sum += l.yyww * r.zwzw;`
  // Of an odd last texel, what lies beyond the edge takes no part: it may be anything.
  const last = `total += ${l(`${length - 1}`)}.xxzz * ${r(`${length - 1}`)}.xyxy;`
  return `
    vec4 ${name}(ivec2 at) {
      ${longSum(length >> 1, step)}
      ${length % 2 === 1 ? last : ''}
      return total;
    }`
}
