// Random numbers by address, bit for bit those of packages/core/src/random/random.ts: Threefry-4x32 with 12 rounds (Salmon, Moraes,
// Dror and Shaw 2011), four blocks at a time, and Wichura's Algorithm AS 241 (1988, PPND7) in float64, two at a time.
// A range of a draw that begins at a block can be computed by itself.
import {
  EXPONENT_OF_ALL, FIFTH, FRACTION_BITS, HALF_64, HALF_BITS, LN2_64, MIDDLE_0, MIDDLE_1, MIDDLE_2, MIDDLE_3, MIDDLE_BELOW_1,
  MIDDLE_BELOW_2, MIDDLE_BELOW_3, MIDDLE_FROM, MINUS_ZERO, NINE_64, ONE_64, ROOT_OF_HALF, SEVENTH, TAIL_0, TAIL_1, TAIL_2, TAIL_3,
  TAIL_BELOW_1, TAIL_BELOW_2, TAIL_FROM_64, THIRD, TWO_TO_MINUS_32,
} from './constants'
import { BITS, NORMALS, PERMUTATION, UNIFORMS } from './tasks'
import { constants, firstRow, put, putDouble, rowsOf, run, runRows, scratchOf, take, takeDouble } from './team'
import { floats, read, toFloats, upperHalf, write } from './vector'

// Numbers at a time: their words and the positions of their tails stay in the L1 cache. A multiple of 16.
const CHUNK: i32 = 512

// Where the tails of AS 241 begin, 0.425 from the middle, in words.
const TAIL_FROM: i32 = 1825361100

// Numbers per task: 10 to 20 microseconds.
const GRAIN: i32 = 4096

/**
 * out [count] = standard normal numbers from the blocks firstBlock, firstBlock + 1, ... of the key k0..k3; c1, c2, c3 are the
 * upper words of every counter.
 */
export function normals(
  out: usize, count: i32, firstBlock: i32,
  k0: i32, k1: i32, k2: i32, k3: i32, c1: i32, c2: i32, c3: i32,
): void {
  putDraw(out, count, firstBlock, k0, k1, k2, k3, c1, c2, c3)
  runRows(NORMALS, (count + CHUNK - 1) / CHUNK, CHUNK, GRAIN)
}

/** out [count] = minimum + width u with u uniform in (0, 1), from blocks as in `normals`. */
export function uniforms(
  out: usize, count: i32, firstBlock: i32,
  k0: i32, k1: i32, k2: i32, k3: i32, c1: i32, c2: i32, c3: i32, minimum: f64, width: f64,
): void {
  putDraw(out, count, firstBlock, k0, k1, k2, k3, c1, c2, c3)
  putDouble(12, minimum)
  putDouble(14, width)
  runRows(UNIFORMS, (count + CHUNK - 1) / CHUNK, CHUNK, GRAIN)
}

/** out [count] = 1 where u < x, else 0, with the u of `uniforms` between 0 and 1. */
export function bits(
  out: usize, count: i32, firstBlock: i32,
  k0: i32, k1: i32, k2: i32, k3: i32, c1: i32, c2: i32, c3: i32, x: usize,
): void {
  putDraw(out, count, firstBlock, k0, k1, k2, k3, c1, c2, c3)
  put(12, <i32>x)
  runRows(BITS, (count + CHUNK - 1) / CHUNK, CHUNK, GRAIN)
}

/** out [size] = 0 to size - 1 in random order, as floats (Fisher and Yates); blocks as in `normals`. */
export function permutation(
  out: usize, size: i32, firstBlock: i32,
  k0: i32, k1: i32, k2: i32, k3: i32, c1: i32, c2: i32, c3: i32,
): void {
  putDraw(out, size, firstBlock, k0, k1, k2, k3, c1, c2, c3)
  run(PERMUTATION, 1)
}

/** The task of `permutation`: each index takes the place of one before it, so that there is one only. */
export function permutationTask(thread: i32): void {
  const out = <usize>take(2), all = take(3), words = scratchOf(thread)
  for (let from = 0; from < all; from += CHUNK) {
    const size = fillChunk(from / CHUNK, words)
    for (let i = 0; i < size; i++) {
      const index = from + i
      const other = <i32>(<f64>load<u32>(words + floats(i)) * 2.3283064365386963e-10 * <f64>(index + 1))
      store<f32>(out + floats(index), load<f32>(out + floats(other)))
      store<f32>(out + floats(other), <f32>index)
    }
  }
}

