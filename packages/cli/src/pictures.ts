// The pictures of a training run, as the bytes of PNG files.
import type { Autoencoder, Dataset } from '@ae/core'
import { captionedGrid, comparisonGrid, encodeAnimation, encodePng, grid } from '@ae/images'
import { type ConditionalVae, type Corruption, interpolate, type Sampler, traverse } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { labelled, type PictureSource } from './subject.ts'

/** 64 images that a sampler draws, 8 x 8. */
export async function samplesPicture(sampler: Sampler, { seed }: Pick<PictureSource, 'seed'>): Promise<Uint8Array> {
  return png(() => grid(sampler.sample(64, { seed }), { columns: 8, scale: 2 }))
}

/** The first 16 test images over their reconstructions. */
export function reconstructionsPicture(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  return withFirstImages(test, 16, (images) =>
    png(() => comparisonGrid([images, model.reconstruct(images)], { columns: 8, scale: 2 })),
  )
}

/** The same for a model that takes the label of each image. */
export function labelledReconstructionsPicture(model: ConditionalVae, { test }: PictureSource): Promise<Uint8Array> {
  return withFirstImages(test, 16, (images) => {
    const labels = Array.from(labelled(test).labels.subarray(0, images.shape[0]))
    return png(() => comparisonGrid([images, model.reconstruct(images, labels)], { columns: 8, scale: 2 }))
  })
}

/** The first 16 test images, the same images corrupted, and their reconstructions from the corrupted ones. */
export function denoisedPicture(
  model: Autoencoder,
  corruption: Corruption,
  { test, seed }: PictureSource,
): Promise<Uint8Array> {
  return withFirstImages(test, 16, (images) =>
    png(() => {
      const corrupted = corruption.corrupt(images, { seed })
      return comparisonGrid([images, corrupted, model.reconstruct(corrupted)], { columns: 8, scale: 2 })
    }),
  )
}

/** Four walks between pairs of test images, a row each. */
export function interpolationsPicture(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  return withFirstImages(test, 8, (images) =>
    png(() => {
      const example = (i: number) => tf.slice(images, [i], [1])
      const walks = [0, 2, 4, 6].map((i) => interpolate(model, example(i), example(i + 1), { steps: 10 }))
      return grid(tf.concat(walks), { columns: 10, scale: 2 })
    }),
  )
}

/** A walk through the latent space from digit to digit and back to the first: an animated PNG. */
export function walkAnimation(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  return withFirstImages(test, 6, async (images) => {
    const frames = tf.tidy(() => {
      const example = (i: number) => tf.slice(images, [i % 6], [1])
      const walks = [0, 1, 2, 3, 4, 5].map((i) =>
        tf.slice(interpolate(model, example(i), example(i + 1), { steps: 13, path: 'spherical' }), [0], [12]),
      )
      return tf.concat(walks)
    })
    try {
      return await encodeAnimation(frames, { framesPerSecond: 12, scale: 4 })
    } finally {
      frames.dispose()
    }
  })
}

/** The ten latents that vary most over test images, from -3 to 3 standard deviations of the prior, a row each. */
export async function traversalsPicture(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const latents = await widestLatents(model, test, 10)
  return png(() =>
    captionedGrid(traverse(model, { latents, steps: 9, range: 3 }), {
      scale: 2,
      rowLabels: latents.map((i) => `z${i}`),
      columnLabels: ['-3', '-2.25', '-1.5', '-0.75', '0', '0.75', '1.5', '2.25', '3'],
    }),
  )
}

/** The latents that vary most over test examples, at most `count`, in their order in the code. */
async function widestLatents(model: Autoencoder, test: Dataset, count: number): Promise<number[]> {
  const variances = await withFirstImages(test, 500, async (examples) => {
    const spread = tf.tidy(() => tf.moments(model.encode(examples), 0).variance)
    try {
      return await spread.data()
    } finally {
      spread.dispose()
    }
  })
  return [...variances.keys()]
    .sort((a, b) => (variances[b] ?? 0) - (variances[a] ?? 0))
    .slice(0, count)
    .sort((a, b) => a - b)
}

/** Eight images of each class, a row each. */
export async function classesPicture(model: ConditionalVae, { seed }: PictureSource): Promise<Uint8Array> {
  const classes = Array.from({ length: model.classes }, (_, i) => i)
  const labels = classes.flatMap((label) => Array<number>(8).fill(label))
  return png(() =>
    captionedGrid(model.sample(labels, { seed }), { columns: 8, scale: 2, rowLabels: classes.map(String) }),
  )
}

/** Calls `use` with the first test examples, and releases them. */
export async function withFirstImages<result>(
  data: Dataset,
  count: number,
  use: (images: tf.Tensor) => Promise<result>,
): Promise<result> {
  for await (const images of data.batches({ batchSize: count })) {
    try {
      return await use(images)
    } finally {
      images.dispose()
    }
  }
  throw new Error(`${data.name} has no images`)
}

/** Encodes the image that a function draws as PNG, and releases its tensors. */
async function png(draw: () => tf.Tensor): Promise<Uint8Array> {
  const image = tf.tidy(draw)
  try {
    return await encodePng(image)
  } finally {
    image.dispose()
  }
}
