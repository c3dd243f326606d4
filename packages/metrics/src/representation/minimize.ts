// The minimum of a smooth function by L-BFGS: Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithms 7.4 and 7.5.
import { yieldToTasks } from '@ae/core/internal'

/** What {@link minimize} minimises: gives the value at `x` and writes the gradient. */
export type Smooth = (x: Float64Array, gradient: Float64Array) => number | Promise<number>

/** What {@link minimize} gives. */
export interface Minimum {
  readonly x: Float64Array
  readonly iterations: number
  /** Whether no entry of the gradient is larger than the tolerance; else it stopped after the last iteration allowed. */
  readonly hasConverged: boolean
}

const remembered = 10

/**
 * Minimises a convex function.
 *
 * @param f see {@link Smooth}
 * @param start borrowed
 * @param limits the largest entry of the gradient to stop at, and the most iterations
 */
export async function minimize(
  f: Smooth,
  start: Float64Array,
  { tolerance, iterations }: { readonly tolerance: number; readonly iterations: number },
): Promise<Minimum> {
  let x = Float64Array.from(start)
  let gradient = new Float64Array(x.length)
  let value = await f(x, gradient)
  const pairs: { readonly s: Float64Array; readonly y: Float64Array; readonly sy: number }[] = []
  for (let iteration = 0; ; iteration++) {
    if (gradient.every((entry) => Math.abs(entry) <= tolerance)) return { x, iterations: iteration, hasConverged: true }
    if (iteration === iterations) return { x, iterations, hasConverged: false }
    const direction = descent(gradient, pairs)
    const slope = dot(direction, gradient)
    let step = iteration === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    const next = new Float64Array(x.length)
    const nextGradient = new Float64Array(x.length)
    let nextValue = Number.NaN
    for (let tries = 0; tries < 60; tries++, step /= 2) {
      for (let i = 0; i < x.length; i++) next[i] = (x[i] as number) + step * (direction[i] as number)
      nextValue = await f(next, nextGradient)
      await yieldToTasks()
      // The last digits of a value are noise near the minimum, where the slope along the step must fall instead.
      const isFlat = Math.abs(nextValue - value) <= 1e-12 * Math.abs(value)
      if (nextValue <= value + 1e-4 * step * slope || (isFlat && dot(direction, nextGradient) <= -0.5 * slope)) break
    }
    const s = next.map((entry, i) => entry - (x[i] as number))
    const y = nextGradient.map((entry, i) => entry - (gradient[i] as number))
    const sy = dot(s, y)
    if (sy > 0) pairs.push({ s, y, sy })
    if (pairs.length > remembered) pairs.shift()
    ;[x, gradient, value] = [next, nextGradient, nextValue]
  }
}

/** Minus the gradient times the inverse Hessian as the last steps tell it. */
function descent(
  gradient: Float64Array,
  pairs: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly sy: number }[],
): Float64Array {
  const direction = gradient.map((entry) => -entry)
  const shares: number[] = []
  for (const { s, y, sy } of [...pairs].reverse()) {
    const share = dot(s, direction) / sy
    shares.push(share)
    for (let i = 0; i < y.length; i++) direction[i] = (direction[i] as number) - share * (y[i] as number)
  }
  const last = pairs.at(-1)
  const scale = last === undefined ? 1 : last.sy / dot(last.y, last.y)
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale
  for (const { s, y, sy } of pairs) {
    const share = (shares.pop() as number) - dot(y, direction) / sy
    for (let i = 0; i < s.length; i++) direction[i] = (direction[i] as number) + share * (s[i] as number)
  }
  return direction
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
