// A linear classifier of one number with squared hinge loss, one class against the rest: the minimum that scikit-learn's
// LinearSVC(class_weight='balanced') seeks. Fan et al., LIBLINEAR, 2008; its weights of classes count for the one class only, unless
// there are two.
import type { Factor } from './codes.ts'

/** A line for each class; for two classes the first says -1 times the second. */
export type Lines = readonly { readonly weight: number; readonly intercept: number }[]

/**
 * For each class, minimises (weight^2 + intercept^2) / 2 + sum of cost max(0, 1 - sign (weight x + intercept))^2.
 *
 * @param x one number for each example, borrowed
 * @param factor its classes, at least 2
 * @param cost of every example of the rest; of those of the class, times examples / (classes * examples of the class)
 */
export function fitLines(x: Float64Array, { indices, values }: Factor, cost: number): Lines {
  const sizes = new Float64Array(values.length)
  for (const index of indices) sizes[index] = (sizes[index] as number) + 1
  const costs = sizes.map((size) => (cost * x.length) / (values.length * size))
  const fit = (target: number) => {
    const signs = Int8Array.from(indices, (index) => (index === target ? 1 : -1))
    const rest = values.length === 2 ? (costs[1 - target] as number) : cost
    return newton(x, signs, costs[target] as number, rest)
  }
  if (values.length > 2) return values.map((_, target) => fit(target))
  const { weight, intercept } = fit(1)
  return [
    { weight: -weight, intercept: -intercept },
    { weight, intercept },
  ]
}

/** The class whose line is highest at each number; the first of several. */
export function classifyByLines(x: Float64Array, lines: Lines): Int32Array {
  return Int32Array.from(x, (value) => {
    let [best, highest] = [0, Number.NEGATIVE_INFINITY]
    for (const [place, { weight, intercept }] of lines.entries()) {
      const height = weight * value + intercept
      if (height > highest) [best, highest] = [place, height]
    }
    return best
  })
}

function newton(x: Float64Array, signs: Int8Array, own: number, rest: number) {
  let [weight, intercept] = [0, 0]
  let now = lossAt(x, signs, own, rest, weight, intercept)
  for (let round = 0; round < 100; round++) {
    const { slope, lift, xx, x1, one } = now
    const determinant = xx * one - x1 * x1
    const [dw, db] = [(x1 * lift - one * slope) / determinant, (x1 * slope - xx * lift) / determinant]
    let [next, step] = [now, 1]
    for (; step > 1e-10; step /= 2) {
      next = lossAt(x, signs, own, rest, weight + step * dw, intercept + step * db)
      if (next.loss <= now.loss) break
    }
    weight += step * dw
    intercept += step * db
    if (now.loss - next.loss <= 1e-14 * now.loss) break
    now = next
  }
  return { weight, intercept }
}

/** The loss, its gradient and its generalised Hessian. */
function lossAt(x: Float64Array, signs: Int8Array, own: number, rest: number, weight: number, intercept: number) {
  let loss = (weight * weight + intercept * intercept) / 2
  let [slope, lift, xx, x1, one] = [weight, intercept, 1, 0, 1]
  for (let i = 0; i < x.length; i++) {
    const [value, sign] = [x[i] as number, signs[i] as number]
    const gap = 1 - sign * (weight * value + intercept)
    if (gap <= 0) continue
    const cost = sign > 0 ? own : rest
    loss += cost * gap * gap
    slope -= 2 * cost * sign * gap * value
    lift -= 2 * cost * sign * gap
    xx += 2 * cost * value * value
    x1 += 2 * cost * value
    one += 2 * cost
  }
  return { loss, slope, lift, xx, x1, one }
}
