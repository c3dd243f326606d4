// `ae models`: what `ae train --model` takes, and the options of one of them.
import { modelNames } from '../flags.ts'
import type { Verb } from '../verb.ts'

/** Lists the models. */
export const models: Verb = {
  name: 'models',
  summary: 'List the models that `ae train --model` takes, or explain every option of one.',
  arguments: [{ name: 'name', help: 'the model to explain', isOptional: true, words: modelNames }],
  flags: [
    {
      name: 'json',
      type: 'flag',
      help: 'print JSON on stdout, with everything that is known: an array, or the object of one model',
    },
  ],
  details: `The JSON objects: name (of --model), title, summary, kind (the factory of @ae/models), usage, paper, objective, terms (of that
objective), trace (the type of a forward pass), isVariational (it samples from a prior), isLabelled (it needs labels),
isReplayed (the backend wasm replays its training steps), network (unless --network says), figures (what it is judged by). With a name also options: flag, name, type, meaning,
default in the command, and its range.`,
  examples: [
    { command: 'ae models', what: 'a line for each model' },
    { command: 'ae models vq-vae', what: 'every option of the VQ-VAE' },
  ],
  load: () => import('../run/models.ts'),
}
