// Random numbers by address: (seed, stream, step, index) -> a number, with nothing carried from one draw to the next.
// Bits: Threefry-4x32 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). Normals: the inverse normal
// distribution function, algorithm AS 241 PPND7 (Wichura 1988). Both are plain arithmetic, the same on every backend.
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { assertOption, nonNegativeInteger, seedOption } from './options.ts'
import { type Shape, sizeOfShape } from './shape.ts'

/** Where a draw's randomness comes from, beside the name of its stream. */
export interface RandomAddress {
  /** An integer from 0 to 2^53 - 1; zero is a seed like any other. Defaults to 0. */
  readonly seed?: number | undefined
  /** Which draw of the stream, an integer of at least 0: the optimiser step or the epoch. Defaults to 0. */
  readonly step?: number | undefined
}

/**
 * Uniform numbers in (0, 1), the same for the same arguments on every machine and backend.
 *
 * @param stream the stream's name, e.g. `init/encoder.0`; different names give unrelated numbers
 * @param address seed and step
 * @param count how many; the first n of a longer draw are the draw of n
 * @returns `count` float32 numbers, at least 2^-25 from both ends
 * @throws {OptionError} when seed or step is not an integer in range
 */
export function uniforms(stream: string, address: RandomAddress, count: number): Float32Array {
  const words = randomWords(stream, address, count)
  const out = new Float32Array(count)
  for (let i = 0; i < count; i++) out[i] = ((words[i] as number) >>> 8) * 2 ** -24 + 2 ** -25
  return out
}

/**
 * Standard normal numbers, the same for the same arguments on every machine and backend.
 *
 * @param stream the stream's name, e.g. `posterior`
 * @param address seed and step
 * @param count how many; the first n of a longer draw are the draw of n
 * @returns `count` float32 numbers of mean 0 and variance 1, within 6.4 of 0
 * @throws {OptionError} when seed or step is not an integer in range
 */
export function normals(stream: string, address: RandomAddress, count: number): Float32Array {
  const words = randomWords(stream, address, count)
  const out = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const q = ((words[i] as number) + 0.5) * 2 ** -32 - 0.5 // (-1/2, 1/2), symmetric about 0
    if (q >= -0.425 && q <= 0.425) {
      const r = 0.180625 - q * q
      out[i] =
        (q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
        (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    } else out[i] = normalTail(q)
  }
  return out
}

/**
 * A permutation of 0 .. size - 1 (Fisher and Yates).
 *
 * @param stream the stream's name, e.g. `order`
 * @param address seed and step
 * @param size how many indices
 * @throws {OptionError} when seed or step is not an integer in range
 */
export function permutation(stream: string, address: RandomAddress, size: number): Uint32Array {
  const words = randomWords(stream, address, size)
  const order = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    const j = Math.floor(((words[i] as number) * (i + 1)) / 2 ** 32)
    order[i] = order[j] as number
    order[j] = i
  }
  return order
}

/**
 * A tensor of standard normal numbers; see {@link normals}.
 *
 * @returns float32, of `shape`; owned by the caller
 */
export function randomNormal(shape: Shape, stream: string, address: RandomAddress): Tensor {
  return tensor(normals(stream, address, sizeOfShape(shape)), [...shape], 'float32')
}

/**
 * A tensor of uniform numbers between `minimum` and `maximum`; see {@link uniforms}.
 *
 * @returns float32, of `shape`; owned by the caller
 */
export function randomUniform(
  shape: Shape,
  stream: string,
  address: RandomAddress,
  { minimum = 0, maximum = 1 }: { readonly minimum?: number | undefined; readonly maximum?: number | undefined } = {},
): Tensor {
  const values = uniforms(stream, address, sizeOfShape(shape))
  const width = maximum - minimum
  for (let i = 0; i < values.length; i++) values[i] = minimum + width * (values[i] as number)
  return tensor(values, [...shape], 'float32')
}

