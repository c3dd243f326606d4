// Kernels that are replayed whole, because they compute in JavaScript or in tfjs's own WebAssembly: what they call cannot be
// recorded, so the kernel itself is called again, on tensors at the recorded addresses.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import {
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { Installed } from '../installed.ts'
import { addressOf, copyBytes, forgetData } from '../memory/tensor-data.ts'
import type { Call } from './changes.ts'

/** Whether the shapes of a kernel's outputs depend on values, or its values on more than its inputs. */
export function mayDiffer(name: string): boolean {
  return unlike.includes(name)
}

const unlike = [
  'Multinomial',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'SparseFillEmptyRows',
  'SparseReshape',
  'Unique',
]

/**
 * The call of a kernel, with its inputs and outputs where they are now.
 *
 * @param inputs by name, or a list; some may be missing
 * @param outputs what the kernel returned for them
 */
export function kernelCall(
  backend: BackendWasm,
  installed: Pick<Installed, 'heap'>,
  name: string,
  inputs: NamedTensorMap,
  attributes: NamedAttrMap | undefined,
  outputs: readonly Tensor[],
): Call {
  const { kernelFunc } = getKernel(name, 'wasm')
  const given = inputsOf(inputs)
  const places = new Map(given.map((tensor) => [tensor, addressOf(backend, tensor.dataId)]))
  const shared = new Set(given.map(({ dataId }) => dataId)) // an output may be an input's data
  const copies = outputs.map(({ dataId }) => (shared.has(dataId) ? undefined : addressOf(backend, dataId)))
  const run = () => {
    const made = new Map<TensorInfo, TensorInfo>()
    for (const [tensor, place] of places) made.set(tensor, backend.makeOutput([...tensor.shape], tensor.dtype, place))
    try {
      const result = kernelFunc({ inputs: withInputs(inputs, made), attrs: attributes ?? {}, backend })
      const results = Array.isArray(result) ? result : [result]
      installed.heap.finish()
      for (const [i, place] of copies.entries()) {
        const { dataId } = results[i] as TensorInfo
        if (place !== undefined) copyBytes(backend, dataId, place)
      }
      for (const { dataId } of results) backend.disposeData(dataId)
    } finally {
      for (const { dataId } of made.values()) forgetData(backend, dataId)
    }
    return 0
  }
  return { run, values: [] }
}

/** The tensors among a kernel's inputs. */
export function inputsOf(inputs: NamedTensorMap): Tensor[] {
  return Object.values(inputs).filter((input) => (input as Tensor | null | undefined) != null)
}

/** The same inputs, in the same places, as other tensors. */
function withInputs(inputs: NamedTensorMap, others: ReadonlyMap<TensorInfo, TensorInfo>): NamedTensorInfoMap {
  const replaced = Object.entries(inputs).map(([name, input]) => [name, others.get(input) ?? input] as const)
  return Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(replaced))
}
