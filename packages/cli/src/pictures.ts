// The pictures of a training run.
import { type Autoencoder, type Dataset, file } from '@ae/core'
import { comparisonGrid, encodePng, grid } from '@ae/images'
import type { Vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'

/** 64 images from the prior in an 8 x 8 grid. */
export async function writeSamples(model: Pick<Vae, 'sample'>, path: string, seed: number): Promise<void> {
  await writeImage(
    tf.tidy(() => grid(model.sample(64, { seed }), { columns: 8, scale: 2 })),
    path,
  )
}

/** The first 16 test images over their reconstructions. */
export async function writeReconstructions(model: Autoencoder, test: Dataset, path: string): Promise<void> {
  for await (const images of test.batches({ batchSize: 16 })) {
    const picture = tf.tidy(() => comparisonGrid([images, model.reconstruct(images)], { columns: 8, scale: 2 }))
    images.dispose()
    await writeImage(picture, path)
    return
  }
}

async function writeImage(image: tf.Tensor, path: string): Promise<void> {
  try {
    await file(path).write(await encodePng(image))
  } finally {
    image.dispose()
  }
}
