// For kernels that are too rare for functions of assembly/: the numbers of tensors as arrays of JavaScript.
import { sizeOfShape } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { Cast, type DataType, getKernel, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core'
import { moduleOf } from '../binary/module.ts'
import type { KernelCall } from './kernel.ts'

/** The numbers of a tensor, where they lie; of bool, bytes. */
export type Numbers = Float32Array | Int32Array | Uint8Array

/** What a kernel needs for it. */
export type Place = Pick<KernelCall, 'heap' | 'backend'>

/** The numbers of a tensor, once everything is computed; until memory grows. */
export function numbersOf({ heap, backend }: Place, tensor: TensorInfo): Numbers {
  const ArrayType = tensor.dtype === 'float32' ? Float32Array : tensor.dtype === 'int32' ? Int32Array : Uint8Array
  // A view of memory that threads share works too.
  const memory = moduleOf(backend).HEAPU8.buffer as ArrayBuffer
  return new ArrayType(memory, heap.address(tensor) >>> 0, sizeOfShape(tensor.shape))
}

/**
 * A new tensor, whose numbers `write` makes of those of `inputs`.
 *
 * @returns the tensor, owned by the caller
 * @throws what `write` throws
 */
export function compute(
  place: Place,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  dtype: DataType,
  write: (out: Numbers, ...inputs: Numbers[]) => void,
): TensorInfo {
  const { heap, backend } = place
  const out = heap.output(shape, dtype)
  heap.finish()
  try {
    write(numbersOf(place, out), ...inputs.map((input) => numbersOf(place, input)))
    return out
  } catch (error) {
    backend.disposeData(out.dataId)
    throw error
  }
}

/** A new tensor of `f` of each number of up to three `inputs`, which broadcast to `shape`. */
export function elementwise(
  place: Place,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  dtype: DataType,
  f: (a: number, b: number, c: number) => number,
): TensorInfo {
  return compute(place, inputs, shape, dtype, (out, ...arrays) => {
    const sources = arrays.map((numbers, i) => {
      const from = inputs[i]?.shape ?? []
      return numbers.length === out.length ? numbers : pick(numbers, places(shape, stridesOf(from, shape)))
    })
    // Block by block in arrays of one type, so that there is one loop for all types of tensors.
    const blocks = sources.map(() => new Float64Array(blockLength))
    const results = new Float64Array(blockLength)
    const [a = results, b = a, c = a] = blocks
    for (let from = 0; from < out.length; from += blockLength) {
      const count = Math.min(blockLength, out.length - from)
      for (const [i, block] of blocks.entries()) block.set(sources[i]?.subarray(from, from + count) ?? [])
      for (let i = 0; i < count; i++) results[i] = f(Number(a[i]), Number(b[i]), Number(c[i]))
      out.set(results.subarray(0, count), from)
    }
  })
}

const blockLength = 4096

/** The numbers at these places. */
export function pick<numbers extends Numbers>(of: numbers, from: Int32Array): numbers {
  const picked = new (of.constructor as new (length: number) => numbers)(from.length)
  for (let i = 0; i < picked.length; i++) picked[i] = Number(of[Number(from[i])])
  return picked
}

/** The place of every element of a tensor of `shape`, in order, where neighbours along each axis are `strides` apart. */
export function places(shape: readonly number[], strides: readonly number[], first = 0): Int32Array {
  return shape.reduce((starts, length, axis) => {
    const stride = Number(strides[axis])
    const found = new Int32Array(starts.length * length)
    let i = 0
    for (let block = 0; block < starts.length; block++) {
      let place = Number(starts[block])
      for (let step = 0; step < length; step++) {
        found[i++] = place
        place += stride
      }
    }
    return found
  }, Int32Array.of(first))
}

/** How far apart neighbours are along each axis of a tensor; of one that broadcasts to `shape`, along its axes. */
export function stridesOf(of: readonly number[], shape: readonly number[] = of): number[] {
  return shape.map((_, axis) => {
    const own = axis + of.length - shape.length
    return own < 0 || of[own] === 1 ? 0 : sizeOfShape(of.slice(own + 1))
  })
}

/** Runs the kernel of this name that the backend has now. */
export function runKernel(
  backend: BackendWasm,
  name: string,
  inputs: NamedTensorInfoMap,
  attrs: Record<string, unknown> = {},
): TensorInfo {
  return getKernel(name, 'wasm').kernelFunc({ inputs, attrs: attrs as never, backend }) as TensorInfo
}

/** `x` as `dtype`; `x` is disposed of. */
export function castAway(backend: BackendWasm, x: TensorInfo, dtype: DataType): TensorInfo {
  try {
    return runKernel(backend, Cast, { x }, { dtype })
  } finally {
    backend.disposeData(x.dataId)
  }
}

/** What `use` makes of `x` as `dtype`, which is disposed of afterwards. */
export function withCast(
  backend: BackendWasm,
  x: TensorInfo,
  dtype: DataType,
  use: (cast: TensorInfo) => TensorInfo,
): TensorInfo {
  const cast = runKernel(backend, Cast, { x }, { dtype })
  try {
    return use(cast)
  } finally {
    backend.disposeData(cast.dataId)
  }
}
