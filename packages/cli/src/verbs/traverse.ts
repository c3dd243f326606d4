// `ae traverse`: one latent at a time.
import type { Verb } from '../verb.ts'
import {
  examplesFlags,
  labelFlag,
  modelArgument,
  modelBackendFlag,
  outputFlags,
  pictureFormatNames,
} from './of-a-model.ts'

/** Decodes codes in which one latent changes. */
export const traverse: Verb = {
  name: 'traverse',
  summary: 'Decode codes in which one latent at a time goes from one side of the prior to the other.',
  arguments: [modelArgument],
  flags: [
    {
      name: 'latents',
      type: 'names',
      value: '<places>',
      help: 'places in the code, counted from 0, e.g. 0,3 (default: the first 10)',
      group: 'model',
    },
    {
      name: 'range',
      type: 'number',
      above: 0,
      default: 3,
      value: '<deviations>',
      help: 'how far, to both sides of 0',
      group: 'model',
    },
    {
      name: 'steps',
      type: 'integer',
      minimum: 2,
      default: 9,
      value: '<count>',
      help: 'steps, both ends included',
      group: 'model',
    },
    labelFlag,
    ...examplesFlags,
    modelBackendFlag,
    ...outputFlags(pictureFormatNames),
  ],
  details: `The other latents are 0; with --data, those of its first example. A .png has a row for each latent; arrays and rows are the
steps of the first latent, of the second, and so on.`,
  examples: [
    {
      command: 'ae traverse out/beta-tc-vae.safetensors --latents 0,3 --out latents.png',
      what: 'what two latents mean',
    },
  ],
  load: () => import('../run/traverse.ts'),
}
