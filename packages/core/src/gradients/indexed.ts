// Gradients of what puts values where indices say, or takes them from there.
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

/** The gradients of sums of segments, of `gatherND` and `scatterND`, and of the largest values. */
export function indexed(): Gradients {
  return {
    // Rows whose id names no segment count in no sum.
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

/** dy of each of the largest values goes to where it stood. */
function undoTopK([dy]: Tensor[], [x, indices]: Tensor[]): { x: () => Tensor } {
  const places = () => cast(oneHot(indices as Tensor, x?.shape.at(-1) ?? 0), 'float32') // [..., k, length]
  return { x: () => sum(mul(reshape(dy as Tensor, [...(dy as Tensor).shape, 1]), places()), -2) }
}
