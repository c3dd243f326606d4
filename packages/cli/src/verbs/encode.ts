// `ae encode`: the codes of examples.
import { seedFlag } from '../flags.ts'
import type { Verb } from '../verb.ts'
import {
  arrayFormatNames,
  batchSizeFlag,
  dataDetails,
  examplesFlags,
  labelFlag,
  manyDataArgument,
  modelArgument,
  modelBackendFlag,
  outputFlags,
  skipExistingFlag,
} from './of-a-model.ts'

/** Writes a code for each example. */
export const encode: Verb = {
  name: 'encode',
  summary: 'Encode examples: a row of codes for each, in their order.',
  arguments: [modelArgument, manyDataArgument],
  flags: [
    ...examplesFlags,
    { name: 'variance', type: 'flag', help: 'also the variances of the posteriors', group: 'model' },
    { name: 'draw', type: 'flag', help: 'draw from the posteriors instead of taking their means', group: 'model' },
    {
      name: 'vectors',
      type: 'flag',
      help: 'of a VQ-VAE, the vectors of its codes instead of their indices',
      group: 'model',
    },
    labelFlag,
    {
      ...seedFlag,
      default: 0,
      help: 'seeds --draw; a draw depends on the seed and the place of the example',
      group: 'model',
    },
    batchSizeFlag,
    modelBackendFlag,
    ...outputFlags(arrayFormatNames),
    skipExistingFlag('codes'),
  ],
  details: `${dataDetails}
Codes are means of the posteriors; of a VQ-VAE indices of its codebook, int32. On stdout they are .npy unless --format says
another. With several files, FOLDER/NAME.npy (or another --format) is written for each, whole or not at all.`,
  examples: [
    { command: 'ae encode out/vae.safetensors digits.npy --out codes.npy', what: 'the codes of an array' },
    { command: 'ae encode out/vae.safetensors - < shard.npy > codes.npy', what: 'the same in a pipe' },
    {
      command: 'ae encode out/vae.safetensors shard-*.npy --out codes/ --skip-existing',
      what: 'many files in one process, again after a failure without repeating what is done',
    },
  ],
  load: () => import('../run/encode.ts'),
}
