// Turns random bits into standard normal numbers, the same on every machine: Wichura, "Algorithm AS 241: the percentage points of
// the normal distribution", 1988, routine PPND7. For the quantile of a given probability see normal-quantile.ts.

/**
 * Turns random bits into standard normal numbers: the inverse distribution function at (word + 1/2) 2^-32 + 1/2.
 *
 * @param words signed words of 32 bits, at least as many as `out` has elements
 * @param out overwritten; within 1e-6 of the exact quantiles, and within 6.4 of 0
 */
export function toNormals(words: Int32Array, out: Float32Array): void {
  // Two loops, the first without a branch, are faster than one that chooses for each number.
  for (let i = 0; i < out.length; i++) {
    const q = ((words[i] as number) + 0.5) * 2 ** -32
    const r = 0.180625 - q * q
    out[i] =
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
  }
  for (let i = 0; i < out.length; i++) {
    const sign = (words[i] as number) >> 31
    const fromMiddle = (words[i] as number) ^ sign
    if (fromMiddle > tailFrom) out[i] = (sign | 1) * normalTail(fromMiddle)
  }
}

/** Where the tails of AS 241 begin, 0.425 from the middle, in words. */
const tailFrom = Math.floor(0.425 * 2 ** 32)

/** The upper tail of AS 241, for words beyond `tailFrom`. No word is far enough out to need its last branch. */
function normalTail(word: number): number {
  const t = Math.sqrt(-logProbability(word ^ 0x7fffffff)) - 1.6
  return (
    (((0.17023821103 * t + 1.3067284816) * t + 2.75681539) * t + 1.4234372777) /
    ((0.12021132975 * t + 0.7370016425) * t + 1)
  )
}

/**
 * log((word + 1/2) 2^-32) to 1e-9, by plain arithmetic because engines differ in the last bit of `Math.log`.
 * With the fraction m = 2^e (word + 1/2) 2^-32 in [1/2, 1) and s = (m - c) / (m + c), c = sqrt(1/2), it is
 * 2 (s + s^3 / 3 + s^5 / 5 + ...) - (e + 1/2) log(2).
 */
function logProbability(word: number): number {
  const e = Math.clz32(word)
  const m = (word + 0.5) * (scales[e] as number)
  const s = (m - Math.SQRT1_2) / (m + Math.SQRT1_2)
  const t = s * s
  return 2 * s * (1 + t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t / 9)))) - (e + 0.5) * Math.LN2
}

/** 2^(e - 32). */
const scales = Float64Array.from({ length: 33 }, (_, e) => 2 ** (e - 32))