/** One task of `normals`: some chunks. */
export function normalsTask(task: i32, thread: i32): void {
  const words = scratchOf(thread), tails = words + floats(CHUNK)
  const first = firstRow(task), end = first + rowsOf(task)
  for (let chunk = first; chunk < end; chunk++) {
    const out = <usize>take(2) + floats(chunk * CHUNK)
    const size = fillChunk(chunk, words)
    fillTails(words, out, tails, fillMiddle(words, out, size, tails))
  }
}

/** One task of `uniforms`: some chunks. */
export function uniformsTask(task: i32, thread: i32): void {
  const words = scratchOf(thread)
  const low = f64x2.splat(takeDouble(12)), scale = f64x2.splat(takeDouble(14))
  const isUnit = takeDouble(12) == 0 && takeDouble(14) == 1
  const first = firstRow(task), end = first + rowsOf(task)
  for (let chunk = first; chunk < end; chunk++) {
    const out = <usize>take(2) + floats(chunk * CHUNK)
    const size = fillChunk(chunk, words)
    const whole = size & ~3
    if (isUnit) for (let i = 0; i < whole; i += 4) v128.store(out + floats(i), unit(words + floats(i)))
    else for (let i = 0; i < whole; i += 4) v128.store(out + floats(i), between(words + floats(i), low, scale))
    if (whole < size) write(out + floats(whole), between(words + floats(whole), low, scale), size - whole)
  }
}

/** One task of `bits`: some chunks. Sixteen numbers that are all 0 or 1, such as black pixels, need no draw. */
export function bitsTask(task: i32, thread: i32): void {
  const words = scratchOf(thread), first = firstRow(task) * CHUNK, end = min(take(3), first + rowsOf(task) * CHUNK)
  for (let i = first; i < end; i += 16) {
    const x = <usize>take(12) + floats(i), out = <usize>take(2) + floats(i), count = min(16, end - i)
    if (count == 16 && areDecided(x)) {
      for (let at: usize = 0; at < 64; at += 16) v128.store(out + at, bit(v128.load(x + at), f32x4.splat(0.5)))
      continue
    }
    fillThreefry(
      words, count, take(4) + i / 4,
      take(5), take(6), take(7), take(8), take(9), take(10), take(11),
    )
    for (let j = 0; j < count; j += 4) {
      const at = floats(j), left = count - j
      write(out + at, bit(read(x + at, left), unit(words + at)), left)
    }
  }
}

/** Whether none of the sixteen numbers at x is between 0 and 1. */
@inline
function areDecided(x: usize): bool {
  const first = v128.and(decided(x), decided(x + 16))
  return i32x4.all_true(v128.and(first, v128.and(decided(x + 32), decided(x + 48))))
}

@inline
function decided(x: usize): v128 {
  const p = v128.load(x)
  return v128.or(f32x4.le(p, f32x4.splat(0)), f32x4.ge(p, f32x4.splat(1)))
}

/** 1 where u < p, NaN where p is, else 0. */
@inline
function bit(p: v128, u: v128): v128 {
  return v128.or(v128.and(f32x4.lt(u, p), f32x4.splat(1)), v128.and(f32x4.ne(p, p), p))
}

function putDraw(
  out: usize, count: i32, firstBlock: i32,
  k0: i32, k1: i32, k2: i32, k3: i32, c1: i32, c2: i32, c3: i32,
): void {
  put(2, <i32>out)
  put(3, count)
  put(4, firstBlock)
  put(5, k0)
  put(6, k1)
  put(7, k2)
  put(8, k3)
  put(9, c1)
  put(10, c2)
  put(11, c3)
}

/** The words of one chunk of the job's draw; returns how many numbers it has. */
function fillChunk(chunk: i32, words: usize): i32 {
  const size = min(CHUNK, take(3) - chunk * CHUNK)
  fillThreefry(
    words, size, take(4) + chunk * (CHUNK / 4),
    take(5), take(6), take(7), take(8), take(9), take(10), take(11),
  )
  return size
}

