// The pictures of a training run, as the bytes of PNG files.
import type { Autoencoder } from '@ae/core'
import { captionedGrid, comparisonGrid, encodeAnimation, encodePng, grid } from '@ae/images'
import { type ConditionalVae, type Corruption, interpolate, type Sampler, traverse } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { firstImages, type PictureSource } from './subject.ts'

/** 64 images that a sampler draws, 8 x 8. */
export async function samplesPicture(sampler: Sampler, seed: number): Promise<Uint8Array> {
  return png(() => grid(sampler.sample(64, { seed }), { columns: 8, scale: 2 }))
}

/** The first 16 test images over their reconstructions. */
export async function reconstructionsPicture(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const images = await firstImages(test, 16)
  try {
    return await png(() => comparisonGrid([images, model.reconstruct(images)], { columns: 8, scale: 2 }))
  } finally {
    images.dispose()
  }
}

/** The first 16 test images, corrupted, and what the model makes of the corrupted ones. */
export async function denoisedPicture(
  model: Autoencoder,
  corruption: Corruption,
  { test, seed }: PictureSource,
): Promise<Uint8Array> {
  const images = await firstImages(test, 16)
  try {
    return await png(() => {
      const corrupted = corruption.corrupt(images, { seed })
      return comparisonGrid([images, corrupted, model.reconstruct(corrupted)], { columns: 8, scale: 2 })
    })
  } finally {
    images.dispose()
  }
}

/** Four walks between pairs of test images, a row each. */
export async function interpolationsPicture(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const images = await firstImages(test, 8)
  try {
    return await png(() => {
      const example = (i: number) => tf.slice(images, [i], [1])
      const walks = [0, 2, 4, 6].map((i) => interpolate(model, example(i), example(i + 1), { steps: 10 }))
      return grid(tf.concat(walks), { columns: 10, scale: 2 })
    })
  } finally {
    images.dispose()
  }
}

/** A walk through the latent space from digit to digit and back to the first: an animated PNG. */
export async function walkAnimation(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const images = await firstImages(test, 6)
  const frames = tf.tidy(() => {
    const example = (i: number) => tf.slice(images, [i % 6], [1])
    const walks = [0, 1, 2, 3, 4, 5].map((i) =>
      tf.slice(interpolate(model, example(i), example(i + 1), { steps: 13, path: 'spherical' }), [0], [12]),
    )
    return tf.concat(walks)
  })
  images.dispose()
  try {
    return await encodeAnimation(frames, { framesPerSecond: 12, scale: 4 })
  } finally {
    frames.dispose()
  }
}

/** The ten latents that vary most over test images, from -3 to 3 standard deviations of the prior, a row each. */
export async function traversalsPicture(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const images = await firstImages(test, 500)
  const spread = tf.tidy(() => tf.moments(model.encode(images), 0).variance)
  images.dispose()
  const variances = await spread.data()
  spread.dispose()
  const latents = [...variances.keys()]
    .sort((a, b) => (variances[b] ?? 0) - (variances[a] ?? 0))
    .slice(0, 10)
    .sort((a, b) => a - b)
  return png(() =>
    captionedGrid(traverse(model, { latents, steps: 9, range: 3 }), {
      scale: 2,
      rowLabels: latents.map((i) => `z${i}`),
      columnLabels: ['-3', '-2.25', '-1.5', '-0.75', '0', '0.75', '1.5', '2.25', '3'],
    }),
  )
}

/** Eight images of each class, a row each. */
export async function classesPicture(model: ConditionalVae, seed: number): Promise<Uint8Array> {
  const classes = Array.from({ length: model.classes }, (_, i) => i)
  const labels = classes.flatMap((label) => Array<number>(8).fill(label))
  return png(() =>
    captionedGrid(model.sample(labels, { seed }), { columns: 8, scale: 2, rowLabels: classes.map(String) }),
  )
}

/** Encodes the image that a function draws, and releases all that it made. */
async function png(draw: () => tf.Tensor): Promise<Uint8Array> {
  const image = tf.tidy(draw)
  try {
    return await encodePng(image)
  } finally {
    image.dispose()
  }
}
