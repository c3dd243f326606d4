// `ae models`: what `ae train --model` takes.
import type { Verb } from '../verb.ts'

/** Lists the models. */
export const models: Verb = {
  name: 'models',
  summary: 'List the models that `ae train --model` takes.',
  flags: [
    { name: 'json', type: 'flag', help: 'print one JSON array on stdout, with everything that is known of each model' },
  ],
  details: `The JSON objects: name (of --model), title, summary, kind (the factory of @ae/models), usage, paper, objective, terms (of that
objective), trace (the type of a forward pass), isVariational (it samples from a prior), isLabelled (it needs labels),
isReplayed (the backend wasm replays its training steps), network (unless --network says), figures (what it is judged by).`,
  examples: [{ command: 'ae models', what: 'a line for each model' }],
  load: () => import('../run/models.ts'),
}
