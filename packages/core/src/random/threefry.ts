// Threefry-4x32 with 12 rounds: a counter-based generator, a keyed bijection from a counter to four random words.
// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011. Twelve rounds are the fewest for
// which the authors found no failure in TestU01's BigCrush.

/**
 * Fills `words` with random bits: the outputs for the counters `(firstBlock, c1, c2, c3)`, `(firstBlock + 1, c1, c2,
 * c3)`, ... one after another, each signed and uniform over all 2^32 values.
 *
 * @param words overwritten; its length is a multiple of 4
 * @param key four words of 32 bits
 * @param counter the upper three words of every counter
 * @param firstBlock the lowest word of the first counter
 */
export function fillThreefry(
  words: Int32Array,
  key: readonly [number, number, number, number],
  counter: readonly [number, number, number],
  firstBlock: number,
): void {
  // `| 0` tells the compiler that these are integers of 32 bits; without it the loop runs on floats.
  const k0 = key[0] | 0
  const k1 = key[1] | 0
  const k2 = key[2] | 0
  const k3 = key[3] | 0
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3
  const first = (firstBlock + k0) | 0
  const second = (counter[0] + k1) | 0
  const third = (counter[1] + k2) | 0
  const fourth = (counter[2] + k3) | 0
  const blocks = words.length / 4
  // biome-ignore format: one round a line
  for (let block = 0; block < blocks; block++) {
    let a = (block + first) | 0
    let b = second
    let c = third
    let d = fourth
    a = (a + b) | 0; b = ((b << 10) | (b >>> 22)) ^ a; c = (c + d) | 0; d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0; d = ((d << 11) | (d >>> 21)) ^ a; c = (c + b) | 0; b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a; c = (c + d) | 0; d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0; d = ((d << 23) | (d >>> 9)) ^ a; c = (c + b) | 0; b = ((b << 5) | (b >>> 27)) ^ c
    a = (a + k1) | 0; b = (b + k2) | 0; c = (c + k3) | 0; d = (d + k4 + 1) | 0
    a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a; c = (c + d) | 0; d = ((d << 20) | (d >>> 12)) ^ c
    a = (a + d) | 0; d = ((d << 17) | (d >>> 15)) ^ a; c = (c + b) | 0; b = ((b << 11) | (b >>> 21)) ^ c
    a = (a + b) | 0; b = ((b << 25) | (b >>> 7)) ^ a; c = (c + d) | 0; d = ((d << 10) | (d >>> 22)) ^ c
    a = (a + d) | 0; d = ((d << 18) | (d >>> 14)) ^ a; c = (c + b) | 0; b = ((b << 20) | (b >>> 12)) ^ c
    a = (a + k2) | 0; b = (b + k3) | 0; c = (c + k4) | 0; d = (d + k0 + 2) | 0
    a = (a + b) | 0; b = ((b << 10) | (b >>> 22)) ^ a; c = (c + d) | 0; d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0; d = ((d << 11) | (d >>> 21)) ^ a; c = (c + b) | 0; b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a; c = (c + d) | 0; d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0; d = ((d << 23) | (d >>> 9)) ^ a; c = (c + b) | 0; b = ((b << 5) | (b >>> 27)) ^ c
    const at = block * 4
    words[at] = a + k3
    words[at + 1] = b + k4
    words[at + 2] = c + k0
    words[at + 3] = d + k1 + 3
  }
}
