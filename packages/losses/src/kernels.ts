// Kernels of tfjs without the functions around them, which check and convert their arguments: callers here pass tensors that fit,
// and an app that only samples need not ship those checks (docs/decisions/0014-sampling.md).
import * as tf from '@tensorflow/tfjs-core'

/** The op of a kernel with one input `x` and no attributes, e.g. `tf.relu` of `tf.Relu`. */
export function op<tensor extends tf.Tensor>(kernel: string, x: tensor): tensor {
  return tf.engine().runKernel(kernel, { x })
}

/** `tf.exp`. */
export const exp = <tensor extends tf.Tensor>(x: tensor): tensor => op(tf.Exp, x)

/** `tf.log`. */
export const log = <tensor extends tf.Tensor>(x: tensor): tensor => op(tf.Log, x)

/** `tf.neg`. */
export const neg = <tensor extends tf.Tensor>(x: tensor): tensor => op(tf.Neg, x)

/** `tf.sigmoid`. */
export const sigmoid = <tensor extends tf.Tensor>(x: tensor): tensor => op(tf.Sigmoid, x)

/** `tf.clone`. */
export const clone = <tensor extends tf.Tensor>(x: tensor): tensor => op(tf.Identity, x)

/** `tf.where` of three tensors of the same shape. */
export function select(condition: tf.Tensor, t: tf.Tensor, e: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.Select, { condition, t, e })
}

/** `tf.transpose` of a matrix. */
export function transpose(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.Transpose, { x }, { perm: [1, 0] })
}

/** `tf.clipByValue`. */
export function clip(x: tf.Tensor, clipValueMin: number, clipValueMax: number): tf.Tensor {
  return tf.engine().runKernel(tf.ClipByValue, { x }, { clipValueMin, clipValueMax })
}

/** `tf.softmax` along the last axis. */
export function softmax(logits: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.Softmax, { logits }, { dim: logits.rank - 1 })
}

/** `tf.argMax` of each row: `[n, classes]` -> `[n]`, integers. */
export function argMax(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.ArgMax, { x }, { axis: 1 })
}

/** `tf.oneHot`: `[n]`, integers -> `[n, depth]`, integers. */
export function oneHot(indices: tf.Tensor, depth: number): tf.Tensor {
  return tf.engine().runKernel(tf.OneHot, { indices }, { depth, onValue: 1, offValue: 0, dtype: 'int32' })
}

/** `tf.expandDims(x, 1)`: `[batch]` -> `[batch, 1]`. */
export function column(input: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.ExpandDims, { input }, { dim: 1 })
}

/** `tf.stack`: tensors of the same shape, along a new first axis. */
export function stack(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tf.engine().runKernel(tf.Pack, tensors as unknown as tf.NamedTensorMap, { axis: 0 })
}

/** `tf.unstack`: the parts along the first axis. */
export function unstack(value: tf.Tensor): tf.Tensor[] {
  return tf.engine().runKernel(tf.Unpack, { value }, { axis: 0 })
}

/** The op of a kernel with two inputs, e.g. `tf.less` of `tf.Less`, for a tensor and a number; call it inside `tf.tidy`. */
export function withNumber(kernel: string, a: tf.Tensor, b: number): tf.Tensor {
  return tf.engine().runKernel(kernel, { a, b: tf.scalar(b) })
}
