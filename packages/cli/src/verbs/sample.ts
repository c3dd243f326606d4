// `ae sample`: new examples.
import { seedFlag } from '../flags.ts'
import type { Verb } from '../verb.ts'
import {
  examplesFlags,
  labelFlag,
  modelArgument,
  modelBackendFlag,
  outputFlags,
  pictureFormatNames,
} from './of-a-model.ts'

/** Draws new examples. */
export const sample: Verb = {
  name: 'sample',
  summary: 'Draw new examples: from the prior, or from a distribution fitted to the codes of data.',
  arguments: [modelArgument],
  flags: [
    { name: 'count', type: 'count', default: 64, help: 'how many', group: 'model' },
    { ...seedFlag, default: 0, group: 'model' },
    {
      name: 'temperature',
      type: 'number',
      minimum: 0,
      default: 1,
      value: '<factor>',
      help: 'how far codes are drawn from their means; 1 is as the distribution has them',
      group: 'model',
    },
    { name: 'draw', type: 'flag', help: 'draw each value, as real examples are, instead of its mean', group: 'model' },
    { name: 'mean', type: 'flag', help: 'of a table, means and likeliest categories instead of draws', group: 'model' },
    {
      ...labelFlag,
      help: 'of a model that needs labels: what to draw, by its number or the name of its class (default: all)',
    },
    ...examplesFlags,
    modelBackendFlag,
    ...outputFlags(pictureFormatNames),
  ],
  details: `A model without a prior needs --data, e.g. what it was trained on: a mixture of Gaussians is fitted to its codes, of a VQ-VAE
the distribution of its indices. Pictures are one .png or a FOLDER/ of them; rows of a table .csv or JSON, in their own units, drawn
unless --mean; and everything arrays. The first 1000 are those of model.sample with the same seed.`,
  examples: [
    { command: 'ae sample out/vae.safetensors --out samples.png', what: '64 pictures in one' },
    { command: 'ae sample out/vae.safetensors --count 1000 --draw --out rows.csv', what: '1000 new rows of a table' },
    {
      command: 'ae sample out/autoencoder.safetensors --data digits.npy --out samples.png',
      what: 'a model without a prior',
    },
    {
      command: 'ae sample out/conditional-vae.safetensors --label 3 --out threes/',
      what: 'a picture a file, of one class',
    },
  ],
  load: () => import('../run/sample.ts'),
}
