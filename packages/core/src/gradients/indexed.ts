// Gradients of ops that scatter values to indices, or gather them from there.
import {
  cast,
  gather,
  gatherND,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  oneHot,
  reshape,
  scatterND,
  sum,
  type Tensor,
  type Tensor1D,
  zeros,
} from '@tensorflow/tfjs-core'
import { fromInputs, type Gradient, type Gradients } from './gradient.ts'

/** The gradients of segment sums, `gatherND`, `scatterND` and `topk`. */
export function indexed(): Gradients {
  return {
    // A row whose id is not that of a segment is in none of the sums.
    UnsortedSegmentSum: fromInputs(['segmentIds'], (dy, [ids]) => ({
      x: () => {
        const counts = logicalAnd(greaterEqual(ids, 0), less(ids, dy.shape[0] ?? 0))
        const rows = gather(dy, mul(ids, cast(counts, 'int32')) as Tensor1D)
        return mul(rows, reshape(cast(counts, 'float32'), [-1, ...rows.shape.slice(1).map(() => 1)]))
      },
      segmentIds: () => zeros(ids.shape),
    })),
    GatherNd: fromInputs(['params', 'indices'], (dy, [params, indices]) => ({
      params: () => scatterND(indices, dy, params.shape),
      indices: () => zeros(indices.shape),
    })),
    ScatterNd: fromInputs(['indices'], (dy, [indices]) => ({
      indices: () => zeros(indices.shape),
      updates: () => gatherND(dy, indices),
    })),
    TopK: { inputsToSave: ['x'], outputsToSave: [false, true], gradFunc: undoTopK } as Gradient,
  }
}

/** dy of each of the largest values goes to the position of that value. */
function undoTopK([dy]: Tensor[], [x, indices]: Tensor[]): { x: () => Tensor } {
  const places = () => cast(oneHot(indices as Tensor, x?.shape.at(-1) ?? 0), 'float32') // [..., k, length]
  return { x: () => sum(mul(reshape(dy as Tensor, [...(dy as Tensor).shape, 1]), places()), -2) }
}
