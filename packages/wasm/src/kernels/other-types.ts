// Kernels of tfjs that do not know a type: they leave their result as they find the memory, write beyond it, or give it another
// type.
import {
  Bincount,
  type DataType,
  DenseBincount,
  FusedBatchNorm,
  ResizeNearestNeighbor,
  SearchSorted,
  SparseSegmentMean,
  SparseSegmentSum,
  type TensorInfo,
  TopK,
} from '@tensorflow/tfjs-core'
import type { KernelCall, WasmKernel } from './kernel.ts'
import { castAway, runKernel, withCast } from './numbers.ts'

const known: readonly (readonly [name: string, types: readonly DataType[]])[] = [
  [Bincount, ['int32', 'float32']],
  [DenseBincount, ['int32', 'float32']],
  [FusedBatchNorm, ['float32']],
  [SearchSorted, ['int32', 'float32']],
  [SparseSegmentMean, ['int32', 'float32']],
  [SparseSegmentSum, ['int32', 'float32']],
  [TopK, ['int32', 'float32']],
]

/** Those that know some types: inputs of others are cast to the first. */
const ofKnownTypes: readonly WasmKernel[] = known.map(([name, types]) => ({
  name,
  run: (call) => run(name, types, call),
}))

function run(name: string, types: readonly DataType[], call: KernelCall): TensorInfo | TensorInfo[] {
  const { inputs, attributes, backend } = call
  const [type = 'float32'] = types
  const other = Object.entries(inputs).find(([, input]) => input !== undefined && !types.includes(input.dtype))
  if (other?.[1] === undefined) return call.stock()
  const [key, input] = other
  return withCast(backend, input, type, (cast) => runKernel(backend, name, { ...inputs, [key]: cast }, attributes))
}

/** Images of the type that they had. */
const resizeNearestNeighbor: WasmKernel = {
  name: ResizeNearestNeighbor,
  run: ({ inputs, backend, stock }) => {
    const resized = stock() as TensorInfo
    const { dtype } = inputs.images as TensorInfo
    return dtype === resized.dtype ? resized : castAway(backend, resized, dtype)
  },
}

/** All of them. */
export const ofOtherTypes: readonly WasmKernel[] = [...ofKnownTypes, resizeNearestNeighbor]
