// Random numbers by address: (seed, stream, step, index) -> a number, with nothing carried from one draw to the next.
// Only integers, and float64 sums, products, quotients and square roots: IEEE 754 makes them equal on every machine.
import { engine, reshape, Slice, Step, sub, type Tensor, type Tensor1D, tensor, tidy } from '@tensorflow/tfjs-core'
import {
  assertOption,
  assertOptions,
  finiteNumber,
  nonNegativeInteger,
  type OptionCheck,
  seedOption,
} from '../checks/options.ts'
import { runFused, type SpecOf } from '../kernels/kernel.ts'
import type { KernelAttributes } from '../kernels/spec.ts'
import { type Shape, sizeOfShape } from '../shape.ts'
import { toNormals } from './inverse-normal.ts'
import { fillThreefry } from './threefry.ts'

/** Where a draw's randomness comes from, besides the name of its stream. */
export interface RandomAddress {
  /** An integer from 0 to 2^53 - 1; zero is a seed like any other. Defaults to 0. */
  readonly seed?: number | undefined
  /** Which draw of the stream, an integer of at least 0: the optimiser step or the epoch. Defaults to 0. */
  readonly step?: number | undefined
  /**
   * Where the draw begins along its first axis, an integer of at least 0: a draw of 2 rows from 3 on gives rows 3 and 4 of
   * any longer draw. `evaluate` passes the index of the batch's first example here. Defaults to 0.
   */
  readonly first?: number | undefined
}

/**
 * Uniform numbers in (0, 1), the same for the same arguments on every machine and backend.
 *
 * @param stream the stream's name, e.g. `init/encoder.0`; different names give unrelated numbers
 * @param address seed and step
 * @param count how many; the first n numbers of a longer draw are those of a draw of n
 * @returns `count` float32 numbers, at least 2^-24 from both ends
 * @throws {OptionError} when seed or step is not an integer in range
 */
export function uniforms(stream: string, address: RandomAddress, count: number): Float32Array {
  return drawFlat('uniforms', locate('uniforms', stream, address), count, toUniforms)
}

/**
 * Standard normal numbers, the same for the same arguments on every machine and backend.
 *
 * @param stream the stream's name, e.g. `posterior`
 * @param address seed and step
 * @param count how many; the first n numbers of a longer draw are those of a draw of n
 * @returns `count` float32 numbers of mean 0 and variance 1, within 6.4 of 0
 * @throws {OptionError} when seed or step is not an integer in range
 * @see "Algorithm AS 241: the percentage points of the normal distribution", Wichura, 1988
 */
export function normals(stream: string, address: RandomAddress, count: number): Float32Array {
  return drawFlat('normals', locate('normals', stream, address), count, toNormals)
}

/**
 * A permutation of 0 .. size - 1 (Fisher and Yates).
 *
 * @param stream the stream's name, e.g. `order`
 * @param address seed and step
 * @param size how many indices
 * @throws {OptionError} when seed or step is not an integer in range
 */
export function permutation(stream: string, address: Omit<RandomAddress, 'first'>, size: number): Uint32Array {
  const { key, counter } = locate('permutation', stream, address)
  assertOption('permutation', 'size', size, nonNegativeInteger)
  const words = new Int32Array(Math.ceil(size / 4) * 4)
  fillThreefry(words, key, counter, 0)
  const order = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    const j = Math.floor(((words[i] as number) >>> 0) * 2 ** -32 * (i + 1))
    order[i] = order[j] as number
    order[j] = i
  }
  return order
}

/**
 * A tensor of the indices of {@link permutation}, for `tf.gather` after a cast.
 *
 * @param size how many indices, at most 2^24: float32 holds no more
 * @returns `[size]`, float32, owned by the caller
 */
export function randomPermutation(size: number, stream: string, address: Omit<RandomAddress, 'first'>): Tensor1D {
  const { key, counter, firstBlock } = locate('randomPermutation', stream, address)
  assertOption('randomPermutation', 'size', size, indexCount)
  return runFused('AePermutation', {}, { shape: [size], key, counter, firstBlock }, () =>
    tensor(Float32Array.from(permutation(stream, address, size)), [size], 'float32'),
  ) as Tensor1D
}

/**
 * A tensor of standard normal numbers; see {@link normals}.
 *
 * @returns float32, of `shape`; owned by the caller
 */
export function randomNormal(shape: Shape, stream: string, address: RandomAddress): Tensor {
  const origin = locate('randomNormal', stream, address, rowSizeOf('randomNormal', shape))
  return drawTensor(
    shape,
    origin,
    (address, compose) => runFused('AeNormals', {}, address, compose),
    (count) => draw(origin, count, toNormals),
  )
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
  options: { readonly minimum?: number | undefined; readonly maximum?: number | undefined } = {},
): Tensor {
  assertOptions('randomUniform', options, { minimum: finiteNumber, maximum: finiteNumber })
  const { minimum = 0, maximum = 1 } = options
  const origin = locate('randomUniform', stream, address, rowSizeOf('randomUniform', shape))
  return drawTensor(
    shape,
    origin,
    (address, compose) => runFused('AeUniforms', {}, { ...address, minimum, maximum }, compose),
    (count) => {
      const values = draw(origin, count, toUniforms)
      const width = maximum - minimum
      for (let i = 0; i < values.length; i++) values[i] = minimum + width * (values[i] as number)
      return values
    },
  )
}

