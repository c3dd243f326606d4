// Labels that a model has no class for, refused before anything learns from them.
import * as tf from '@tensorflow/tfjs-core'
import { type Batch, type Dataset, imagesOf } from './dataset.ts'
import { DatasetError } from './errors.ts'
import type { Trainable } from './model.ts'
import { show } from './options.ts'

/**
 * Data whose labels the model has classes for. Known labels are looked at here and now; of a data set that does not say its
 * labels each batch is looked at before its receiver gets it.
 *
 * @param functionName the public function that received the data, for the message
 * @param model a model without `classes` takes any data
 * @param data borrowed
 * @returns the data itself, unless its batches must be looked at
 * @throws {DatasetError} when a label is none of the model's
 */
export function withKnownLabels<batch extends Batch>(
  functionName: string,
  model: Pick<Trainable, 'classes' | 'kind'>,
  data: Dataset<batch>,
): Dataset<batch> {
  const { classes } = model
  if (classes === undefined) return data
  const { labels, name } = data
  const bad = (found: ArrayLike<number>, index: number, place: string) => unknownLabel(functionName, classes, found, index, place)
  if (labels !== undefined) {
    const index = firstUnknown(labels, classes)
    if (index !== undefined) throw bad(labels, index, `example ${index} of ${name}`)
    return data
  }
  return {
    ...data,
    async *batches(options) {
      let batchIndex = 0
      for await (const batch of data.batches(options)) {
        try {
          const read = 'labels' in batch ? await batch.labels.data() : []
          const index = firstUnknown(read, classes)
          if (index !== undefined) throw bad(read, index, `example ${index} of batch ${batchIndex} of ${name}`)
        } catch (error) {
          tf.dispose(batch as tf.TensorContainer)
          throw error
        }
        batchIndex++
        yield batch
      }
    },
  }
}

function firstUnknown(labels: ArrayLike<number>, classes: number): number | undefined {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    if (!(Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes)) return i
  }
  return undefined
}

function unknownLabel(functionName: string, classes: number, labels: ArrayLike<number>, index: number, place: string) {
  const label = labels[index] as number
  const highest = Array.from(labels).reduce((most, other) => Math.max(most, other), 0)
  const isFromOne = label === classes && highest === classes && !Array.from(labels).includes(0)
  const needed = Number.isInteger(highest) ? `, or make the model with classes: ${highest + 1}` : ''
  return new DatasetError(`\`${functionName}\` received a label that the model has no class for.`, {
    facts: { Expected: `integers from 0 to ${classes - 1}`, Received: `${show(label)}, the label of ${place}` },
    fix: isFromOne
      ? 'these labels seem to count from 1: subtract 1 from each'
      : `number the classes from 0${label >= classes ? needed : ''}`,
  })
}
