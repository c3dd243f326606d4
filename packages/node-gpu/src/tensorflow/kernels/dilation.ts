// Depthwise convolutions with dilation. TensorFlow has them on processors for which it turns oneDNN on, and refuses them on
// all others (findings/tensorflow-depthwise-dilation.sh). A filter with zeros between its numbers gives the same without dilation.
import {
  DepthwiseConv2dNative,
  FusedDepthwiseConv2D,
  type KernelConfig,
  pad,
  type Rank,
  reshape,
  slice,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'

/** The kernels of tfjs that TensorFlow refuses to run with dilation. */
export const dilatedKernels = [DepthwiseConv2dNative, FusedDepthwiseConv2D]

/** `stock`, one of those, for any dilation on any processor. */
export function withoutDilation(stock: KernelConfig): KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const { inputs, attrs = {}, backend } = call
      const { dilations = 1, ...others } = attrs
      const [vertical, horizontal] = [dilations, dilations].flat() as [number, number]
      if (vertical === 1 && horizontal === 1) return stock.kernelFunc(call)
      return tidy(() => {
        const filter = spread(inputs.filter as Tensor4D, vertical, horizontal)
        return stock.kernelFunc({ inputs: { ...inputs, filter }, attrs: { ...others, dilations: 1 }, backend }) as never
      })
    },
  }
}

/** A filter `[height, width, in, multiplier]` with zeros between its rows and columns. */
function spread(filter: Tensor4D, vertical: number, horizontal: number): Tensor4D {
  const [height, width, channels, multiplier] = filter.shape
  const depth = channels * multiplier
  const apart = reshape(filter, [height, 1, width, 1, depth])
  const padded = pad(apart, [
    [0, 0],
    [0, vertical - 1],
    [0, 0],
    [0, horizontal - 1],
    [0, 0],
  ]) // [height, vertical, width, horizontal, depth]
  const rows = reshape<Rank.R4>(padded, [height * vertical, width * horizontal, channels, multiplier])
  return slice(rows, 0, [(height - 1) * vertical + 1, (width - 1) * horizontal + 1, channels, multiplier])
}
