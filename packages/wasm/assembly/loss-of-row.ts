// The bodies of the losses, eight numbers of a row at a time, in two adjacent vectors.
import { ONE } from './constants'
import { exp, FEW, floats, log1p, multiplyAdd, sigmoid } from './vector'

// The codes of the losses, where o is a decoder's output and t the target; src/kernels/losses.ts has the same.
// Bernoulli: the negative log-likelihood with logits o, max(o, 0) - o t + log(1 + e^-|o|), finite for every finite o.
export const BERNOULLI: i32 = 0
// Squares: (o - t)^2. Squares of the sigmoid: (p - t)^2 with p = sigmoid(o).
export const SQUARES: i32 = 1
export const SQUARES_OF_SIGMOID: i32 = 2

/** Numbers whose losses are summed in float32: 64 in each of 8 sums. */
export const BLOCK: i32 = 8 * FEW

/**
 * totals [blocks, 8] = the sums of the loss over every eighth number of each block of `BLOCK` (the last may be shorter);
 * `count` is a multiple of 8, and not 0. Here and below `c` is `constants()`, and `code` a constant at each call.
 */
@inline
export function lossOfRow(code: i32, output: usize, target: usize, count: i32, totals: usize, c: usize): void {
  const end = output + floats(count)
  do {
    const few = min(end, output + floats(BLOCK))
    let left = f32x4.splat(0), right = left
    do {
      left = f32x4.add(left, value(code, v128.load(output), v128.load(target), c))
      right = f32x4.add(right, value(code, v128.load(output, 16), v128.load(target, 16), c))
      output += 32
      target += 32
    } while (output < few)
    v128.store(totals, left)
    v128.store(totals, right, 16)
    totals += 32
  } while (output < end)
}

/**
 * The Bernoulli loss in two parts, `totals` and `products`, both [blocks, 8] and over the same numbers as in `lossOfRow`: the sums of
 * max(o, 0) - o t, and the products of 1 + e^-|o|, less 1. One logarithm of such a product stands for those of up to 64 numbers, and
 * without its 1 a product loses no digits if all of them are small.
 */
@inline
export function bernoulliOfRow(output: usize, target: usize, count: i32, totals: usize, products: usize, c: usize): void {
  const zero = f32x4.splat(0), one = v128.load32_splat(c, ONE), end = output + floats(count)
  do {
    const few = min(end, output + floats(BLOCK))
    let left = zero, right = zero, leftProduct = zero, rightProduct = zero
    do {
      const o = v128.load(output), p = v128.load(output, 16)
      left = f32x4.add(left, linear(o, v128.load(target)))
      right = f32x4.add(right, linear(p, v128.load(target, 16)))
      const s = exp(f32x4.neg(f32x4.abs(o)), c), t = exp(f32x4.neg(f32x4.abs(p)), c)
      // (1 + product) (1 + s) - 1
      leftProduct = multiplyAdd(leftProduct, f32x4.add(s, one), s)
      rightProduct = multiplyAdd(rightProduct, f32x4.add(t, one), t)
      output += 32
      target += 32
    } while (output < few)
    v128.store(totals, left)
    v128.store(totals, right, 16)
    v128.store(products, leftProduct)
    v128.store(products, rightProduct, 16)
    totals += 32
    products += 32
  } while (output < end)
}

/** out [count] = the number at `dy` times the derivative with respect to the output. */
@inline
export function gradientOfRow(
  code: i32, output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize,
): void {
  const scale = v128.load32_splat(dy)
  const end = output + floats(count)
  while (output < end) {
    const left = f32x4.mul(scale, derivative(code, v128.load(output), v128.load(target), c))
    const right = f32x4.mul(scale, derivative(code, v128.load(output, 16), v128.load(target, 16), c))
    v128.store(out, left)
    v128.store(out, right, 16)
    output += 32
    target += 32
    out += 32
  }
}

/** The loss of four numbers. */
@inline
export function value(code: i32, output: v128, target: v128, c: usize): v128 {
  if (code == BERNOULLI) {
    return f32x4.add(linear(output, target), log1p(exp(f32x4.neg(f32x4.abs(output)), c), c))
  }
  const difference = f32x4.sub(code == SQUARES ? output : sigmoid(output, c), target)
  return f32x4.mul(difference, difference)
}

@inline
function linear(output: v128, target: v128): v128 {
  return f32x4.sub(f32x4.pmax(output, f32x4.splat(0)), f32x4.mul(output, target))
}

/** Its derivatives with respect to the output. */
@inline
export function derivative(code: i32, output: v128, target: v128, c: usize): v128 {
  if (code == SQUARES) return twice(f32x4.sub(output, target))
  const p = sigmoid(output, c), difference = f32x4.sub(p, target)
  if (code == BERNOULLI) return difference
  return f32x4.mul(twice(difference), f32x4.mul(p, f32x4.sub(v128.load32_splat(c, ONE), p)))
}

@inline
function twice(value: v128): v128 {
  return f32x4.add(value, value)
}
