// One short training run, written once and run on every backend, and its outcome in Node.
import { train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'
import { crosses } from './crosses.ts'

/** The outcome of a training run. */
export interface Outcome {
  /** Nats per image, one entry per epoch. */
  readonly reconstruction: readonly number[]
  /** Nats per image, one entry per epoch. */
  readonly kl: readonly number[]
  /** Eight pixels of an image that the trained model draws. */
  readonly pixels: readonly number[]
}

/** Trains a small VAE for five epochs on the active backend and draws one image; leaves no tensor behind. */
export async function trainSmallVae(): Promise<Outcome> {
  const data = fromArray(crosses(256), { shape: [28, 28, 1], name: 'crosses' })
  const model = vae({ inputShape: data.shape, latentSize: 4, hidden: [64], seed: 1 })
  const reconstruction: number[] = []
  const kl: number[] = []
  for await (const { loss } of train(model, data, { epochs: 5, batchSize: 32, learningRate: 0.003, seed: 2 })) {
    reconstruction.push(loss.reconstruction)
    kl.push(loss.kl)
  }
  const image = model.sample(1, { seed: 3 })
  const pixels = [...(await image.data())].filter((_, pixel) => pixel % 98 === 30)
  image.dispose()
  model.dispose()
  return { reconstruction, kl, pixels }
}

/** The outcome of `trainSmallVae` in Node 20 on tfjs's `cpu` backend. */
export const outcomeInNode: Outcome = {
  reconstruction: [487.89484, 343.55137, 312.32825, 304.64701, 300.28951],
  kl: [1.8071126, 14.534136, 7.2722921, 8.3251242, 6.6026447],
  pixels: [0.14163364, 0.22359803, 0.21449807, 0.27678654, 0.21179613, 0.26481256, 0.26851654, 0.26827109],
}
