// tfjs's convolutions with bias and activation in one kernel: what tf.layers' convolutions run without a gradient. tfjs's own count
// windows wrongly (see depthwise-convolution.ts), make NaN 0 by relu, and go by the filter that they saw first.
import { FusedConv2D, FusedDepthwiseConv2D, type TensorInfo } from '@tensorflow/tfjs-core'
import { conv2d } from './convolution.ts'
import { depthwiseConvolution } from './depthwise-convolution.ts'
import { endingOf } from './fused-ending.ts'
import { imagesInput, type WasmKernel } from './kernel.ts'

/** `activation(convolution + bias)`, a bias for each channel. */
export const fusedConvolutions: readonly WasmKernel[] = [
  { name: FusedConv2D, op: 'fused.conv2d', convolution: conv2d },
  { name: FusedDepthwiseConv2D, op: 'fused.depthwiseConv2d', convolution: depthwiseConvolution },
].map(({ name, op, convolution }) => ({
  name,
  run: (call) => {
    const [, [, , inChannels, count]] = imagesInput(op, call.inputs, 'filter')
    const finish = endingOf(op, call, convolution === conv2d ? count : inChannels * count)
    return finish(convolution.run(call) as TensorInfo)
  },
}))
