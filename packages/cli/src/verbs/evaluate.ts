// `ae evaluate`: how good a model is.
import { jsonFlag, seedFlag } from '../flags.ts'
import type { Verb } from '../verb.ts'
import {
  batchSizeFlag,
  dataArgument,
  dataDetails,
  examplesFlags,
  labelFlag,
  modelArgument,
  modelBackendFlag,
} from './of-a-model.ts'

/** Measures a model on data. */
export const evaluate: Verb = {
  name: 'evaluate',
  summary: 'Measure a model on data: every figure that its kind has, with unit, estimator and standard error.',
  arguments: [modelArgument, dataArgument],
  flags: [
    ...examplesFlags,
    {
      name: 'samples',
      type: 'integer',
      minimum: 0,
      default: 100,
      value: '<count>',
      help: 'codes an example for log p(x); 0 leaves it out, papers take 5000',
      group: 'model',
    },
    {
      name: 'codes',
      type: 'count',
      default: 1000,
      help: 'codes that mutual information, total correlation and the comparison with the prior are estimated from',
      group: 'model',
    },
    { ...seedFlag, default: 0, group: 'model' },
    labelFlag,
    { ...batchSizeFlag, default: 250 },
    modelBackendFlag,
    jsonFlag,
  ],
  details: `${dataDetails}
Measure on data that the model was not trained on. A model that needs labels is measured class by class, and the means are those of
all examples; what is known of one class at a time alone needs --label.
The JSON object: kind, data (name and size), figures (each with value, standardError where it is known, unit, estimator and isBound),
latents of a variational model.`,
  examples: [
    {
      command: 'ae evaluate out/vae.safetensors --dataset mnist --limit 1000',
      what: 'a table of figures, on test digits',
    },
    {
      command: 'ae evaluate out/vae.safetensors test.npy --samples 5000 --json',
      what: 'as papers measure, for a program',
    },
    {
      command: 'ae evaluate out/vae.safetensors people.csv --split test',
      what: 'on the tenth that `ae train` kept from training',
    },
  ],
  load: () => import('../run/evaluate.ts'),
}
