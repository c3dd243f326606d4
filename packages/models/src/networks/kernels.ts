// Kernels of tfjs without the functions around them, which check and convert their arguments: callers here give tensors that fit, and
// an app that only samples would ship those checks (docs/decisions/0014-sampling.md).
import * as tf from '@tensorflow/tfjs-core'

/** `tf.concat` of tensors that fit. */
export function concatenate(tensors: readonly tf.Tensor[], axis: number): tf.Tensor {
  return tf.engine().runKernel(tf.Concat, tensors as unknown as tf.NamedTensorMap, { axis })
}

/** `tf.transpose` of a matrix. */
export function transpose(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.Transpose, { x }, { perm: [1, 0] })
}
