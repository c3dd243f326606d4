// What the kernel tests share: running one kernel, numbers to run it on, and small matrices in float64.
import { normals } from '@ae/core'
import { largest, runKernel } from '@ae/library/kernel-calls'
import { expectClose } from '@ae/library/testing'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { backend, memory, type NamedAttrMap, type NamedTensorMap, tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

export { runKernel }

/** Numbers with a shape, in float64. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** Standard normal numbers that float32 holds exactly, times `scale`; the same for the same name. */
export function numbers(name: string, shape: readonly number[], scale = 1): Numbers {
  const count = shape.reduce((product, length) => product * length, 1)
  return { shape, values: Array.from(normals(name, {}, count), (value) => Math.fround(value * scale)) }
}

/** Numbers computed one by one. */
export function computed(shape: readonly number[], value: (at: number) => number): Numbers {
  const count = shape.reduce((product, length) => product * length, 1)
  return { shape, values: Array.from({ length: count }, (_, at) => value(at)) }
}

/**
 * Runs a kernel of the active backend and asserts its outputs, relative to the largest number of each, and that it
 * leaves no tensor and no buffer behind.
 */
export async function expectKernel(
  name: string,
  inputs: Readonly<Record<string, Numbers>>,
  attributes: NamedAttrMap,
  expected: readonly Numbers[],
  tolerance = 1e-6,
): Promise<void> {
  const before = await stillInUse()
  const tensors: NamedTensorMap = Object.fromEntries(
    Object.entries(inputs).map(([key, { shape, values }]) => [key, tensor([...values], [...shape], 'float32')]),
  )
  const outputs = runKernel(name, tensors, attributes)
  expect(outputs.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape))
  for (const [i, output] of outputs.entries()) {
    const { values = [] } = expected[i] ?? {}
    expectClose(await output.data(), values, { absolute: tolerance * largest(values) })
    output.dispose()
  }
  for (const input of Object.values(tensors)) input.dispose()
  expect(await stillInUse()).toEqual(before)
}

/** The tensors and GPU buffers in use once all work is submitted: what is disposed of before keeps its buffer so long. */
export async function stillInUse(): Promise<{ tensors: number; data: number; buffers: number; bytes: number }> {
  const { bufferManager } = webgpuBackend()
  submit()
  return {
    tensors: memory().numTensors,
    data: backend().numDataIds(),
    buffers: bufferManager.getNumUsedBuffers(),
    bytes: bufferManager.numBytesUsed,
  }
}

/** tfjs's backend, with what is public in it. */
export function webgpuBackend(): WebGPUBackend {
  return backend() as unknown as WebGPUBackend
}

function submit(): void {
  const instance = webgpuBackend()
  instance.ensureCommandEncoderReady()
  instance.endComputePassEncoder()
  instance.submitQueue()
}

/** `a b`, either transposed. */
export function product(a: Numbers, b: Numbers): Numbers {
  const [[rows = 0, inner = 0], [, columns = 0]] = [a.shape, b.shape]
  return computed([rows, columns], (at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let k = 0; k < inner; k++) sum += Number(a.values[row * inner + k]) * Number(b.values[k * columns + column])
    return sum
  })
}

/** Rows for columns. */
export function transpose({ shape: [rows = 0, columns = 0], values }: Numbers): Numbers {
  return computed([columns, rows], (at) => Number(values[(at % rows) * columns + Math.floor(at / rows)]))
}

/** The sum of each column of a matrix. */
export function columnSums({ shape: [rows = 0, columns = 0], values }: Numbers): Numbers {
  return computed([columns], (column) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += Number(values[row * columns + column])
    return sum
  })
}

/** A function of the values at the same place. */
export function each(f: (...values: number[]) => number, first: Numbers, ...rest: readonly Numbers[]): Numbers {
  return computed(first.shape, (at) => f(...[first, ...rest].map(({ values }) => Number(values[at]))))
}
