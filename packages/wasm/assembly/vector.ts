// Four floats at a time: reading and writing the last few of an array, and the transcendental functions.
// The polynomials are minimax fits of the stated relative error; with rounding every function stays within 3e-7.

/** The bytes of `count` floats. */
@inline
export function floats(count: i32): usize {
  return (<usize>count) << 2
}

/** `count` >= 1 floats from `at`, no more than 4; lanes beyond are 0. */
@inline
export function read(at: usize, count: i32): v128 {
  return count >= 4 ? v128.load(at) : readPart(at, count)
}

/** Writes the first `count` >= 1 lanes, no more than 4. */
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

/** The sum of the four lanes. */
@inline
export function sum(value: v128): f32 {
  return (
    f32x4.extract_lane(value, 0) + f32x4.extract_lane(value, 1) +
    (f32x4.extract_lane(value, 2) + f32x4.extract_lane(value, 3))
  )
}

/** a b + c: rounded once where the module is compiled with relaxed SIMD and the processor can, else twice. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

/** e^x: with x = n ln 2 + r it is 2^n times a polynomial of degree 6 in r (error 3e-9). Subnormals, 0, inf as they are. */
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104)) // in this order NaN stays NaN
  // Adding 1.5 2^23 rounds to an integer, which is then in the low bits.
  const shifted = multiplyAdd(x, f32x4.splat(1.44269504089), f32x4.splat(12582912))
  const n = f32x4.sub(shifted, f32x4.splat(12582912))
  // ln 2 in two parts: n times the first is exact.
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), x)
  r = multiplyAdd(n, f32x4.splat(2.12194440055e-4), r)
  let p = multiplyAdd(f32x4.splat(0.00138145986467), r, f32x4.splat(0.00836871687973))
  p = multiplyAdd(p, r, f32x4.splat(0.0416683880453))
  p = multiplyAdd(p, r, f32x4.splat(0.166665206317))
  p = multiplyAdd(p, r, f32x4.splat(0.499999934478))
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), f32x4.splat(1))
  // 2^n as two factors: n = 128 and the subnormals are out of reach of one.
  const whole = i32x4.sub(shifted, f32x4.splat(12582912))
  const half = i32x4.shr_s(whole, 1)
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)))
}

/** log(1 + t) for t in [0, 1]: 2 atanh(s) with s = t / (2 + t), a polynomial of degree 9 in s (error 5e-9). */
@inline
export function log1p(t: v128): v128 {
  const s = f32x4.div(t, f32x4.add(t, f32x4.splat(2)))
  const u = f32x4.mul(s, s)
  let p = multiplyAdd(f32x4.splat(0.280244587925), u, f32x4.splat(0.279991410895))
  p = multiplyAdd(p, u, f32x4.splat(0.400216990582))
  p = multiplyAdd(p, u, f32x4.splat(0.666664131327))
  return f32x4.add(f32x4.add(s, s), f32x4.mul(f32x4.mul(p, u), s))
}

/** 1 / (1 + e^-x). */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))))
}

/** Up to 1/2 a polynomial of degree 9 (error 3e-8), beyond it 1 - 2 / (e^2|x| + 1) with the sign of x. */
@inline
export function tanh(x: v128): v128 {
  const u = f32x4.mul(x, x)
  let p = multiplyAdd(f32x4.splat(0.017726819172), u, f32x4.splat(-0.0532934015673))
  p = multiplyAdd(p, u, f32x4.splat(0.133298081698))
  p = multiplyAdd(p, u, f32x4.splat(-0.333333306279))
  const near = multiplyAdd(f32x4.mul(p, u), x, x)
  const magnitude = f32x4.abs(x)
  const e = exp(f32x4.add(magnitude, magnitude))
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))))
  const signed = v128.or(far, v128.and(x, f32x4.splat(-0.0)))
  return v128.bitselect(near, signed, f32x4.le(magnitude, f32x4.splat(0.5)))
}

@inline
function powerOfTwo(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23)
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
