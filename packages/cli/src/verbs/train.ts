// `ae train`: any model of the family on MNIST, Fashion-MNIST or your own data.
import { dataFiles, dataFolders } from '../data-kinds.ts'
import { trainFlags } from '../train-flags.ts'
import type { Verb } from '../verb.ts'

/** Trains a model. */
export const train: Verb = {
  name: 'train',
  summary:
    'Train a model on images or a table and write its pictures or rows, its weights and the history of its loss.',
  flags: trainFlags,
  details: `--data takes, by content:
${[...dataFolders, ...dataFiles].map((what) => `  ${what}`).join('\n')}
Of data without a part for testing, a tenth is kept for that. Of a table, rows for testing with a category or a gap that no
row for training has are left out.

Writes into the --out folder, in this order:
  <model>.safetensors    the trained model
  history.json           settings, and the loss after each epoch
  run.json               all settings: ae train --config run.json --out again trains the same model, to the bit
  samples.png            images drawn from the model's prior, or from a distribution fitted to its codes
  reconstructions.png    test images, each above its reconstruction
  losses.png             the loss over the epochs
  codes.png              the codes of test examples along their two principal components, coloured by label
  kl.png                 the KL divergence of each latent, in nats; for models with a prior
  interpolations.png, traversals.png, denoised.png, walk.png (animated): for the models that have them
  samples.csv, reconstructions.csv: instead of pictures if the data is a table: 1000 new rows, and up to 1000 test rows, beside each
                         value its reconstruction, in the units and names of the table
Signals, whose shape is [length] or [length, channels], are drawn as lines. --log writes log.csv, log.jsonl and the folder
tensorboard while the model is trained, and --checkpoint-every the folder checkpoints.
The folder is checked first. One run at a time writes into it. A picture that cannot be drawn or written causes a warning. If the model can no longer be
written there, it is saved in a new temporary folder, which a warning names.

Ctrl-C, SIGTERM and SIGHUP stop the training at the next step; the model and the pictures are written, and with
--checkpoint-every a checkpoint. ae train --resume <folder> goes on from the newest checkpoint of an --out folder, with the
settings of that run, as if it had never stopped; with --epochs it adds epochs. A second signal, at
least half a second later, exits at once. If the folder already has a model, it is kept with its files: the stopped run then
writes its model as <model>.interrupted.safetensors, and nothing else.

Exit codes: 0 done, perhaps with warnings; 1 failed, or the model was saved elsewhere; 2 wrong use, or an --out folder that
cannot take the files; 129, 130 and 143 stopped by SIGHUP, Ctrl-C and SIGTERM.

With --json each line of stdout is an object with its event: begin; epoch, with the loss, the validation, the step and the rate;
checkpoint (written, resumed or passed over); and progress, with --progress-every. The last line is the result, which has no event
and which --json-result prints alone: model, network, dataset, epochs, seed, backend, seconds, examplesPerSecond (training alone, in the fastest
epoch) and imagesPerSecond, its former name; train and test (the figures that the model is judged by: reconstruction, kl and
bounds in nats an example; mse a pixel), files; warnings, if there are any; and interrupted: true after a signal, when figures
that were not measured yet are null. For a stacked autoencoder, epochs and examplesPerSecond are those of its fine-tuning; two
epochs per layer come before, which seconds include.`,
  examples: [
    { command: 'ae train --epochs 3', what: 'a VAE on MNIST, into the folder out' },
    {
      command: 'ae train --model conditional-vae --network convolutional --dataset fashion-mnist',
      what: 'a conditional VAE with convolutions on Fashion-MNIST',
    },
    { command: 'ae train --data ./pictures --labels subfolders --shape 64,64,3', what: 'your own pictures' },
    { command: 'ae train --data people.csv --epochs 100', what: 'a table' },
    {
      command: 'ae train --epochs 50 --validation 0.1 --early-stop 5 --keep-best --checkpoint-every 1epoch',
      what: 'a long run, which ae train --resume out goes on with',
    },
    { command: 'ae train --config out/run.json --seed 2 --out out-2', what: 'a former run with another seed' },
    { command: 'ae train --json-result --limit 6000 --epochs 1 | jq .test', what: 'the figures of a short run' },
  ],
  load: () => import('../run/train.ts'),
}
