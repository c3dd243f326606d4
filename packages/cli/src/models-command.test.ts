import { models } from '@ae/models/internal'
import { expect, test } from 'vitest'
import { modelChoices } from './model-choices.ts'
import { ae } from './testing/ae.ts'

test('ae models --json lists every model that ae train takes, with its kind and its terms', async () => {
  const { code, stdout } = await ae(['models', '--json'])
  expect(code).toBe(0)
  const rows = JSON.parse(stdout)
  expect(new Set(rows.map(({ name }: { name: string }) => name))).toEqual(new Set(Object.keys(modelChoices)))
  expect(rows.find(({ name }: { name: string }) => name === 'vq-vae')).toEqual({
    name: 'vq-vae',
    title: 'VQ-VAE',
    summary: 'learns a discrete code from a codebook',
    usage: '{ inputShape, codebookSize, embeddingSize, ... }',
    paper: 'van den Oord, Vinyals and Kavukcuoglu 2017',
    objective: 'squared error + 0.25 commitment; the codebook follows a moving average',
    terms: ['reconstruction', 'commitment', 'perplexity'],
    trace: 'QuantizedTrace',
    isVariational: false,
    isLabelled: false,
    isReplayed: true,
    kind: 'vqVae',
    network: 'convolutional',
    figures: ['reconstruction', 'commitment', 'perplexity'],
  })
})

test('ae models prints a line for each model', async () => {
  const { code, stdout } = await ae(['models'])
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(models.length)
  expect(lines[0]).toBe(
    'autoencoder              compresses an image into a short code and reconstructs it (Rumelhart, Hinton and Williams 1986)',
  )
})
