// The plots of a training run, as the bytes of PNG files: losses, codes, and what each latent says.
import type { Autoencoder, SavableModel } from '@ae/core'
import { barChart, encodePng, lossCurves, scatterPlot } from '@ae/images'
import { encodeAll, klPerLatent, pca } from '@ae/metrics'
import type { VariationalAutoencoder } from '@ae/models'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { PictureSource } from './subject.ts'

/** The loss over the epochs. */
export async function lossesPlot({ likelihood }: SavableModel, { epochs }: PictureSource): Promise<Uint8Array> {
  if (epochs.length === 0) throw new Error('there is no whole epoch')
  const unit = likelihood.kind === 'squaredError' ? 'loss per example' : 'loss [nats per example]'
  return png(lossCurves(epochs, { axisNames: ['epoch', unit] }))
}

/** The codes of up to 2,000 test examples along their two principal components, coloured by label where there are labels. */
export async function codesPlot(model: Autoencoder, { test }: PictureSource): Promise<Uint8Array> {
  const { labels, ...codes } = await encodeAll(model, test.take(2000))
  const { projected, shares } = await pca(codes)
  const axisName = (component: number) => {
    return `component ${component + 1} [${Math.round(100 * (shares[component] ?? 0))}% of variance]`
  }
  const names = test.notes?.classNames?.map(ascii)
  const options = { axisNames: [axisName(0), axisName(1)], ...(labels && { labels, labelNames: names }) } as const
  return png(scatterPlot(projected, options))
}

/** The KL divergence of each latent over test examples. */
export async function klPlot(model: VariationalAutoencoder, { test }: PictureSource): Promise<Uint8Array> {
  return png(barChart(await klPerLatent(model, test), { axisNames: ['latent', 'KL [nats]'] }))
}

/** The letters of plots are printable ASCII. */
function ascii(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?')
}

async function png(picture: Tensor | Promise<Tensor>): Promise<Uint8Array> {
  const image = await picture
  try {
    return await encodePng(image)
  } finally {
    image.dispose()
  }
}
