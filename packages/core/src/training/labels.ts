// Labels that a model has no class for, refused before anything learns from them.
import * as tf from '@tensorflow/tfjs-core'
import { batchesFrom, skippable } from '../batches-from.ts'
import { show } from '../checks/show.ts'
import type { Batch, Dataset } from '../dataset.ts'
import { DatasetError } from '../errors.ts'
import type { Trainable } from '../model.ts'

/**
 * Data whose labels the model has classes for. Labels that the data set says are looked at here and now. Those of each batch are
 * looked at before its receiver gets it, whatever the data set says: its `batches` may be another's. That waits for a GPU only
 * where the labels were computed on it; those that come as data are still in memory.
 *
 * @param functionName the public function that received the data, for the message
 * @param model a model without `classes` takes any data
 * @param data borrowed
 * @returns the data, whose batches are looked at
 * @throws {DatasetError} when a label is none of the model's
 */
export function withKnownLabels<batch extends Batch>(
  functionName: string,
  model: Pick<Trainable, 'classes'>,
  data: Dataset<batch>,
): Dataset<batch> {
  const { classes } = model
  if (classes === undefined) return data
  const { name, shape, size, range, labels, notes } = data
  const check = (received: ArrayLike<number>, place: string) => {
    const index = firstUnknownLabel(received, classes)
    if (index !== undefined) throw unknownLabel(functionName, classes, received, index, `example ${index} of ${place}`)
  }
  if (labels !== undefined) {
    if (labels.length !== size) {
      throw new DatasetError(`\`${functionName}\` received data with the wrong number of labels.`, {
        facts: { Expected: `${size}, one per example`, Received: `${labels.length} (${name})` },
        fix: 'give every example one label',
      })
    }
    check(labels, name)
  }
  return {
    name,
    shape,
    size,
    range,
    labels,
    notes,
    checksum: data.checksum?.bind(data),
    order: data.order?.bind(data),
    batches: skippable(async function* (options, firstBatch) {
      let batchIndex = firstBatch
      for await (const batch of batchesFrom(data, options, firstBatch)) {
        try {
          if ('labels' in batch) {
            check(await batch.labels.data(), `batch ${batchIndex} of ${name}`)
            checked.set(batch.labels, classes)
          }
        } catch (error) {
          tf.dispose(batch as tf.TensorContainer)
          throw error
        }
        batchIndex++
        yield batch
      }
    }),
  }
}

/** The number of classes that labels were checked for. */
const checked = new WeakMap<tf.Tensor, number>()

/**
 * Whether `train` or `evaluate` has checked these labels, so that a forward pass need not wait for their values.
 *
 * @param labels the labels of a batch
 * @param classes how many there are
 */
export function areCheckedLabels(labels: tf.Tensor, classes: number): boolean {
  return checked.get(labels) === classes
}

/** Declares labels to be a copy of others, and so as checked as those. */
export function markAsCopy(labels: tf.Tensor, original: tf.Tensor): void {
  const classes = checked.get(original)
  if (classes !== undefined) checked.set(labels, classes)
}

/**
 * Where the first label is that is not an integer from 0 to `classes` - 1.
 *
 * @param labels as received; nothing of it is converted
 * @param classes how many there are
 * @returns its index; undefined when all are good
 */
export function firstUnknownLabel(labels: ArrayLike<unknown>, classes: number): number | undefined {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    if (!(typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < classes)) return i
  }
  return undefined
}

function unknownLabel(
  functionName: string,
  classes: number,
  labels: ArrayLike<number>,
  index: number,
  place: string,
): DatasetError {
  const label = labels[index] as number
  return new DatasetError(`\`${functionName}\` received a label that the model has no class for.`, {
    facts: { Expected: `integers from 0 to ${classes - 1}`, Received: `${show(label)}, the label of ${place}` },
    fix: cureOf(Array.from(labels), classes),
  })
}

function cureOf(labels: readonly number[], classes: number): string {
  const lowest = labels.reduce((least, label) => Math.min(least, label))
  const highest = labels.reduce((most, label) => Math.max(most, label))
  if (lowest >= 1 && highest === classes) return 'subtract 1 from each label: they count from 0'
  const isCounted = labels.every((label) => Number.isInteger(label) && label >= 0)
  return isCounted
    ? `make the model with classes: ${highest + 1}, or leave these examples out`
    : `label each example with the number of its class, an integer from 0 to ${classes - 1}`
}
