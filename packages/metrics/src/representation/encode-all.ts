// The codes of a whole data set.
import { type Autoencoder, type Batch, batchesOf, type Dataset, DatasetError, examplesOf } from '@ae/core'
import { assertExamples, assertMembers, assertModel, assertOptions, positiveInteger, show } from '@ae/core/internal'
import type { ConditionalVae } from '@ae/models'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { type LongMeasureOptions, longMeasureChecks } from '../long-measure.ts'
import { rowsOfData } from '../rows-of-data.ts'
import type { Codes } from './codes.ts'

/** Options of {@link encodeAll}. */
export interface EncodeAllOptions extends LongMeasureOptions {
  /** Examples per batch, a positive integer; changes speed and memory, and codes by no more than float32's rounding. Defaults to 256. */
  readonly batchSize?: number | undefined
}

/** What {@link encodeAll} gives: plain numbers, the caller's; there is no tensor to dispose of. */
export interface EncodedData<labels extends Int32Array | undefined = Int32Array | undefined> extends Codes {
  readonly values: Float32Array<ArrayBuffer>
  /** The label of each example as the data has it; undefined if it has none. */
  readonly labels: labels
}

/**
 * The code of each example of a data set: what `model.encode` gives, so of a variational model the mean of its posterior, of a
 * VQ-VAE the vectors of its codebook one after the other. Device memory holds one batch; the codes lie in one array of float32.
 *
 * @param model any autoencoder, or a conditional VAE with data that has labels, by `withLabels`; borrowed
 * @param data one pass in stored order; borrowed
 * @param options see {@link EncodeAllOptions}
 * @returns codes and labels in the order of the data
 * @throws {OptionError} on a bad option, or what is not such a model
 * @throws {ShapeError} when the data's shape is not the model's
 * @throws {DatasetError} when there are no examples, or a conditional VAE receives data without labels
 * @throws {DisposedError} when the model is disposed of
 * @throws {BackendLostError} when the backend stops computing
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const train = await encodeAll(model, digits)
 * const { accuracy } = await linearProbe({ codes: train, labels: train.labels }, { codes: test, labels: test.labels })
 * ```
 */
export function encodeAll(
  model: Autoencoder | ConditionalVae,
  data: Dataset<Batch> & { readonly labels: ArrayLike<number> },
  options?: EncodeAllOptions,
): Promise<EncodedData<Int32Array>>
export function encodeAll(
  model: Autoencoder | ConditionalVae,
  data: Dataset<Batch>,
  options?: EncodeAllOptions,
): Promise<EncodedData>
export async function encodeAll(
  model: Autoencoder | ConditionalVae,
  data: Dataset<Batch>,
  options: EncodeAllOptions = {},
): Promise<EncodedData> {
  assertOptions('encodeAll', options, {
    batchSize: positiveInteger,
    ...longMeasureChecks,
  })
  const encode = encoderOf(model)
  assertExamples('encodeAll', data)
  const { batchSize = 256, signal, onProgress } = options
  const total = data.size
  const [values, read] = await rowsOfData(
    batchesOf('encodeAll', data, { batchSize }),
    total,
    (batch) => {
      signal?.throwIfAborted()
      const codes = encode(batch)
      return 'labels' in batch && data.labels === undefined ? [codes, batch.labels.clone()] : [codes]
    },
    onProgress && ((done) => onProgress({ done, total })),
  )
  const labels = (data.labels && Int32Array.from(data.labels)) ?? (read as Int32Array | undefined)
  return { values: values as Float32Array<ArrayBuffer>, count: total, codeSize: Number(values?.length) / total, labels }
}

/** How a model encodes a batch. */
function encoderOf(model: Autoencoder | ConditionalVae): (batch: Batch) => Tensor2D {
  if (!('forLabel' in Object(model))) {
    assertModel('encodeAll', model, ['encode'])
    return (batch) => (model as Autoencoder).encode(examplesOf(batch))
  }
  assertMembers('encodeAll', 'model', model, {
    expected: 'a conditional model',
    members: { encode: 'function', classes: positiveInteger },
    fix: 'pass a model, e.g. conditionalVae({ inputShape, latentSize, classes }) of @ae/models',
  })
  return (batch) => {
    if ('examples' in batch) return (model as ConditionalVae).encode(batch.examples, batch.labels)
    throw new DatasetError('`encodeAll` received data without labels for a model that needs them.', {
      facts: { Expected: 'batches { examples, labels }', Received: show(batch) },
      fix: 'pass withLabels(data), or choose one label for all: encodeAll(model.forLabel(label), data)',
    })
  }
}
