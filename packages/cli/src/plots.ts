// The plots of a training run, as the bytes of PNG files: losses, codes, and what each latent says.
import type { Autoencoder, SavableModel } from '@ae/core'
import { barChart, encodePng, lossCurves, scatterPlot } from '@ae/images'
import { klPerLatent } from '@ae/metrics'
import type { VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { widestLatents, withFirstImages } from './pictures.ts'
import type { PictureSource } from './subject.ts'

/** The loss over the epochs. */
export async function lossesPlot({ likelihood }: SavableModel, { epochs }: PictureSource): Promise<Uint8Array> {
  if (epochs.length === 0) throw new Error('there is no whole epoch')
  const unit = likelihood.kind === 'squaredError' ? 'loss per example' : 'loss [nats per example]'
  return png(lossCurves(epochs, { axisNames: ['epoch', unit] }))
}

/** The codes of up to 2,000 test examples in the plane of the two latents that vary most, coloured by label where there are labels. */
export async function latentsPlot(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const [x, y] = await widestLatents(model, test, 2)
  if (x === undefined || y === undefined) throw new Error('codes of one number are not points of a plane')
  return withFirstImages(test, 2000, async (examples) => {
    const points = tf.tidy(() => tf.gather(model.encode(examples), [x, y], 1))
    try {
      const labels = test.labels?.subarray(0, points.shape[0])
      const names = test.notes?.classNames?.map(ascii)
      return await png(
        scatterPlot(points, {
          axisNames: [`z${x}`, `z${y}`],
          ...(labels && { labels }),
          ...(labels && names && { labelNames: names }),
        }),
      )
    } finally {
      points.dispose()
    }
  })
}

/** The KL divergence of each latent over test examples. */
export async function klPlot(model: VariationalAutoencoder, { test }: PictureSource): Promise<Uint8Array> {
  return png(barChart(await klPerLatent(model, test), { axisNames: ['latent', 'KL [nats]'] }))
}

/** The letters of plots are printable ASCII. */
function ascii(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?')
}

async function png(picture: tf.Tensor | Promise<tf.Tensor>): Promise<Uint8Array> {
  const image = await picture
  try {
    return await encodePng(image)
  } finally {
    image.dispose()
  }
}
