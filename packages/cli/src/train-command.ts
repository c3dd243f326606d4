// `ae train`: any model of the family on MNIST, Fashion-MNIST or your own data.
import { Command, Option } from 'commander'
import { backends } from './backends.ts'
import { datasets } from './data.ts'
import { dataFiles, dataFolders } from './data-files.ts'
import { modelChoices } from './model-choices.ts'
import { runTraining } from './run-training.ts'
import type { StopCode } from './stop-requests.ts'
import { networks } from './subject.ts'
import { settingsOf } from './train-settings.ts'

/** The subcommand; `exit` receives the exit code when it has run. */
export function trainCommand(exit: (code: 0 | 1 | StopCode) => void): Command {
  return new Command('train')
    .description(
      'Train a model on images or a table and write its pictures or rows, its weights and the history of its loss.',
    )
    .addOption(new Option('--model <name>', 'what to train').choices(Object.keys(modelChoices)).default('vae'))
    .addOption(
      new Option('--network <name>', 'the kind of its networks (default: dense; convolutional for vq-vae)').choices([
        ...networks,
      ]),
    )
    .option('--epochs <count>', 'passes over the training data', String(5))
    .option('--batch-size <count>', 'examples per step', String(128))
    .option('--learning-rate <rate>', "Adam's step size", String(1e-3))
    .option('--seed <integer>', 'seeds weights, order and noise; the same seed gives the same numbers', String(1))
    .option('--limit <count>', 'train on the first <count> examples; on all, with a warning, if fewer')
    .addOption(
      new Option('--dataset <name>', 'which data; downloaded if it is not found here')
        .choices(Object.keys(datasets))
        .default('mnist'),
    )
    .option('--data <place>', 'your own data instead: a folder or a file (see below)')
    .option('--examples <names>', 'the array or the columns of the examples, where the file has several')
    .option('--labels <name>', 'the labels: a file, an array, a column, or subfolders')
    .option('--missing <texts>', 'what stands for a missing value in a table, separated by commas, e.g. NA,?')
    .option('--shape <lengths>', 'the shape of an example, e.g. 28,28,1; pictures are scaled to it')
    .option('--out <folder>', 'where to write', 'out')
    .addOption(
      new Option('--backend <name>', 'the backend that computes').choices(Object.keys(backends)).default('wasm'),
    )
    .option('--json', 'print one JSON object on stdout and nothing else; progress goes to stderr', false)
    .addHelpText('after', details)
    .action(async (raw: Record<string, unknown>) => exit(await runTraining(settingsOf(raw))))
}

const details = `
--data takes, by content:
${[...dataFolders, ...dataFiles].map((what) => `  ${what}`).join('\n')}
Of data without a part for testing, a tenth is kept for that. Of a table, rows for testing with a category or a gap that no
row for training has are left out.

Writes into the --out folder, in this order:
  <model>.safetensors    the trained model
  history.json           settings, and the loss after each epoch
  samples.png            images drawn from the model's prior, or from a distribution fitted to its codes
  reconstructions.png    test images, each above its reconstruction
  losses.png             the loss over the epochs
  codes.png              the codes of test examples along their two principal components, coloured by label
  kl.png                 the KL divergence of each latent, in nats; for models with a prior
  interpolations.png, traversals.png, denoised.png, walk.png (animated): for the models that have them
  samples.csv, reconstructions.csv: besides losses.png, instead of pictures if the data is a table: 1000 new rows, and up to 1000 test rows,
                         beside each value its reconstruction, in the units and names of the table
The folder is checked first. A picture that cannot be drawn or written causes a warning. If the model can no longer be
written there, it is saved in a new temporary folder, which a warning names.

Ctrl-C, SIGTERM and SIGHUP stop the training at the next step; the model and the pictures are written. A second signal, at
least half a second later, exits at once. If the folder already has a model, it is kept with its files: the stopped run then
writes its model as <model>.interrupted.safetensors, and nothing else.

Exit codes: 0 done, perhaps with warnings; 1 failed, or the model was saved elsewhere; 2 wrong use, or an --out folder that
cannot take the files; 129, 130 and 143 stopped by SIGHUP, Ctrl-C and SIGTERM.

The JSON object: model, network, dataset, epochs, seed, backend, seconds, examplesPerSecond (training alone, in the fastest
epoch) and imagesPerSecond, its former name; train and test (the figures that the model is judged by: reconstruction, kl and
bounds in nats an example; mse a pixel), files; warnings, if there are any; and interrupted: true after a signal, when figures
that were not measured yet are null. For a stacked autoencoder, epochs and examplesPerSecond are those of its fine-tuning; two
epochs per layer come before, which seconds include.`
