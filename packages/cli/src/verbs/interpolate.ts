// `ae interpolate`: walks between examples.
import type { Verb } from '../verb.ts'
import {
  dataArgument,
  dataDetails,
  examplesFlags,
  labelFlag,
  modelArgument,
  modelBackendFlag,
  outputFlags,
  pictureFormatNames,
} from './of-a-model.ts'

/** Decodes the ways between codes of examples. */
export const interpolate: Verb = {
  name: 'interpolate',
  summary: 'Decode equal steps on the way from one example to another.',
  arguments: [modelArgument, dataArgument],
  flags: [
    ...examplesFlags,
    {
      name: 'pairs',
      type: 'names',
      value: '<pairs>',
      help: 'places of examples in the data, counted from 0, e.g. 0:1,2:3 (default: the first four pairs)',
      group: 'model',
    },
    {
      name: 'steps',
      type: 'integer',
      minimum: 2,
      default: 10,
      value: '<count>',
      help: 'steps, both ends included',
      group: 'model',
    },
    {
      name: 'path',
      type: 'text',
      choices: ['linear', 'spherical'],
      default: 'linear',
      help: 'the way',
      group: 'model',
    },
    labelFlag,
    modelBackendFlag,
    ...outputFlags(pictureFormatNames),
    {
      name: 'animate',
      type: 'flag',
      help: 'an animated .png instead of a grid with a row for each pair',
      group: 'output',
    },
  ],
  details: `${dataDetails}
Arrays and rows are the steps of the first pair, of the second, and so on.`,
  examples: [
    {
      command: 'ae interpolate out/vae.safetensors digits.npy --pairs 0:1,2:3 --out walk.png',
      what: 'two rows of ten pictures',
    },
    {
      command: 'ae interpolate out/vae.safetensors digits.npy --pairs 0:1,1:2,2:0 --animate --out walk.png',
      what: 'an animation that comes back to where it began',
    },
  ],
  load: () => import('../run/interpolate.ts'),
}
