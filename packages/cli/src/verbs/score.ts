// `ae score`: how unusual examples are.
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

/** Writes a score for each example. */
export const score: Verb = {
  name: 'score',
  summary: 'Score examples: how unusual each is to the model, higher for anomalies.',
  arguments: [modelArgument, manyDataArgument],
  flags: [
    ...examplesFlags,
    {
      name: 'kind',
      type: 'text',
      choices: ['reconstruction', 'negativeElbo'],
      help: "which score (default: that of the model's notes; else negativeElbo of a variational model)",
      group: 'model',
    },
    {
      name: 'samples',
      type: 'integer',
      minimum: 0,
      value: '<count>',
      help: "codes an example that are drawn; 0 takes the mean (default: that of the model's notes; else 0)",
      group: 'model',
    },
    { ...seedFlag, default: 0, help: 'seeds those draws', group: 'model' },
    {
      name: 'threshold',
      type: 'number',
      value: '<score>',
      help: "adds a column that is 1 where the score is above it (default: that of the model's notes, if they have one)",
      group: 'model',
    },
    {
      name: 'anomaly',
      type: 'text',
      value: '<label>',
      help: 'which label marks anomalies, by its number or its name (default: 1)',
      group: 'model',
    },
    labelFlag,
    batchSizeFlag,
    modelBackendFlag,
    ...outputFlags(arrayFormatNames),
    skipExistingFlag('scores'),
  ],
  details: `${dataDetails}
Columns: index, the place of the example in the data; score, in nats, or for squared errors their sum; isAnomaly, 0 or 1, with a
threshold. .npy has the scores alone. With labels of anomalies the area under the ROC curve and the average precision are told on
stderr, with --json and --out FILE in the object.`,
  examples: [
    { command: 'ae score out/vae.safetensors today.npy --threshold 120', what: 'a line of CSV for each example' },
    {
      command: 'ae score out/vae.safetensors test.csv --labels ill --anomaly yes --out scores.csv',
      what: 'with ROC AUC and average precision',
    },
    { command: 'ae score out/vae.safetensors - < shard.npy --json', what: 'JSON lines in a pipe' },
  ],
  load: () => import('../run/score.ts'),
}