/** Fills words [size], and up to the next multiple of 16, with the outputs of consecutive counters. */
function fillThreefry(
  words: usize, size: i32, firstBlock: i32, k0: i32, k1: i32, k2: i32, k3: i32, c1: i32, c2: i32, c3: i32,
): void {
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3
  const key0 = i32x4.splat(k0), key1 = i32x4.splat(k1), key2 = i32x4.splat(k2), key3 = i32x4.splat(k3)
  const key4 = i32x4.splat(k4)
  const second = i32x4.splat(c1 + k1), third = i32x4.splat(c2 + k2), fourth = i32x4.splat(c3 + k3)
  let first = i32x4.add(i32x4.splat(firstBlock + k0), i32x4(0, 1, 2, 3))
  for (let at = 0; at < size; at += 16) {
    let a = first, b = second, c = third, d = fourth
    a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c)
    a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c)
    a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c)
    a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c)
    a = i32x4.add(a, key1); b = i32x4.add(b, key2); c = i32x4.add(c, key3); d = i32x4.add(d, i32x4.splat(k4 + 1))
    a = i32x4.add(a, b); b = v128.xor(rotate(b, 6), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 20), c)
    a = i32x4.add(a, d); d = v128.xor(rotate(d, 17), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 11), c)
    a = i32x4.add(a, b); b = v128.xor(rotate(b, 25), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 10), c)
    a = i32x4.add(a, d); d = v128.xor(rotate(d, 18), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 20), c)
    a = i32x4.add(a, key2); b = i32x4.add(b, key3); c = i32x4.add(c, key4); d = i32x4.add(d, i32x4.splat(k0 + 2))
    a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c)
    a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c)
    a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c)
    a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c)
    a = i32x4.add(a, key3)
    b = i32x4.add(b, key4)
    c = i32x4.add(c, key0)
    d = i32x4.add(d, i32x4.splat(k1 + 3))
    // The four words of each block, which are the same lane of a, b, c and d.
    const low01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
    const low23 = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
    const high01 = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
    const high23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
    v128.store(words, v128.shuffle<i32>(low01, low23, 0, 1, 4, 5))
    v128.store(words, v128.shuffle<i32>(low01, low23, 2, 3, 6, 7), 16)
    v128.store(words, v128.shuffle<i32>(high01, high23, 0, 1, 4, 5), 32)
    v128.store(words, v128.shuffle<i32>(high01, high23, 2, 3, 6, 7), 48)
    words += 64
    first = i32x4.add(first, i32x4.splat(4))
  }
}

/** u for four words: 23 bits and a half, exact in float32. */
@inline
function unit(words: usize): v128 {
  const bits = f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(words), 9))
  return f32x4.mul(f32x4.add(bits, f32x4.splat(0.5)), f32x4.splat(1.1920928955078125e-7))
}

/** minimum + width u for four words. */
@inline
function between(words: usize, minimum: v128, width: v128): v128 {
  const bits = i32x4.shr_u(v128.load(words), 9) // 23 bits and a half: exact in float32
  const left = f64x2.add(minimum, f64x2.mul(width, toUnit(bits)))
  return toFloats(left, f64x2.add(minimum, f64x2.mul(width, toUnit(upperHalf(bits)))))
}

/** out [size] by the formula for the middle; the positions of words in a tail are written to `tails`. Returns their number. */
function fillMiddle(words: usize, out: usize, size: i32, tails: usize): i32 {
  let tailCount = 0
  const whole = size & ~3, c = constants()
  for (let i = 0; i < whole; i += 4) {
    const word = v128.load(words + floats(i))
    v128.store(out + floats(i), toFloats(middle(word, c), middle(upperHalf(word), c)))
    const inTail = tailMask(word)
    // Always written, but only counted if it is one: a branch would be mispredicted half of the time.
    store<i32>(tails + floats(tailCount), i)
    tailCount += inTail & 1
    store<i32>(tails + floats(tailCount), i + 1)
    tailCount += (inTail >> 1) & 1
    store<i32>(tails + floats(tailCount), i + 2)
    tailCount += (inTail >> 2) & 1
    store<i32>(tails + floats(tailCount), i + 3)
    tailCount += inTail >> 3
  }
  if (whole < size) {
    const word = v128.load(words + floats(whole))
    write(out + floats(whole), toFloats(middle(word, c), middle(upperHalf(word), c)), size - whole)
    for (let i = whole; i < size; i++) {
      store<i32>(tails + floats(tailCount), i)
      tailCount += (tailMask(word) >> (i - whole)) & 1
    }
  }
  return tailCount
}

/** One bit for each of four words: whether it is in a tail. */
@inline
function tailMask(word: v128): i32 {
  return i32x4.bitmask(i32x4.gt_s(v128.xor(word, i32x4.shr_s(word, 31)), i32x4.splat(TAIL_FROM)))
}

