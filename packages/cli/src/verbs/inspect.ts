// `ae inspect`: what a model's file holds.
import type { Verb } from '../verb.ts'

/** Prints the header of a saved model or a checkpoint, and the weights of files of other programs. */
export const inspect: Verb = {
  name: 'inspect',
  summary: 'Print what a saved model or a checkpoint holds, from its header: kind, layers, notes.',
  arguments: [
    { name: 'file', help: 'a path, an address that begins with http:// or https://, or - for stdin', path: 'file' },
  ],
  flags: [
    { name: 'json', type: 'flag', help: 'print one JSON object on stdout' },
    {
      name: 'key',
      type: 'text',
      value: '<name>',
      help: 'of a checkpoint of PyTorch: the entry that holds the weights',
    },
  ],
  details: `Of files of other programs (safetensors, .pt, .keras, .h5, model.json of TensorFlow.js, shards with an index) it lists the names
and shapes of the weights; \`ae convert\` makes a model of them. No backend is needed, and nothing in a file is executed.`,
  examples: [
    { command: 'ae inspect out/vae.safetensors', what: 'kind, layers and notes of a model' },
    { command: 'ae inspect checkpoint.pt --json | jq .tensors', what: 'names and shapes of a file of PyTorch' },
  ],
  load: () => import('../run/inspect.ts'),
}
