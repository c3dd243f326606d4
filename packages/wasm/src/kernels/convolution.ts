// The gradient of a 2-D convolution with respect to its filter, which tfjs's wasm backend lacks: the patches that the
// convolution saw, as rows of a matrix, transposed, times the gradient of its output.
import { ShapeError } from '@ae/core'
import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { Heap } from '../heap.ts'
import { floatInput, shapedInput, type WasmKernel } from './kernel.ts'
import { multiply } from './product.ts'

// Patches are made for a few rows of the output at a time, so that they stay in a second-level cache.
const patchFloats = 2 ** 16

/** `[filterHeight, filterWidth, inChannels, outChannels]`; images are `[batch, height, width, channels]`. */
export const conv2dBackpropFilter: WasmKernel = {
  name: Conv2DBackpropFilter,
  run: ({ inputs, attributes, heap }) => {
    const x = floatInput('conv2d', inputs, 'x')
    const { strides, pad, dataFormat, dimRoundingMode, filterShape, dilations } =
      attributes as unknown as Conv2DBackpropFilterAttrs & { dilations?: number | [number, number] }
    if (dataFormat === 'NCHW') {
      throw new ShapeError('The gradient of `conv2d` on the wasm backend received the channels first.', {
        facts: { Expected: 'dataFormat NHWC', Received: 'dataFormat NCHW' },
        fix: 'transpose images to [batch, height, width, channels]',
      })
    }
    const geometry = backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      dilations ?? 1, // tfjs's own gradient refuses dilations before it comes here
      pad,
      dimRoundingMode,
    )
    const dy = shapedInput('conv2d', inputs, 'dy', geometry.outShape)
    const out = heap.output(filterShape)
    accumulate(heap, x, dy, out, geometry)
    return out
  },
}

function accumulate(
  heap: Heap,
  x: TensorInfo,
  dy: TensorInfo,
  out: TensorInfo,
  geometry: backend_util.Conv2DInfo,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = geometry
  const patchSize = filterHeight * filterWidth * inChannels
  const rows = batchSize * outHeight
  const rowsAtOnce = Math.max(1, Math.min(rows, Math.floor(patchFloats / (outWidth * patchSize || 1))))
  heap.scratch(4 * rowsAtOnce * outWidth * patchSize || 4, (patches) => {
    // At least once, so that an empty batch gives zeros.
    for (let row = 0; row === 0 || row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row)
      heap.native.patchRows(
        heap.address(x),
        patches,
        row,
        count,
        inHeight,
        inWidth,
        inChannels,
        outHeight,
        outWidth,
        filterHeight,
        filterWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        padInfo.top,
        padInfo.left,
      )
      multiply(
        heap,
        { address: patches, rows: count * outWidth, columns: patchSize, transposed: true },
        {
          address: heap.address(dy) + 4 * row * outWidth * outChannels,
          rows: count * outWidth,
          columns: outChannels,
          transposed: false,
        },
        heap.address(out),
        row === 0 ? 'replace' : 'add',
      )
    }
  })
}
