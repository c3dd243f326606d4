// A page that trains the tutorial's VAE, in a worker or on its own thread, when its test tells it to.
import { selectBackend, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'
import { opfs, trainInWorker, wasm } from '@ae/web'
import { crosses } from './crosses.ts'

const start = () => new Worker(new URL('./vae-worker.ts', import.meta.url), { type: 'module' })

/** The interface that the test calls. */
export interface VaePage {
  /** Trains `epochs` over `images` images; the steps made so far are in `steps`. */
  train(where: 'worker' | 'page', options: { images: number; epochs: number }): Promise<number[]>
  steps: number
}

const vaePage: VaePage = {
  steps: 0,
  async train(where, { images, epochs }) {
    await selectBackend(wasm)
    vaePage.steps = 0
    const data = fromArray(crosses(images), { shape: [28, 28, 1], name: 'crosses' })
    using model = vae({ inputShape: data.shape, latentSize: 20, hidden: [400], seed: 1 })
    const options = {
      epochs,
      seed: 2,
      checkpoint: opfs('checkpoint'),
      onProgress: () => {
        vaePage.steps++
      },
    }
    const losses: number[] = []
    const run = where === 'worker' ? trainInWorker(start, model, data, options) : train(model, data, options)
    for await (const { loss } of run) losses.push(loss.total)
    return losses
  },
}

Object.assign(globalThis, { vaePage })
