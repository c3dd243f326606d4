// 2-D pooling. tfjs's own loses NaN, and where rounding or one number for all sides gives other windows than XNNPACK counts, writes
// beyond its tensor; its gradient of the maximum starts each window at 0 and so takes the first value for the largest where
// none is positive.
import { AvgPool, MaxPool, type MaxPoolAttrs, MaxPoolGrad, type NamedAttrMap } from '@tensorflow/tfjs-core'
import { assertFits, type Geometry, lengthsOf, outShapeOf, windowsOf } from './geometry.ts'
import { imagesInput, type Shape4D, shapedInput, type WasmKernel } from './kernel.ts'

/** The largest of each window, and the mean: of what of it lies in the image. */
export const pools: readonly WasmKernel[] = [MaxPool, AvgPool].map((kernelName, isMean) => ({
  name: kernelName,
  run: ({ inputs, attributes, heap }) => {
    const name = isMean === 0 ? 'maxPool' : 'avgPool'
    const [x, shape] = imagesInput(name, inputs, 'x')
    const geometry = poolingOf(name, shape, attributes)
    const out = heap.output(outShapeOf(geometry))
    heap.exports.pool(heap.address(x), heap.address(out), isMean, ...lengthsOf(geometry))
    return out
  },
}))

/** The gradient of the input, `[batch, height, width, channels]`: each dy goes to the first maximum of its window. */
export const maxPoolGrad: WasmKernel = {
  name: MaxPoolGrad,
  run: ({ inputs, attributes, heap }) => {
    const [input, shape] = imagesInput('maxPool', inputs, 'input')
    const geometry = poolingOf('maxPool', shape, attributes)
    const dy = shapedInput('maxPool', inputs, 'dy', outShapeOf(geometry))
    const out = heap.output(shape)
    heap.exports.maxPoolGradient(heap.address(input), heap.address(dy), heap.address(out), ...lengthsOf(geometry))
    return out
  },
}

function poolingOf(name: string, shape: Shape4D, attributes: NamedAttrMap): Geometry {
  const { filterSize, ...options } = attributes as unknown as MaxPoolAttrs
  const window = typeof filterSize === 'number' ? ([filterSize, filterSize] as const) : filterSize
  const geometry = windowsOf(name, shape, window, shape[3], options)
  assertFits(name, geometry, 'Window', window)
  return geometry
}