/** The quantiles at the first two of four words, correct for those within 0.425 of the middle. */
@inline
function middle(word: v128, c: usize): v128 {
  const shifted = f64x2.add(f64x2.convert_low_i32x4_s(word), v128.load64_splat(c, HALF_64))
  const q = f64x2.mul(shifted, v128.load64_splat(c, TWO_TO_MINUS_32))
  const r = f64x2.sub(v128.load64_splat(c, MIDDLE_FROM), f64x2.mul(q, q))
  let top = f64x2.add(f64x2.mul(v128.load64_splat(c, MIDDLE_3), r), v128.load64_splat(c, MIDDLE_2))
  top = f64x2.add(f64x2.mul(top, r), v128.load64_splat(c, MIDDLE_1))
  top = f64x2.add(f64x2.mul(top, r), v128.load64_splat(c, MIDDLE_0))
  let bottom = f64x2.add(f64x2.mul(v128.load64_splat(c, MIDDLE_BELOW_3), r), v128.load64_splat(c, MIDDLE_BELOW_2))
  bottom = f64x2.add(f64x2.mul(bottom, r), v128.load64_splat(c, MIDDLE_BELOW_1))
  bottom = f64x2.add(f64x2.mul(bottom, r), v128.load64_splat(c, ONE_64))
  return f64x2.div(f64x2.mul(q, top), bottom)
}

/** out at the first `count` positions of `tails`, two at a time; an odd last one is computed twice. */
function fillTails(words: usize, out: usize, tails: usize, count: i32): void {
  const c = constants()
  for (let i = 0; i < count; i += 2) {
    const first = floats(load<i32>(tails + floats(i)))
    const second = floats(load<i32>(tails + floats(min(i + 1, count - 1))))
    const word = v128.load32_lane(words + second, v128.load32_zero(words + first), 1)
    const sign = i32x4.shr_s(word, 31)
    const value = toFloats(tail(v128.xor(v128.xor(word, sign), i32x4.splat(0x7fffffff)), c), f64x2.splat(0))
    const signed = v128.or(value, v128.and(sign, v128.load32_splat(c, MINUS_ZERO)))
    v128.store32_lane(out + first, signed, 0)
    v128.store32_lane(out + second, signed, 1)
  }
}

/** The quantiles at 1 - (word + 1/2) 2^-32 of the first two of four words. */
@inline
function tail(word: v128, c: usize): v128 {
  const t = f64x2.sub(f64x2.sqrt(f64x2.neg(logProbability(word, c))), v128.load64_splat(c, TAIL_FROM_64))
  let top = f64x2.add(f64x2.mul(v128.load64_splat(c, TAIL_3), t), v128.load64_splat(c, TAIL_2))
  top = f64x2.add(f64x2.mul(top, t), v128.load64_splat(c, TAIL_1))
  top = f64x2.add(f64x2.mul(top, t), v128.load64_splat(c, TAIL_0))
  let bottom = f64x2.add(f64x2.mul(v128.load64_splat(c, TAIL_BELOW_2), t), v128.load64_splat(c, TAIL_BELOW_1))
  bottom = f64x2.add(f64x2.mul(bottom, t), v128.load64_splat(c, ONE_64))
  return f64x2.div(top, bottom)
}

/**
 * log((word + 1/2) 2^-32): with the fraction m = 2^e (word + 1/2) 2^-32 in [1/2, 1) and s = (m - c) / (m + c), c = sqrt(1/2),
 * it is 2 (s + s^3 / 3 + s^5 / 5 + ...) - (e + 1/2) log(2). The operations and their order are those of the JavaScript.
 */
@inline
function logProbability(word: v128, c: usize): v128 {
  const half = v128.load64_splat(c, HALF_64)
  const x = f64x2.add(f64x2.convert_low_i32x4_s(word), half)
  // x = 2^(31 - e) 2 m; its bits hold 31 - e + 1023, then the fraction.
  const exponent = i64x2.shr_u(x, 52)
  const whole = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2))
  const e = f64x2.sub(v128.load64_splat(c, EXPONENT_OF_ALL), whole)
  const m = v128.or(v128.and(x, v128.load64_splat(c, FRACTION_BITS)), v128.load64_splat(c, HALF_BITS))
  const root = v128.load64_splat(c, ROOT_OF_HALF)
  const s = f64x2.div(f64x2.sub(m, root), f64x2.add(m, root))
  const t = f64x2.mul(s, s)
  let p = f64x2.add(v128.load64_splat(c, SEVENTH), f64x2.div(t, v128.load64_splat(c, NINE_64)))
  p = f64x2.add(v128.load64_splat(c, FIFTH), f64x2.mul(t, p))
  p = f64x2.add(v128.load64_splat(c, THIRD), f64x2.mul(t, p))
  p = f64x2.add(v128.load64_splat(c, ONE_64), f64x2.mul(t, p))
  const rest = f64x2.mul(f64x2.add(e, half), v128.load64_splat(c, LN2_64))
  return f64x2.sub(f64x2.mul(f64x2.add(s, s), p), rest)
}

/** (bits + 1/2) 2^-23 of the first two of four. */
@inline
function toUnit(bits: v128): v128 {
  return f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_s(bits), f64x2.splat(0.5)), f64x2.splat(1.1920928955078125e-7))
}

@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits))
}