/**
 * 1 with the given probability, else 0: a bit is 1 where the number of {@link randomUniform} for the same address is below its
 * probability.
 *
 * @param probabilities float32, borrowed
 * @returns float32, of the same shape; owned by the caller
 */
export function randomBits(probabilities: Tensor, stream: string, address: RandomAddress): Tensor {
  const { shape } = probabilities
  const { key, counter, firstBlock, skipped } = locate('randomBits', stream, address, rowSizeOf('randomBits', shape))
  const compose = () => tidy(() => positive(sub(probabilities, randomUniform(shape, stream, address))))
  // The kernel begins at a block of four numbers.
  return skipped === 0 ? runFused('AeBits', { probabilities }, { key, counter, firstBlock }, compose) : compose()
}

/** `tf.step`, without its checks. `greater` takes 15 times as long on `wasm`. */
function positive(x: Tensor): Tensor {
  return engine().runKernel(Step, { x }, { alpha: 0 })
}

/** Draws with the backend's kernel, or else takes the numbers that `fill` gives. */
function drawTensor(
  shape: Shape,
  { key, counter, firstBlock, skipped }: Origin,
  run: (address: KernelAttributes<SpecOf<'AeNormals'>>, compose: () => Tensor) => Tensor,
  fill: (count: number) => Float32Array,
): Tensor {
  const make = (shape: number[]) =>
    run({ shape, key, counter, firstBlock }, () => tensor(fill(sizeOfShape(shape)), shape, 'float32'))
  if (skipped === 0) return make([...shape])
  const count = sizeOfShape(shape)
  return tidy(() => reshape(part(make([skipped + count]), skipped, count), [...shape]))
}

/** `tf.slice` of one axis, without its checks, which an app would otherwise ship. */
function part(x: Tensor, begin: number, size: number): Tensor {
  return engine().runKernel(Slice, { x }, { begin: [begin], size: [size] })
}

function drawFlat(functionName: string, origin: Origin, count: number, convert: Convert): Float32Array {
  assertOption(functionName, 'count', count, nonNegativeInteger)
  const { skipped } = origin
  return draw(origin, skipped + count, convert).subarray(skipped)
}

/** Words to numbers, chunk by chunk, so that the words stay in the L1 cache. */
function draw({ key, counter, firstBlock }: Origin, count: number, convert: Convert): Float32Array {
  const out = new Float32Array(count)
  const words = new Int32Array(Math.min(1024, Math.ceil(count / 4) * 4))
  for (let start = 0; start < count; start += words.length) {
    fillThreefry(words, key, counter, firstBlock + start / 4)
    convert(words, out.subarray(start, start + words.length))
  }
  return out
}

/** 23 bits and a half: float32 holds every one of these numbers exactly, so that none rounds to 1. */
function toUniforms(words: Int32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (((words[i] as number) >>> 9) + 0.5) * 2 ** -23
}

type Convert = (words: Int32Array, out: Float32Array) => void

/** An address for the generator. */
interface Origin {
  /** Made of seed and stream. */
  readonly key: readonly [number, number, number, number]
  /** The upper three words of every counter, made of the step; the lowest counts the blocks of four numbers. */
  readonly counter: readonly [number, number, number]
  /** The block in which the draw begins. */
  readonly firstBlock: number
  /** How many numbers of that block come before the draw, fewer than 4. */
  readonly skipped: number
}

function locate(functionName: string, stream: string, address: RandomAddress, rowSize = 1): Origin {
  assertOption(functionName, 'stream', stream, streamOption)
  assertOption(functionName, 'address', address, addressOption)
  const { seed = 0, step = 0, first = 0 } = address
  assertOption(functionName, 'seed', seed, seedOption)
  assertOption(functionName, 'step', step, nonNegativeInteger)
  assertOption(functionName, 'first', first, nonNegativeInteger)
  const key = [...halves(seed), hashName(stream, 0x811c9dc5), hashName(stream, 0x2b5ac93f)] as const
  const start = first * rowSize
  const [firstBlock, wraps] = halves(Math.floor(start / 4))
  return { key, counter: [wraps, ...halves(step)], firstBlock, skipped: start % 4 }
}

const indexCount: OptionCheck = (value) =>
  nonNegativeInteger(value) ?? ((value as number) > 2 ** 24 ? 'at most 2^24' : undefined)

const streamOption: OptionCheck = (value) => (typeof value === 'string' ? undefined : 'the name of a stream')

/** An address: an object. The function that draws checks its members. */
export const addressOption: OptionCheck = (value) =>
  typeof value === 'object' && value !== null ? undefined : 'an address such as { seed: 1, step: 0 }'

const lengthsOption: OptionCheck = (value) =>
  Array.isArray(value) && Array.from(value).every((length) => nonNegativeInteger(length) === undefined)
    ? undefined
    : 'an array of integers of at least 0'

/** The number of values in one row of a shape, after a check of the shape. */
function rowSizeOf(functionName: string, shape: Shape): number {
  assertOption(functionName, 'shape', shape, lengthsOption)
  return sizeOfShape(shape.slice(1))
}

/** The lower and the upper 32 bits of an integer of at most 53 bits. */
function halves(value: number): [number, number] {
  return [value | 0, Math.floor(value / 2 ** 32) | 0]
}

/** FNV-1a over the name's UTF-16 units, from two offsets to make 64 bits of key. */
function hashName(name: string, offset: number): number {
  let hash = offset
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
