import { OptionError } from '@ae/core'
import { createFromJson, type ModelRow, models } from '@ae/models/internal'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, test } from 'vitest'
import { allOptionFlags, optionFlags, optionsFromFlags } from './model-flags.ts'

beforeAll(() => tf.setBackend('cpu'))

const row = (name: string) => models.find((row) => row.name === name) as ModelRow

test('the flags of a model, with those of its networks and its likelihood', () => {
  expect(optionFlags(row('iwae')).map(({ flag }) => `--${flag.name}`)).toMatchInlineSnapshot(`
    [
      "--latent-size",
      "--samples",
      "--gradient",
      "--network",
      "--hidden",
      "--activation",
      "--normalization",
      "--channels",
      "--kernel-size",
      "--stride",
      "--upsampling",
      "--likelihood",
      "--likelihood-activation",
      "--likelihood-standard-deviation",
      "--likelihood-minimum-standard-deviation",
      "--likelihood-scale",
      "--likelihood-minimum-scale",
      "--likelihood-levels",
      "--likelihood-classes",
    ]
  `)
})

test('a flag means the same for every model', () => {
  for (const { flag, path } of models.flatMap(optionFlags)) {
    for (const other of models.flatMap(optionFlags).filter((other) => other.flag.name === flag.name)) {
      expect([other.path, other.flag.type, other.flag.choices]).toEqual([path, flag.type, flag.choices])
    }
  }
})

test('the help of a flag that few models have names them', () => {
  const help = (name: string) => allOptionFlags().find((flag) => flag.name === name)?.help
  expect(help('codebook-size')).toBe('how many vectors the codebook has; of vq-vae')
  expect(help('hidden')).not.toContain('; of')
})

describe('optionsFromFlags', () => {
  test('gives what makes the model', async () => {
    const options = optionsFromFlags(row('vae'), {
      latentSize: 3,
      network: 'convolutional',
      channels: [4],
      upsampling: 'resize',
      likelihood: 'gaussian',
      likelihoodStandardDeviation: 'shared',
    })
    using model = await createFromJson(row('vae'), { ...options, inputShape: [8, 8, 1] })
    expect(model.config).toMatchObject({
      latentSize: 3,
      architecture: { kind: 'convolutional', channels: [4], upsampling: 'resize' },
      likelihood: { kind: 'gaussian', standardDeviation: 'shared' },
    })
  })

  test('takes the kind that a model has by itself', () => {
    expect(optionsFromFlags(row('autoencoder'), { hidden: [5], likelihoodActivation: 'linear' })).toEqual({
      architecture: { kind: 'dense', hidden: [5] },
      likelihood: { kind: 'squaredError', activation: 'linear' },
    })
  })

  test.each([
    ['vae', { codeSize: 3 }, '`ae train` takes no --code-size with --model vae.'],
    ['vae', { channels: [3] }, 'pass --network convolutional'],
    ['vae', { likelihood: 'gaussian', likelihoodLevels: 3 }, 'takes no --likelihood-levels with --likelihood gaussian'],
  ])('of %s refuses %j', (name, settings, text) => {
    expect(() => optionsFromFlags(row(name), settings)).toThrow(text)
    expect(() => optionsFromFlags(row(name), settings)).toThrow(OptionError)
  })
})
