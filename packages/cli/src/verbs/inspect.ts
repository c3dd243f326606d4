// `ae inspect`: what a model's file holds.
import type { Verb } from '../verb.ts'

/** Prints the header of a saved model or a checkpoint. */
export const inspect: Verb = {
  name: 'inspect',
  summary: 'Print what a saved model or a checkpoint holds, from its header: kind, layers, notes.',
  arguments: [{ name: 'file', help: 'a path, or an address that begins with http:// or https://', path: 'file' }],
  flags: [{ name: 'json', type: 'flag', help: 'print one JSON object on stdout' }],
  examples: [{ command: 'ae inspect out/vae.safetensors', what: 'kind, layers and notes of a model' }],
  load: () => import('../run/inspect.ts'),
}
