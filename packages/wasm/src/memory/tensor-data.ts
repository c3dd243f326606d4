// Where tfjs's backend keeps the data of a tensor, and how it learns that it lies elsewhere or is other data.
import { sizeOfShape } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { DataType } from '@tensorflow/tfjs-core'
import { moduleOf } from '../binary/module.ts'

/** What tfjs's backend notes of the data of a tensor; nobody has it any more when `refCount` is 0. */
export interface TensorData {
  readonly id: number
  memoryOffset: number
  readonly refCount: number
  readonly shape: number[]
  readonly dtype: DataType
}

/** The address of the data. */
export function placeOf(backend: BackendWasm, dataId: object): number {
  return dataOf(backend, dataId).memoryOffset
}

/** Whether any tensor has the data. */
export function isAlive(backend: BackendWasm, dataId: object): boolean {
  return backend.refCount(dataId) > 0
}

/** Copies the data to another address, where it lies from now on. Everything must be computed. */
export function moveData(backend: BackendWasm, dataId: object, to: number): void {
  const data = dataOf(backend, dataId)
  moduleOf(backend).HEAPU8.copyWithin(to, data.memoryOffset, data.memoryOffset + byteLength(data))
  data.memoryOffset = to
  renewData(backend, dataId)
}

/**
 * Says that the data is other data: XNNPACK, which runs some of tfjs's kernels, packs weights once a tensor, and knows tensors
 * by number.
 */
export function renewData(backend: BackendWasm, dataId: object): void {
  renew(backend, dataOf(backend, dataId))
}

/** The same of data that was looked up before. */
export function renew(backend: BackendWasm, { id, memoryOffset, shape }: TensorData): void {
  const { tfjs } = moduleOf(backend)
  tfjs.disposeData(id)
  tfjs.registerTensor(id, sizeOfShape(shape), memoryOffset)
}

/** The length of the data, which is of bool, int32 or float32. */
export function byteLength({ shape, dtype }: { readonly shape: readonly number[]; readonly dtype: DataType }): number {
  return sizeOfShape(shape) * (dtype === 'bool' ? 1 : 4)
}

/** What the backend notes of the data. */
export function dataOf(backend: BackendWasm, dataId: object): TensorData {
  return (backend.dataIdMap as unknown as { get(dataId: object): TensorData }).get(dataId)
}
