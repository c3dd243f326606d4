// The labels of a batch as what a conditional model is given: checked, and one-hot.
import { OptionError, ShapeError } from '@ae/core'
import { areCheckedLabels, assertOption, assertTensor, firstUnknownLabel, show } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { valuesAtOnce } from './values-at-once.ts'

/**
 * One label per example: numbers in an array or a typed array, or int32 `[batch]`. They are checked to be labels of the model. Of a
 * tensor whose values a GPU computed that waits for the GPU; where such values cannot be read at once, as on WebGPU outside of a
 * page, a label out of range makes NaN of its example.
 */
export type LabelsOfBatch = tf.Tensor1D | readonly number[] | Uint8Array | Int32Array

/**
 * Scale of the one-hot label: 1 is too weak against the noise of untrained latents, and the decoder then learns to read the label
 * from the latents and ignores it when sampling. Measured on 20,000 digits, 784-100-10, 5 epochs: a classifier that is right about 94%
 * of real digits saw the label asked for in 64% of the samples with 1, 94% with 4, 96% with 10; loss 122.3, 120.2 and 119.1 nats.
 */
export const labelWeight = 10

/**
 * `[batch, classes]`: `labelWeight` in the column of the label, else 0. A row without one, of a label out of range in a
 * tensor, is -Infinity throughout: no network makes a finite number of it.
 */
export function oneHot(functionName: string, labels: LabelsOfBatch, classes: number, batch?: number): tf.Tensor2D {
  if (labels instanceof tf.Tensor) assertTensor(functionName, 'labels', labels)
  const indices = labels instanceof tf.Tensor ? (labels as tf.Tensor1D) : numbersToTensor(functionName, labels, classes)
  assertLabels(functionName, indices, batch)
  if (labels === indices && !areCheckedLabels(indices, classes))
    assertKnown(functionName, valuesAtOnce(indices), classes)
  // An int32 one cast to float32: asked for float32, the wasm backend of tfjs writes the bits of integers.
  const columns = tf.cast(tf.oneHot(indices, classes), 'float32') as tf.Tensor2D
  return tf.mul(tf.add(columns, tf.log(tf.sum(columns, 1, true))), labelWeight)
}

function numbersToTensor(
  functionName: string,
  labels: Exclude<LabelsOfBatch, tf.Tensor1D>,
  classes: number,
): tf.Tensor1D {
  assertOption(functionName, 'labels', labels, (value) =>
    Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
      ? undefined
      : 'an array of integers, one for each example, e.g. [0]',
  )
  assertKnown(functionName, labels, classes)
  return tf.tensor1d([...labels], 'int32')
}

function assertKnown(functionName: string, labels: ArrayLike<unknown>, classes: number): void {
  const index = firstUnknownLabel(labels, classes)
  if (index === undefined) return
  const label = labels[index]
  const isCounted = Number.isSafeInteger(label) && Number(label) >= 0
  throw new OptionError(`\`${functionName}\` received a label that the model has no class for.`, {
    facts: { Expected: `integers from 0 to ${classes - 1}`, Received: `${show(label)} at index ${index}` },
    fix: isCounted
      ? `pass labels from 0 to ${classes - 1}, or make the model with classes: ${Number(label) + 1}`
      : `pass the number of each example's class, an integer from 0 to ${classes - 1}`,
  })
}

function assertLabels(functionName: string, labels: tf.Tensor1D, batch: number | undefined): void {
  if (labels.rank === 1 && labels.dtype === 'int32' && labels.size > 0 && (batch ?? labels.size) === labels.size) return
  const isList = labels.rank === 1 && labels.dtype === 'int32'
  throw new ShapeError(`\`${functionName}\` received \`labels\` that are not one integer per example.`, {
    facts: { Expected: `int32 [${batch ?? 'count'}]`, Received: `${labels.dtype} [${labels.shape.join(', ')}]` },
    fix: isList
      ? `pass ${batch ?? 'at least one'} of them, the label of each example`
      : "pass an array of integers, or tf.tensor1d(labels, 'int32')",
  })
}
