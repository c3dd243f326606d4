// A model with examples for it: with the labels that it needs, of each example or one for all.
import type { Autoencoder, Batch, Dataset } from '@ae/core'
import { OptionError } from '@ae/core'
import { type IndexedDataset, type LabelledDataset, withLabels } from '@ae/datasets'
import type { ConditionalVae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import type { AnyModel, OpenModel } from './open-model.ts'
import type { Settings } from './verb.ts'

/** A model that needs no labels: any other, or one whose label is fixed. */
export type UnlabelledModel = Exclude<AnyModel, ConditionalVae> | ReturnType<ConditionalVae['forLabel']>

/** What computes on batches: a model, or one that takes the labels of each batch. */
export type Prepared =
  | { readonly model: UnlabelledModel; readonly conditional?: undefined; readonly batches: Dataset<Batch> }
  | { readonly model?: undefined; readonly conditional: ConditionalVae; readonly batches: Dataset<Batch> }

/**
 * The model with the data as it takes them.
 *
 * @throws {OptionError} when it needs labels that are not there
 */
export function prepared(verb: string, opened: OpenModel, data: IndexedDataset, settings: Settings): Prepared {
  const label = labelOf(verb, opened, settings)
  const { model } = opened
  if (model.kind !== 'conditionalVae') return { model, batches: data }
  if (label !== undefined) return { model: model.forLabel(label), batches: data }
  if (data.labels === undefined) throw labelsNeeded(verb, `data without labels (${data.name})`, model.classes)
  return { conditional: model, batches: withLabels(data as LabelledDataset) }
}

/** The model itself, or with the label that `--label` says. @throws {OptionError} when it needs one */
export function unlabelled(verb: string, opened: OpenModel, settings: Settings): UnlabelledModel {
  const label = labelOf(verb, opened, settings)
  const { model } = opened
  if (model.kind !== 'conditionalVae') return model
  if (label === undefined) throw labelsNeeded(verb, 'no --label', model.classes)
  return model.forLabel(label)
}

/** The label that `--label` says, by its number or the name of its class. */
export function labelOf(verb: string, { model, classNames }: OpenModel, { label }: Settings): number | undefined {
  if (label === undefined) return undefined
  if (model.kind !== 'conditionalVae') {
    throw new OptionError(`\`${verb}\` takes --label only with a model that needs labels.`, {
      facts: { Received: `--label ${label}, a ${model.kind}` },
      fix: 'leave out --label',
    })
  }
  const named = classNames?.indexOf(String(label)) ?? -1
  const number = named >= 0 ? named : String(label).trim() === '' ? Number.NaN : Number(label)
  if (Number.isInteger(number) && number >= 0 && number < model.classes) return number
  const names = classNames === undefined ? '' : `, or ${classNames.join(', ')}`
  throw new OptionError(`\`${verb}\` received a bad \`--label\`.`, {
    facts: { Expected: `an integer from 0 to ${model.classes - 1}${names}`, Received: String(label) },
    fix: 'pass one of these',
  })
}

function labelsNeeded(verb: string, received: string, classes: number): OptionError {
  return new OptionError(`\`${verb}\` needs labels for this model.`, {
    facts: { Expected: `a label from 0 to ${classes - 1} for each example, or one for all`, Received: received },
    fix: 'pass --label 0 for all examples, or --labels with the labels of the data',
  })
}

/**
 * What a function of an unlabelled model makes of a batch whose examples have labels: each label's examples together, the results in
 * the order of the batch. Called inside `tf.tidy`.
 *
 * @param compute from `[n, ...shape]` to tensors of n rows
 */
export function byLabel<result extends tf.Tensor>(
  model: ConditionalVae,
  batch: Batch,
  compute: (model: Autoencoder & ReturnType<ConditionalVae['forLabel']>, examples: tf.Tensor) => result,
): result {
  if (!('labels' in batch)) throw new Error('a labelled batch was promised')
  const labels = batch.labels.dataSync()
  const places = [...new Set(labels)].map((label) => {
    const rows = [...labels.keys()].filter((row) => labels[row] === label)
    return { label, rows }
  })
  const results = places.map(({ label, rows }) =>
    compute(model.forLabel(label), tf.gather(batch.examples, tf.tensor1d(rows, 'int32'))),
  )
  const order = places.flatMap(({ rows }) => rows)
  const inverse = new Int32Array(order.length)
  for (const [place, row] of order.entries()) inverse[row] = place
  return tf.gather(tf.concat(results), tf.tensor1d(inverse, 'int32')) as result
}
