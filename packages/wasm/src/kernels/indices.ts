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
import { type Numbers, numbersOf } from './numbers.ts'

type Lengths = (inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => unknown

/** Which input holds the indices, and the lengths of what they index. */
const indexings: Readonly<Record<string, readonly [input: string, of: Lengths]>> = {
  [CropAndResize]: ['boxInd', ({ image }) => image?.shape.slice(0, 1)],
  [GatherNd]: ['indices', ({ params }) => params?.shape],
  [ScatterNd]: ['indices', (_, { shape }) => shape],
  [SparseToDense]: ['sparseIndices', (_, { outputShape }) => outputShape],
  [TensorScatterUpdate]: ['indices', ({ tensor }) => tensor?.shape],
}

/** tfjs's own, for indices that are inside. */
export const indexed: readonly WasmKernel[] = Object.entries(indexings).map(([name, [input, of]]) => ({
  name,
  run: (call) => {
    const indices = call.inputs[input] as TensorInfo
    const lengths = of(call.inputs, call.attributes) as readonly number[]
    // Rows of indices; where there is one axis, single ones, or to gather by, one row.
    const width = indices.shape.length > 1 || name === GatherNd ? Number(indices.shape.at(-1)) : 1
    call.heap.finish()
    assertInside(name.charAt(0).toLowerCase() + name.slice(1), numbersOf(call, indices), lengths, width)
    return call.stock()
  },
}))

/**
 * Asserts that indices point into a tensor.
 *
 * @param name of the op
 * @param lengths of the tensor
 * @param width how many indices make one place
 * @throws {ShapeError} when one does not
 */
export function assertInside(name: string, indices: Numbers, lengths: readonly number[], width: number): void {
  const wrong = indices.find((index, i) => !(index >= 0 && index < Number(lengths[i % width])))
  if (wrong === undefined) return
  throw new ShapeError(`\`${name}\` received an index that lies outside.`, {
    facts: { Expected: `indices into [${lengths.join(', ')}]`, Received: String(wrong) },
  })
}
