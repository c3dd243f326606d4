// `ae decode`: examples of codes.
import type { Verb } from '../verb.ts'
import {
  batchSizeFlag,
  dataArgument,
  examplesFlags,
  labelFlag,
  modelArgument,
  modelBackendFlag,
  outputFlags,
  pictureFormatNames,
} from './of-a-model.ts'

/** Writes what codes decode to. */
export const decode: Verb = {
  name: 'decode',
  summary: 'Decode codes: an example for each, in their order.',
  arguments: [
    modelArgument,
    { ...dataArgument, name: 'codes', help: 'a file of codes, or - for stdin; the same as --data' },
  ],
  flags: [
    ...examplesFlags.filter(({ name }) => name !== 'dataset' && name !== 'images'),
    { name: 'vectors', type: 'flag', help: 'of a VQ-VAE: the codes are vectors and not indices', group: 'model' },
    labelFlag,
    batchSizeFlag,
    modelBackendFlag,
    ...outputFlags(pictureFormatNames),
  ],
  details: `Codes are what \`ae encode\` writes, in any of its formats: [count, codeSize], of a VQ-VAE indices. Of a table the columns z0,
z1, ... (or i0, i1, ...) are taken, if it has those. Pictures are one .png or a FOLDER/ of them; rows of a table .csv or JSON, in
their own units; and everything arrays.`,
  examples: [
    { command: 'ae decode out/vae.safetensors codes.npy --out pictures.png', what: 'pictures of codes' },
    {
      command: 'ae encode out/vae.safetensors digits.npy | ae decode out/vae.safetensors - --out again.npy',
      what: 'there and back in a pipe',
    },
  ],
  load: () => import('../run/decode.ts'),
}
