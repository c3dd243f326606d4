// Where tfjs's backend keeps the data of a tensor, and how to tell it that the data moved or changed.

import { sizeOfShape } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { DataType } from '@tensorflow/tfjs-core'
import { moduleOf } from '../binary/module.ts'

/** What tfjs's backend keeps about the data of a tensor; no tensor uses it any more when `refCount` is 0. */
export interface TensorData {
  readonly id: number
  memoryOffset: number
  readonly refCount: number
  readonly shape: number[]
  readonly dtype: DataType
}

/** The address of the data. */
export function addressOf(backend: BackendWasm, dataId: object): number {
  return dataOf(backend, dataId).memoryOffset
}

/** Whether any tensor uses the data. */
export function isAlive(backend: BackendWasm, dataId: object): boolean {
  return backend.refCount(dataId) > 0
}

/** Copies the data to another address. Everything must be computed. */
export function copyBytes(backend: BackendWasm, dataId: object, to: number): void {
  const data = dataOf(backend, dataId)
  moduleOf(backend).HEAPU8.copyWithin(to, data.memoryOffset, data.memoryOffset + byteLength(data))
}

/** Copies the data to another address, where it lies from now on. Everything must be computed. */
export function moveData(backend: BackendWasm, dataId: object, to: number): void {
  copyBytes(backend, dataId, to)
  dataOf(backend, dataId).memoryOffset = to
  renewData(backend, dataId)
}

/** Removes the data from the backend, and leaves its memory alone. */
export function forgetData(backend: BackendWasm, dataId: object): void {
  dataOf(backend, dataId).memoryOffset = 0
  backend.disposeData(dataId, true)
}

/**
 * Tells the backend that the values of the data have changed: XNNPACK, which runs some of tfjs's kernels, packs weights once per
 * tensor, and knows tensors by number.
 */
export function renewData(backend: BackendWasm, dataId: object): void {
  renew(backend, dataOf(backend, dataId))
}

/** The same for data that was looked up before. */
export function renew(backend: BackendWasm, { id, memoryOffset, shape }: TensorData): void {
  const { tfjs } = moduleOf(backend)
  tfjs.disposeData(id)
  tfjs.registerTensor(id, sizeOfShape(shape), memoryOffset)
}

/** The length of the data in bytes; it is of bool, int32 or float32. */
export function byteLength({ shape, dtype }: { readonly shape: readonly number[]; readonly dtype: DataType }): number {
  return sizeOfShape(shape) * (dtype === 'bool' ? 1 : 4)
}

/** What the backend keeps about the data. */
export function dataOf(backend: BackendWasm, dataId: object): TensorData {
  return (backend.dataIdMap as unknown as { get(dataId: object): TensorData }).get(dataId)
}
