// Sums of the rows that belong together, which is also the gradient of tfjs's gather; tfjs's backend lacks it.
import { AutoencoderError, ShapeError, sizeOfShape } from '@ae/core'
import { type TensorInfo, UnsortedSegmentSum, type UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'
import { compute } from './numbers.ts'

/** `[numSegments, ...]` of `x` `[rows, ...]`: a row with the id i is added to the i-th sum, one with another id to none. */
export const unsortedSegmentSum: WasmKernel = {
  name: UnsortedSegmentSum,
  run: (call) => {
    const { inputs, attributes } = call
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo }
    const { numSegments } = attributes as unknown as UnsortedSegmentSumAttrs
    const [rows = 1, ...rest] = x.shape
    if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== rows) {
      throw new ShapeError('`unsortedSegmentSum` received `segmentIds` of the wrong shape.', {
        facts: { Expected: `[${rows}], one for each row of \`x\``, Received: `[${segmentIds.shape.join(', ')}]` },
      })
    }
    if (segmentIds.dtype !== 'int32' || (x.dtype !== 'float32' && x.dtype !== 'int32')) {
      throw new AutoencoderError('`unsortedSegmentSum` on the wasm backend received a bad tensor.', {
        facts: {
          Expected: '`x` of float32 or int32 and `segmentIds` of int32',
          Received: `\`x\` of ${x.dtype} and \`segmentIds\` of ${segmentIds.dtype}`,
        },
        fix: "cast them first, e.g. tf.cast(segmentIds, 'int32')",
      })
    }
    return compute(call, [x, segmentIds], [numSegments, ...rest], x.dtype, (out, values = out, ids = out) => {
      const columns = sizeOfShape(rest)
      const sums = new Float64Array(out.length)
      for (const [row, id] of ids.entries()) {
        if (id < 0 || id >= numSegments) continue
        for (let column = 0; column < columns; column++) {
          sums[id * columns + column] = (sums[id * columns + column] ?? 0) + (values[row * columns + column] ?? 0)
        }
      }
      out.set(sums)
    })
  },
}
