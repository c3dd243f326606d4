// `ae train`: any model of the family on MNIST, Fashion-MNIST or any folder of IDX files.
import {
  assertOption,
  nonNegativeInteger,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
  seedOption,
} from '@ae/core/internal'
import { Command, Option } from 'commander'
import { backends } from './backends.ts'
import { type DatasetName, datasets } from './data.ts'
import { defaultNetwork, modelChoices } from './model-choices.ts'
import { runTraining } from './run-training.ts'
import type { StopCode } from './stop-requests.ts'
import { type Network, networks } from './subject.ts'

/** What the command line says, checked. */
export interface TrainSettings {
  readonly model: string
  readonly network: Network
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
  readonly limit: number | undefined
  readonly dataset: DatasetName
  readonly data: string | undefined
  readonly out: string
  readonly backend: string
  readonly json: boolean
}

/** The subcommand; `exit` receives the exit code when it has run. */
export function trainCommand(exit: (code: 0 | 1 | StopCode) => void): Command {
  return new Command('train')
    .description('Train a model on images and write its pictures, its weights and the history of its loss.')
    .addOption(new Option('--model <name>', 'what to train').choices(Object.keys(modelChoices)).default('vae'))
    .addOption(
      new Option('--network <name>', 'what it is built of (default: dense, for vq-vae convolutional)').choices([
        ...networks,
      ]),
    )
    .option('--epochs <count>', 'passes over the training data', String(5))
    .option('--batch-size <count>', 'examples per step', String(128))
    .option('--learning-rate <rate>', "Adam's step size", String(1e-3))
    .option('--seed <integer>', 'seeds weights, order and noise; the same seed gives the same numbers', String(1))
    .option('--limit <count>', 'train on the first <count> examples only; all, with a warning, where there are fewer')
    .addOption(new Option('--dataset <name>', 'found, or downloaded').choices(Object.keys(datasets)).default('mnist'))
    .option('--data <folder>', 'instead: a folder with the four IDX files, plain or .gz')
    .option('--out <folder>', 'where to write', 'out')
    .addOption(new Option('--backend <name>', 'what computes').choices(Object.keys(backends)).default('wasm'))
    .option('--json', 'print one JSON object on stdout and nothing else; progress goes to stderr', false)
    .addHelpText('after', details)
    .action(async (raw: Record<string, unknown>) => exit(await runTraining(check(raw))))
}

const details = `
Writes into the --out folder, in this order:
  <model>.safetensors    the trained model
  history.json           settings, and the loss after each epoch
  samples.png            images that the model draws: from its prior, or from a distribution fitted to its codes
  reconstructions.png    test images over their reconstructions
  interpolations.png, traversals.png, denoised.png, walk.png (animated): where the model has them
The folder is checked first. A picture that cannot be drawn or written is a warning. A model that cannot be written there
any more is saved in a new folder for temporary files, which a warning names.

Ctrl-C, SIGTERM and SIGHUP stop the training at the next step; the model and the pictures are written. A second one, half a
second later or more, exits at once. Where the folder has a model already, that one and its files stay: the model of a run that
was stopped is then <model>.interrupted.safetensors, and nothing else is written.

Exit codes: 0 done, perhaps with warnings; 1 failed, or the model was saved elsewhere; 2 wrong use, or an --out folder that
cannot take the files; 129, 130 and 143 stopped by SIGHUP, Ctrl-C and SIGTERM.

The JSON object: model, network, dataset, epochs, seed, backend, seconds, examplesPerSecond (training alone, in the fastest
epoch) and imagesPerSecond, its former name; train and test (the figures that the model is judged by: reconstruction, kl and
bounds in nats an image; mse a pixel), files; warnings, if there are any; and interrupted: true after a signal, when figures
that were not measured yet are null. For a stacked autoencoder, epochs and examplesPerSecond are those of its fine-tuning; two
epochs per layer come before, which seconds include.`

const checks: Readonly<Record<string, OptionCheck>> = {
  model: oneOf(...Object.keys(modelChoices)),
  network: oneOf(...networks),
  dataset: oneOf(...Object.keys(datasets)),
  epochs: nonNegativeInteger,
  batchSize: positiveInteger,
  learningRate: positiveNumber,
  seed: seedOption,
  limit: positiveInteger,
  data: text,
  out: text,
  backend: oneOf(...Object.keys(backends)),
  json: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
}

function check(raw: Readonly<Record<string, unknown>>): TrainSettings {
  const settings: Record<string, unknown> = { ...raw }
  for (const name of ['epochs', 'batchSize', 'learningRate', 'seed', 'limit']) {
    const value = raw[name]
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      settings[name] = Number(value)
  }
  for (const [name, check] of Object.entries(checks)) {
    if (settings[name] !== undefined) assertOption('ae train', flagOf(name), settings[name], check)
  }
  return { network: defaultNetwork(String(settings.model)), ...settings } as unknown as TrainSettings
}

/** `--batch-size` for `batchSize`, as commander names options. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'a path'
}
