// Features of small grey pictures, by a classifier that comes with this package: what distances between sets of pictures need.
import { type Batch, batchesOf, type Dataset, DatasetError, examplesOf, ShapeError, type StoredTensor } from '@ae/core'
import { assertDataset, assertOptions, assertTensor, positiveInteger, show } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import type { SourcedFeatures } from './feature-pair.ts'

/** Options of {@link pictureFeatures}. */
export interface PictureFeaturesOptions {
  /** Pictures per batch, a positive integer; changes speed and memory, and features by no more than rounding. Defaults to 256. */
  readonly batchSize?: number | undefined
}

/** What {@link pictureFeatures} gives: plain numbers; there is no tensor to dispose of. */
export interface PictureFeatures extends SourcedFeatures {
  /** `[count, codeSize]`, at least 0. */
  readonly values: Float32Array
  /** The classifier. A later version of the package may have another one, whose features are not comparable. */
  readonly source: string
}

/**
 * Features of pictures of 28 x 28 grey values, white on black as in MNIST and Fashion-MNIST: the 64 units before the last layer of a
 * small classifier of both. They come from weights that this package contains, in a file of their own that is loaded on the first call.
 *
 * A distance between such features says how pictures differ for this classifier. It is not called FID or KID, and compares only with
 * distances between features of the same classifier, which `source` names.
 *
 * @param pictures a data set, of which one pass is made in stored order, or a tensor `[count, 28, 28, 1]`, `[count, 28, 28]` or
 *   `[count, 784]`; values in [0, 1]; borrowed
 * @param options see {@link PictureFeaturesOptions}
 * @returns the features of each picture in its order
 * @throws {OptionError} on a bad option, or what is neither a data set nor a tensor
 * @throws {ShapeError} when the pictures have a different size or channels
 * @throws {DatasetError} when there are no pictures, or pixels far outside of [0, 1]
 * @throws {DisposedError} when a tensor is disposed of
 * @example
 * ```ts
 * const reference = await pictureFeatures(await mnist({ split: 'test' }))
 * await frechetDistance(await pictureFeatures(model.sample(10_000)), reference)
 * ```
 */
export async function pictureFeatures(
  pictures: Dataset<Batch> | tf.Tensor,
  options: PictureFeaturesOptions = {},
): Promise<PictureFeatures> {
  assertOptions('pictureFeatures', options, { batchSize: positiveInteger })
  const { batchSize = 256 } = options
  const shape = shapeOf(pictures)
  if (![`${side},${side}`, `${side},${side},1`, `${side * side}`].includes(shape.join())) {
    throw new ShapeError('`pictureFeatures` received pictures that its classifier does not know.', {
      facts: { Expected: `[count, ${side}, ${side}, 1], grey`, Received: `[count, ${shape.join(', ')}]` },
      fix: 'compute features with a network of your own: frechetDistance and the others take any tensor [count, size]',
    })
  }
  const { classifierName, classifierWeights } = await import('./classifier-weights.ts')
  const network = classifierOf(classifierWeights())
  const values: Float32Array[] = []
  try {
    for await (const batch of batches(pictures, batchSize)) values.push(await featuresOf(network, batch))
  } finally {
    tf.dispose(network)
  }
  const codeSize = network.features.bias.size
  const all = new Float32Array(values.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const some of values) {
    all.set(some, at)
    at += some.length
  }
  return { values: all, count: all.length / codeSize, codeSize, source: classifierName }
}

const side = 28

/** A layer's weights, as TensorFlow.js has them. */
interface Layer {
  readonly weight: tf.Tensor
  readonly bias: tf.Tensor
}

/** The classifier up to its features. */
interface Classifier extends tf.TensorContainerObject {
  readonly convolutions: Layer[] & tf.TensorContainerArray
  readonly features: Layer & tf.TensorContainerObject
}

function classifierOf(tensors: ReadonlyMap<string, StoredTensor>): Classifier {
  const tensorOf = (name: string) => {
    const stored = tensors.get(name)
    return tf.tensor(stored?.data as Float32Array, [...(stored?.shape ?? [])], 'float32')
  }
  const layer = (name: string) => ({ weight: tensorOf(`${name}.weight`), bias: tensorOf(`${name}.bias`) })
  return { convolutions: [0, 1, 2].map((i) => layer(`convolutions.${i}`)), features: layer('features') }
}

/** The features of a batch, which is disposed of, row after row. */
async function featuresOf({ convolutions, features }: Classifier, batch: Batch): Promise<Float32Array> {
  let results: tf.Tensor[] = []
  try {
    results = tf.tidy(() => {
      const examples = tf.cast(examplesOf(batch), 'float32')
      let x = tf.reshape<tf.Rank.R4>(examples, [-1, side, side, 1])
      for (const { weight, bias } of convolutions) {
        // 28 x 28 -> 14 x 14 -> 7 x 7 -> 4 x 4, with one pixel of zeros on each side, as PyTorch pads
        x = tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(tf.pad(x, border), weight as tf.Tensor4D, 2, 'valid'), bias))
      }
      const flat = tf.reshape(x, [x.shape[0], -1])
      const units = tf.relu(tf.add(tf.matMul(flat, features.weight as tf.Tensor2D), features.bias))
      return [units, tf.min(examples), tf.max(examples)]
    })
    const [values, minimum, maximum] = await Promise.all(results.map((result) => result.data<'float32'>()))
    assertPixels(minimum?.[0] ?? 0, maximum?.[0] ?? 0)
    return values as Float32Array
  } finally {
    tf.dispose([results, batch as tf.TensorContainer])
  }
}

const border: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
]

/** The shape of one picture. */
function shapeOf(pictures: Dataset<Batch> | tf.Tensor): readonly number[] {
  if (pictures instanceof tf.Tensor) {
    assertTensor('pictureFeatures', 'pictures', pictures)
    return pictures.shape.slice(1)
  }
  assertDataset('pictureFeatures', 'pictures', pictures)
  return pictures.shape
}

async function* batches(pictures: Dataset<Batch> | tf.Tensor, batchSize: number): AsyncGenerator<Batch> {
  if (!(pictures instanceof tf.Tensor)) return yield* batchesOf('pictureFeatures', pictures, { batchSize })
  const [count = 0] = pictures.shape
  if (count === 0) {
    throw new DatasetError('`pictureFeatures` received no pictures.', { fix: 'pass at least one picture' })
  }
  for (let i = 0; i < count; i += batchSize) yield tf.slice(pictures, i, Math.min(batchSize, count - i))
}

/** Pixels may lie a little outside of [0, 1], as those of a decoder with a Gaussian likelihood do. */
function assertPixels(minimum: number, maximum: number): void {
  if (minimum >= -0.5 && maximum <= 1.5) return
  throw new DatasetError('`pictureFeatures` received pixels in another unit.', {
    facts: { Expected: 'values in [0, 1]', Received: `values from ${show(minimum)} to ${show(maximum)}` },
    fix: 'scale them first: rescale(data) of @ae/datasets, or e.g. tf.div(pictures, 255)',
  })
}
