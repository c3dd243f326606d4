// Kernels of tfjs that trust their indices, and read or write where those say.
import { ShapeError } from '@ae/core'
import {
  CropAndResize,
  GatherNd,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  ScatterNd,
  SparseToDense,
  type TensorInfo,
  TensorScatterUpdate,
} from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'
import { numbersOf } from './numbers.ts'

interface Indexing {
  readonly name: string
  readonly op: string
  /** The input that holds the indices. */
  readonly input: string
  /** The lengths of what they index. */
  readonly of: (inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => readonly number[] | undefined
}

const indexings: readonly Indexing[] = [
  { name: GatherNd, op: 'gatherND', input: 'indices', of: ({ params }) => params?.shape },
  { name: ScatterNd, op: 'scatterND', input: 'indices', of: (_, { shape }) => shape as number[] },
  { name: TensorScatterUpdate, op: 'tensorScatterUpdate', input: 'indices', of: ({ tensor }) => tensor?.shape },
  {
    name: SparseToDense,
    op: 'sparseToDense',
    input: 'sparseIndices',
    of: (_, { outputShape }) => outputShape as number[],
  },
  { name: CropAndResize, op: 'image.cropAndResize', input: 'boxInd', of: ({ image }) => image?.shape.slice(0, 1) },
]

/** tfjs's own, for indices that are inside. */
export const indexed: readonly WasmKernel[] = indexings.map(({ name, op, input, of }) => ({
  name,
  run: (call) => {
    const indices = call.inputs[input] as TensorInfo
    const lengths = of(call.inputs, call.attributes) ?? []
    // Rows of indices, a length each; of one axis also single ones.
    const width = indices.shape.length > 1 || lengths.length > 1 ? Number(indices.shape.at(-1)) : 1
    call.heap.finish()
    const wrong = numbersOf(call, indices).find((index, i) => !(index >= 0 && index < Number(lengths[i % width])))
    if (wrong === undefined) return call.stock()
    throw new ShapeError(`\`${op}\` received an index that lies outside.`, {
      facts: { Expected: `indices into [${lengths.join(', ')}]`, Received: String(wrong) },
    })
  },
}))
