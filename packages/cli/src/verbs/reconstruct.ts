// `ae reconstruct`: what a model makes of examples.
import type { Verb } from '../verb.ts'
import {
  batchSizeFlag,
  dataArgument,
  dataDetails,
  examplesFlags,
  labelFlag,
  modelArgument,
  modelBackendFlag,
  outputFlags,
  pictureFormatNames,
} from './of-a-model.ts'

/** Writes the reconstruction of each example. */
export const reconstruct: Verb = {
  name: 'reconstruct',
  summary: 'Reconstruct examples, in their order.',
  arguments: [modelArgument, dataArgument],
  flags: [...examplesFlags, labelFlag, batchSizeFlag, modelBackendFlag, ...outputFlags(pictureFormatNames)],
  details: `${dataDetails}
A .png shows the first 16 examples (or --limit) above their reconstructions; a FOLDER/ gets a .png of each reconstruction. Rows of a
table are .csv or JSON, in their own units.`,
  examples: [
    {
      command: 'ae reconstruct out/vae.safetensors digits.npy --out pairs.png',
      what: 'pictures above their reconstructions',
    },
    { command: 'ae reconstruct out/vae.safetensors people.csv --out people-again.csv', what: 'rows of a table' },
    { command: 'ae reconstruct out/vae.safetensors - < digits.npy --format npy > again.npy', what: 'arrays in a pipe' },
  ],
  load: () => import('../run/reconstruct.ts'),
}
