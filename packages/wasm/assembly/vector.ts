// Operations on four floats at a time: reading and writing the last few of an array, and the transcendental functions.
// The polynomials are minimax fits of the stated relative error; with rounding every function stays within 3e-7.
import {
  EXP_2, EXP_3, EXP_4, EXP_5, EXP_6, EXP_LEAST, EXP_MOST, EXPONENT_BIAS, HALF, LN2_HIGH, LN2_LOW, LOG2_E, LOG_3, LOG_5, LOG_7,
  LOG_9, MINUS_ZERO, ONE, ROUND, ROUND_BITS, TANH_3, TANH_5, TANH_7, TANH_9, TWO,
} from './constants'

/** How many numbers are summed in float32, one after another. The rounding error of that many is at most 1e-6. */
export const FEW: i32 = 64

/** The size of `count` floats in bytes. */
@inline
export function floats(count: i32): usize {
  return (<usize>count) << 2
}

/** `count` >= 1 floats from `at`, at most 4; further lanes are 0. */
@inline
export function read(at: usize, count: i32): v128 {
  return count >= 4 ? v128.load(at) : readPart(at, count)
}

/** Writes the first `count` >= 1 lanes, at most 4. */
@inline
export function write(at: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(at, value)
  else writePart(at, value, count)
}

/** Sets the lanes from `count` on to 0. */
@inline
export function keep(value: v128, count: i32): v128 {
  return count >= 4 ? value : v128.and(value, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)))
}

/** total [2], float64, plus the lanes of `value`: the first and third to the first, the second and fourth to the second. */
@inline
export function addLanes(total: v128, value: v128): v128 {
  return f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(value), f64x2.promote_low_f32x4(upperHalf(value))))
}

/** The sum of both lanes of float64. */
@inline
export function sumOfLanes(total: v128): f64 {
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)
}

/** Moves the third and fourth lane to the first and second. */
@inline
export function upperHalf(value: v128): v128 {
  return v128.shuffle<i64>(value, value, 1, 1)
}

/** Two float64 pairs, rounded to four floats. */
@inline
export function toFloats(left: v128, right: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(left), f32x4.demote_f64x2_zero(right), 0, 1, 4, 5)
}

/** a b + c: rounded once if the module is compiled with relaxed SIMD and the processor supports it, else twice. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

/**
 * e^x: with x = n ln 2 + r it is 2^n times a polynomial of degree 6 in r (error 3e-9). Subnormals, 0 and inf are exact. Here and
 * below `c` is `constants()`.
 */
@inline
export function exp(x: v128, c: usize): v128 {
  // In this order NaN stays NaN.
  x = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(c, EXP_MOST)), v128.load32_splat(c, EXP_LEAST))
  // Adding 1.5 2^23 rounds to an integer, which then is in the low bits.
  const round = v128.load32_splat(c, ROUND)
  const shifted = multiplyAdd(x, v128.load32_splat(c, LOG2_E), round)
  const n = f32x4.sub(shifted, round)
  // ln 2 in two parts: n times the first is exact.
  let r = multiplyAdd(n, v128.load32_splat(c, LN2_HIGH), x)
  r = multiplyAdd(n, v128.load32_splat(c, LN2_LOW), r)
  let p = multiplyAdd(v128.load32_splat(c, EXP_6), r, v128.load32_splat(c, EXP_5))
  p = multiplyAdd(p, r, v128.load32_splat(c, EXP_4))
  p = multiplyAdd(p, r, v128.load32_splat(c, EXP_3))
  p = multiplyAdd(p, r, v128.load32_splat(c, EXP_2))
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), v128.load32_splat(c, ONE))
  // 2^n as two factors, because one cannot reach n = 128 and the subnormals.
  const whole = i32x4.sub(shifted, v128.load32_splat(c, ROUND_BITS))
  const half = i32x4.shr_s(whole, 1)
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half, c)), powerOfTwo(i32x4.sub(whole, half), c))
}

