// Tests what the VQ-VAE guide says about the codebook, on a few digits: batches with few embeddings per vector, and with many.
import { evaluate, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { convolutionalArchitecture, vqVae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { beforeAll, expect, test } from 'vitest'

beforeAll(() => selectBackend(wasm))
const digits = () => mnist({ split: 'train', limit: 300 })

// The squared error of a black image is 83; restarts by counts per step left the convolutions there.
test.each([1, 3])('a convolutional VQ-VAE learns in a few batches, seed %s', async (seed) => {
  using model = vqVae({ inputShape: [28, 28, 1], architecture: convolutionalArchitecture(), seed })
  let last = Number.POSITIVE_INFINITY
  for await (const { loss } of train(model, await digits(), { epochs: 11, batchSize: 16, seed }))
    last = loss.reconstruction
  expect(last).toBeLessThan(30)
  const measured = await evaluate(model, await digits(), { batchSize: 16 })
  expect(Math.abs(measured.reconstruction / last - 1)).toBeLessThan(0.25)
  expect(measured.perplexity).toBeGreaterThan(8)
})

// When a batch chose among its own embeddings, training reported a commitment of 0, `evaluate` one above 100.
test.each([
  [1, 64],
  [2, 512],
])('training and evaluate agree with batches of %s and %s vectors', async (batchSize, codebookSize) => {
  using model = vqVae({ inputShape: [28, 28, 1], codebookSize, seed: 1 })
  let late: { readonly commitment?: number } | undefined
  const onProgress = ({ loss }: { loss: typeof late }) => {
    late = loss
  }
  for await (const _ of train(model, await digits(), { epochs: 2, batchSize, seed: 1, onProgress }));
  const { commitment } = await evaluate(model, await digits(), { batchSize })
  expect(commitment / (late?.commitment ?? 0)).toBeGreaterThan(0.4)
  expect(commitment / (late?.commitment ?? 0)).toBeLessThan(2.5)
})
