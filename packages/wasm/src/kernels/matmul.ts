// tfjs's BatchMatMul. tfjs's own falls to a slow loop where a factor is transposed, which is every gradient.
import { ShapeError, sizeOfShape } from '@ae/core'
import { inputOf } from '@ae/core/internal'
import { BatchMatMul, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import { broadcastShape } from './broadcast.ts'
import { integerProduct } from './integer-product.ts'
import type { WasmKernel } from './kernel.ts'
import { type Matrix, multiply } from './product.ts'

/** `a b` over the last two axes, either factor transposed; the axes before them broadcast. */
export const batchMatMul: WasmKernel = {
  name: BatchMatMul,
  run: ({ inputs, attributes, heap, backend }) => {
    const { a, b } = inputs
    if (a?.dtype === 'int32' && b?.dtype === 'int32') {
      return multiplyBatches(heap, a, b, transposes(attributes), integerProduct(heap, backend))
    }
    return multiplyBatches(heap, inputOf('matMul', inputs, 'a'), inputOf('matMul', inputs, 'b'), transposes(attributes))
  },
}

/** Which factors are transposed. */
export interface Transposes {
  readonly a: boolean
  readonly b: boolean
}

/** The transposes that the attributes of tfjs's matrix products ask for. */
export function transposes(attributes: NamedAttrMap): Transposes {
  return { a: attributes.transposeA === true, b: attributes.transposeB === true }
}

/**
 * The product of two batches of matrices.
 *
 * @param a `[..., m, k]`, or `[..., k, m]` if transposed
 * @param b `[..., k, n]`, or `[..., n, k]` if transposed
 * @param multiplyTwo what writes the product of two of the matrices; defaults to that of float32
 * @returns `[..., m, n]` of the type of `a`, owned by the caller
 * @throws {ShapeError} when the inner lengths differ or the batch axes do not broadcast
 */
export function multiplyBatches(
  heap: Heap,
  a: TensorInfo,
  b: TensorInfo,
  transposed: Transposes,
  multiplyTwo = (left: Matrix, right: Matrix, out: number) => multiply(heap, left, right, out),
): TensorInfo {
  if (a.shape.length < 2 || b.shape.length < 2) throw mismatch(a, b, transposed)
  const left = matrices(a, transposed.a)
  const right = matrices(b, transposed.b)
  if (left.columns !== right.rows) throw mismatch(a, b, transposed)
  const batchShape = broadcastShape(left.batchShape, right.batchShape)
  if (batchShape === undefined) throw mismatch(a, b, transposed)
  const out = heap.output([...batchShape, left.rows, right.columns], a.dtype)
  const [aAddress, bAddress, outAddress] = [heap.address(a), heap.address(b), heap.address(out)]
  const batches = sizeOfShape(batchShape)
  for (let batch = 0; batch < batches; batch++) {
    multiplyTwo(
      { ...left.matrix, address: aAddress + left.bytes * sourceIndex(batch, batchShape, left.batchShape) },
      { ...right.matrix, address: bAddress + right.bytes * sourceIndex(batch, batchShape, right.batchShape) },
      outAddress + 4 * left.rows * right.columns * batch,
    )
  }
  return out
}

function matrices(tensor: TensorInfo, transposed: boolean) {
  const [rows = 0, columns = 0] = tensor.shape.slice(-2)
  const matrix: Omit<Matrix, 'address'> = { rows, columns, transposed }
  return {
    matrix,
    rows: transposed ? columns : rows,
    columns: transposed ? rows : columns,
    batchShape: tensor.shape.slice(0, -2),
    bytes: 4 * rows * columns,
  }
}

/** Which matrix of a source is the `index`-th of the broadcast batch. */
function sourceIndex(index: number, batchShape: readonly number[], sourceShape: readonly number[]): number {
  let rest = index
  let stride = 1
  let source = 0
  for (let axis = 1; axis <= sourceShape.length; axis++) {
    const length = batchShape.at(-axis) ?? 1
    const sourceLength = sourceShape.at(-axis) ?? 1
    if (sourceLength > 1) source += (rest % length) * stride
    rest = Math.floor(rest / length)
    stride *= sourceLength
  }
  return source
}

function mismatch(a: TensorInfo, b: TensorInfo, transposed: Transposes): ShapeError {
  return new ShapeError('`matMul` received factors that do not fit each other.', {
    facts: {
      Expected: 'rank 2 at least, inner lengths that are equal, and batch axes that are equal or 1',
      Received: `${describe(a, transposed.a)} times ${describe(b, transposed.b)}`,
    },
  })
}

function describe({ shape }: TensorInfo, transposed: boolean): string {
  return `[${shape.join(', ')}]${transposed ? ' transposed' : ''}`
}