/** log(1 + t) for t in [-1/3, 1]: 2 atanh(s) with s = t / (2 + t), a polynomial of degree 9 in s (error 5e-9). */
@inline
export function log1p(t: v128, c: usize): v128 {
  const s = f32x4.div(t, f32x4.add(t, v128.load32_splat(c, TWO)))
  const u = f32x4.mul(s, s)
  let p = multiplyAdd(v128.load32_splat(c, LOG_9), u, v128.load32_splat(c, LOG_7))
  p = multiplyAdd(p, u, v128.load32_splat(c, LOG_5))
  p = multiplyAdd(p, u, v128.load32_splat(c, LOG_3))
  return f32x4.add(f32x4.add(s, s), f32x4.mul(f32x4.mul(p, u), s))
}

/**
 * log(1 + x) for every x, with a relative error of 3e-7: with u = 1 + x = 2^k (1 + f), f in [-1/3, 1/3), it is k ln 2 + log(1 + f),
 * plus the part of x that u lost, divided by u.
 */
@inline
export function logOnePlus(x: v128, c: usize): v128 {
  const one = v128.load32_splat(c, ONE)
  const u = f32x4.add(x, one)
  const twoThirds = i32x4.splat(0x3f2aaaab)
  const k = i32x4.shr_s(i32x4.sub(u, twoThirds), 23)
  const f = f32x4.sub(i32x4.sub(u, i32x4.shl(k, 23)), one)
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, one)), u)
  // The constants are those of -ln 2.
  const times = f32x4.neg(f32x4.convert_i32x4_s(k))
  const low = multiplyAdd(times, v128.load32_splat(c, LN2_LOW), f32x4.add(log1p(f, c), lost))
  const result = multiplyAdd(times, v128.load32_splat(c, LN2_HIGH), low)
  // The logarithm of 0, infinity, negative numbers and NaN is -infinity, infinity, NaN and NaN, and so is this.
  const limit = f32x4.sub(f32x4.sqrt(u), f32x4.div(one, u))
  const isUsual = v128.and(f32x4.gt(u, f32x4.splat(0)), f32x4.lt(u, f32x4.splat(Infinity)))
  return v128.bitselect(result, limit, isUsual)
}

/** 1 / (1 + e^-x). */
@inline
export function sigmoid(x: v128, c: usize): v128 {
  const one = v128.load32_splat(c, ONE)
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x), c)))
}

/** Up to 1/2 a polynomial of degree 9 (error 3e-8), beyond it 1 - 2 / (e^2|x| + 1) with the sign of x. */
@inline
export function tanh(x: v128, c: usize): v128 {
  const u = f32x4.mul(x, x)
  let p = multiplyAdd(v128.load32_splat(c, TANH_9), u, v128.load32_splat(c, TANH_7))
  p = multiplyAdd(p, u, v128.load32_splat(c, TANH_5))
  p = multiplyAdd(p, u, v128.load32_splat(c, TANH_3))
  const near = multiplyAdd(f32x4.mul(p, u), x, x)
  const magnitude = f32x4.abs(x)
  const e = exp(f32x4.add(magnitude, magnitude), c)
  const one = v128.load32_splat(c, ONE)
  const far = f32x4.sub(one, f32x4.div(v128.load32_splat(c, TWO), f32x4.add(e, one)))
  const signed = v128.or(far, v128.and(x, v128.load32_splat(c, MINUS_ZERO)))
  return v128.bitselect(near, signed, f32x4.le(magnitude, v128.load32_splat(c, HALF)))
}

@inline
function powerOfTwo(exponent: v128, c: usize): v128 {
  return i32x4.shl(i32x4.add(exponent, v128.load32_splat(c, EXPONENT_BIAS)), 23)
}

function readPart(at: usize, count: i32): v128 {
  let value = v128.load32_zero(at)
  if (count > 1) value = v128.load32_lane(at, value, 1, 4)
  if (count > 2) value = v128.load32_lane(at, value, 2, 8)
  return value
}

function writePart(at: usize, value: v128, count: i32): void {
  v128.store32_lane(at, value, 0)
  if (count > 1) v128.store32_lane(at, value, 1, 4)
  if (count > 2) v128.store32_lane(at, value, 2, 8)
}
