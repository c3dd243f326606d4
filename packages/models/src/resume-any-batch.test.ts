// Every model of the package goes on from any batch as if it had not stopped.
import '@tensorflow/tfjs-backend-cpu'
import {
  type Batch,
  checkpointEvery,
  type Dataset,
  memory,
  type Trace,
  type Trainable,
  train,
  uniforms,
} from '@ae/core'
import { savedVariables } from '@ae/core/internal'
import { fromArray, withLabels } from '@ae/datasets'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { models } from './catalogue.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const labels = Array.from({ length: 20 }, (_, i) => i % 3)
const images = fromArray(uniforms('images', {}, 20 * 16), { shape: [4, 4, 1], labels })
const settings = { epochs: 3, batchSize: 6, seed: 2 } // 4 steps an epoch, the last of 2 examples
type Model = Trainable<Trace, string, Batch> & Disposable

const cases = [
  ...models.map(({ title, create, small, isLabelled }) => ({
    title,
    isLabelled,
    make: (seed: number) => create({ inputShape: [4, 4, 1], hidden: [6], seed, ...small.options }) as unknown as Model,
  })),
  {
    title: 'VQ-VAE whose codebook restarts',
    isLabelled: false,
    make: (seed: number) =>
      vqVae({
        inputShape: [4, 4, 1],
        hidden: [6],
        codebookSize: 12,
        embeddingSize: 2,
        positions: 2,
        restart: 0.9,
        seed,
      }) as unknown as Model,
  },
]

test.each(cases)('$title', async ({ make, isLabelled }) => {
  const data = (isLabelled ? withLabels(images) : images) as Dataset<Batch>
  const written: Uint8Array[] = []
  const store = {
    name: 'kept',
    read: async () => new Uint8Array(),
    write: async (bytes: Uint8Array) => {
      written.push(bytes.slice())
    },
  }
  using whole = make(1)
  const reports = await numbersOf(train(whole, data, { ...settings, checkpoint: checkpointEvery(store, { steps: 3 }) }))
  expect(written.length).toBe(4)
  for (const [i, bytes] of written.entries()) {
    using resumed = make(7)
    expect(await numbersOf(train(resumed, data, { ...settings, resume: memory(bytes) }))).toEqual(
      reports.slice(Math.floor((3 * (i + 1)) / 4)),
    )
    expect(valuesOf(resumed)).toEqual(valuesOf(whole))
  }
})

async function numbersOf(run: ReturnType<typeof train>): Promise<object[]> {
  const numbers = []
  for await (const { epoch, step, loss } of run) numbers.push({ epoch, step, loss })
  return numbers
}

function valuesOf(model: Model): object {
  return Object.fromEntries(
    Object.entries(savedVariables(model)).map(([name, variable]) => [name, variable.dataSync()]),
  )
}
