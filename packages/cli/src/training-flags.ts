// The flags by which `ae train` trains: optimiser, schedule, validation, checkpoints, logs. Imports no library.
import { backendFlag, seedFlag } from './flags.ts'
import type { Flag } from './verb.ts'

/** What `--optimizer` takes. */
export const optimizerNames = ['adam', 'adamw', 'sgd', 'rmsprop', 'adagrad', 'lion', 'radam'] as const

/** One of {@link optimizerNames}. */
export type OptimizerName = (typeof optimizerNames)[number]

/** What `--schedule` takes. */
const scheduleNames = ['constant', 'cosine', 'linear', 'one-cycle', 'step', 'exponential'] as const

/** One of {@link scheduleNames}. */
export type ScheduleName = (typeof scheduleNames)[number]

/** What `--log` takes. */
const logNames = ['tensorboard', 'csv', 'jsonl'] as const

/** One of {@link logNames}. */
export type LogName = (typeof logNames)[number]

const flags = [
  {
    name: 'epochs',
    type: 'integer',
    minimum: 0,
    value: '<count>',
    default: 5,
    help: 'passes over the training data',
  },
  { name: 'batch-size', type: 'count', value: '<count>', default: 128, help: 'examples per step' },
  { name: 'optimizer', type: 'text', choices: optimizerNames, default: 'adam', help: 'what moves the weights' },
  {
    name: 'learning-rate',
    type: 'number',
    above: 0,
    value: '<rate>',
    help: "the optimizer's step size (default: 0.001; 0.01 for rmsprop and adagrad, 0.0001 for lion)",
  },
  {
    name: 'momentum',
    type: 'number',
    minimum: 0,
    maximum: 1,
    value: '<rate>',
    help: 'the part of the former steps that stays in each, below 1 (default: 0); of sgd and rmsprop',
  },
  {
    name: 'weight-decay',
    type: 'number',
    minimum: 0,
    value: '<rate>',
    help: 'how much weights are drawn to 0 (default: 0; 0.01 for adamw)',
  },
  { name: 'schedule', type: 'text', choices: scheduleNames, default: 'constant', help: 'how the step size falls' },
  {
    name: 'warmup',
    type: 'integer',
    minimum: 0,
    value: '<steps>',
    help: 'steps in which the step size rises first (default: 0; three tenths of the run for one-cycle)',
  },
  {
    name: 'final-learning-rate',
    type: 'number',
    minimum: 0,
    value: '<rate>',
    help: 'the step size at the end (default: 0); of cosine and linear',
  },
  {
    name: 'rate-decay',
    type: 'number',
    above: 0,
    value: '<factor>',
    help: 'what the step size is multiplied by (default: 0.1 for step, 0.95 for exponential)',
  },
  {
    name: 'rate-decay-every',
    type: 'count',
    value: '<epochs>',
    help: 'how often (default: a third of the run for step, each epoch for exponential)',
  },
  { name: 'clip', type: 'number', above: 0, value: '<norm>', help: 'the largest norm of all gradients together' },
  { name: 'clip-value', type: 'number', above: 0, value: '<size>', help: 'the largest size of each gradient' },
  {
    name: 'accumulate',
    type: 'count',
    value: '<batches>',
    default: 1,
    help: 'batches for each step of the optimizer, by the mean of their gradients',
  },
  {
    name: 'ema',
    type: 'number',
    minimum: 0,
    maximum: 1,
    value: '<decay>',
    help: 'keep a moving average of the weights, e.g. 0.999, which the model has at the end',
  },
  {
    name: 'plateau',
    type: 'count',
    value: '<epochs>',
    help: 'multiply the step size by --plateau-factor after so many epochs without an improvement',
  },
  {
    name: 'plateau-factor',
    type: 'number',
    above: 0,
    maximum: 1,
    value: '<factor>',
    help: 'see --plateau, below 1 (default: 0.1)',
  },
  {
    name: 'validation',
    type: 'text',
    value: '<share>',
    default: 'none',
    help: 'the share of the training data, e.g. 0.1, that is kept for validation after each epoch; or none',
  },
  {
    name: 'early-stop',
    type: 'count',
    value: '<epochs>',
    help: 'end the run after so many epochs without an improvement',
  },
  { name: 'keep-best', type: 'flag', help: 'save the weights of the best epoch, not of the last' },
  {
    name: 'monitor',
    type: 'text',
    value: '<figure>',
    help: 'what must improve: train/total, validation/reconstruction and so on (default: validation/total, or train/total)',
  },
  { ...seedFlag, value: '<integer>', help: 'seeds weights, order and noise; the same seed gives the same numbers' },
  { ...backendFlag, value: '<name>' },
  {
    name: 'checkpoint-every',
    type: 'text',
    value: '<interval>',
    help: 'write a checkpoint into the folder checkpoints every so often, e.g. 500steps, 60s or 1epoch',
  },
  { name: 'keep', type: 'count', value: '<count>', default: 2, help: 'how many of the newest checkpoints stay' },
  {
    name: 'resume',
    type: 'text',
    value: '[folder]',
    help: 'go on from the newest checkpoint of a run, with its settings (default: of the --out folder)',
    path: 'folder',
  },
] as const satisfies readonly Flag[]

/** The flags, in the order of the help. */
export const trainingFlags: readonly Flag[] = flags.map((flag) => ({ ...flag, group: 'training' }))

/** What a run writes and prints besides its files. */
export const reportFlags: readonly Flag[] = [
  {
    name: 'log',
    type: 'text',
    choices: logNames,
    repeats: true,
    help: 'log the figures of each epoch into the --out folder, too; may be given several times',
    group: 'output',
  },
  {
    name: 'json',
    type: 'flag',
    help: 'print JSON lines on stdout: events while training, the result at the end; progress goes to stderr',
    group: 'output',
  },
  {
    name: 'json-result',
    type: 'flag',
    help: 'the same without the events: one JSON object',
    group: 'output',
  },
  {
    name: 'progress-every',
    type: 'count',
    value: '<steps>',
    help: 'with --json, an event every so many steps too',
    group: 'output',
  },
]