/** The tails of AS 241: beyond 0.425 from the middle. `q` is the probability minus 1/2. */
function normalTail(q: number): number {
  const r = Math.sqrt(-Math.log(q < 0 ? 0.5 + q : 0.5 - q))
  let x: number
  if (r <= 5) {
    const t = r - 1.6
    x =
      (((0.17023821103 * t + 1.3067284816) * t + 2.75681539) * t + 1.4234372777) /
      ((0.12021132975 * t + 0.7370016425) * t + 1)
  } else {
    const t = r - 5
    x =
      (((0.017337203997 * t + 0.42868294337) * t + 3.0812263860) * t + 6.657905115) /
      ((0.012258202635 * t + 0.24197894225) * t + 1)
  }
  return q < 0 ? -x : x
}

/** `count` words of 32 random bits: Threefry-4x32 with 12 rounds, the fewest that pass TestU01's BigCrush. */
function randomWords(stream: string, { seed = 0, step = 0 }: RandomAddress, count: number): Uint32Array {
  assertOption('random', 'seed', seed, seedOption)
  assertOption('random', 'step', step, nonNegativeInteger)
  const k0 = seed | 0
  const k1 = Math.floor(seed / 2 ** 32) | 0
  const k2 = hashName(stream, 0x811c9dc5)
  const k3 = hashName(stream, 0x2b5ac93f)
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3
  const stepLow = step | 0
  const stepHigh = Math.floor(step / 2 ** 32) | 0
  const blocks = Math.ceil(count / 4)
  const words = new Uint32Array(blocks * 4)
  for (let block = 0; block < blocks; block++) {
    let a = (block + k0) | 0
    let b = k1
    let c = (stepLow + k2) | 0
    let d = (stepHigh + k3) | 0
    // Rounds 1-4
    a = (a + b) | 0; b = ((b << 10) | (b >>> 22)) ^ a; c = (c + d) | 0; d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0; d = ((d << 11) | (d >>> 21)) ^ a; c = (c + b) | 0; b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a; c = (c + d) | 0; d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0; d = ((d << 23) | (d >>> 9)) ^ a; c = (c + b) | 0; b = ((b << 5) | (b >>> 27)) ^ c
    a = (a + k1) | 0; b = (b + k2) | 0; c = (c + k3) | 0; d = (d + k4 + 1) | 0
    // Rounds 5-8
    a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a; c = (c + d) | 0; d = ((d << 20) | (d >>> 12)) ^ c
    a = (a + d) | 0; d = ((d << 17) | (d >>> 15)) ^ a; c = (c + b) | 0; b = ((b << 11) | (b >>> 21)) ^ c
    a = (a + b) | 0; b = ((b << 25) | (b >>> 7)) ^ a; c = (c + d) | 0; d = ((d << 10) | (d >>> 22)) ^ c
    a = (a + d) | 0; d = ((d << 18) | (d >>> 14)) ^ a; c = (c + b) | 0; b = ((b << 20) | (b >>> 12)) ^ c
    a = (a + k2) | 0; b = (b + k3) | 0; c = (c + k4) | 0; d = (d + k0 + 2) | 0
    // Rounds 9-12
    a = (a + b) | 0; b = ((b << 10) | (b >>> 22)) ^ a; c = (c + d) | 0; d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0; d = ((d << 11) | (d >>> 21)) ^ a; c = (c + b) | 0; b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a; c = (c + d) | 0; d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0; d = ((d << 23) | (d >>> 9)) ^ a; c = (c + b) | 0; b = ((b << 5) | (b >>> 27)) ^ c
    const at = block * 4
    words[at] = (a + k3) | 0
    words[at + 1] = (b + k4) | 0
    words[at + 2] = (c + k0) | 0
    words[at + 3] = (d + k1 + 3) | 0
  }
  return words
}

/** FNV-1a over the name's UTF-16 units, from two offsets to make 64 bits of key. */
function hashName(name: string, offset: number): number {
  let hash = offset
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
