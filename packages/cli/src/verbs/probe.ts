// `ae probe`: what `ae doctor` and `ae bench` run for each backend, in a process of its own. No one else calls it.
import type { Verb } from '../verb.ts'

/** Tries one backend, and writes what it finds to descriptor 3. */
export const probe: Verb = {
  name: 'probe',
  summary: 'Try one backend for `ae doctor`.',
  arguments: [{ name: 'backend', help: 'which' }],
  flags: [{ name: 'seconds', type: 'number', above: 0, default: 1, help: 'how long each speed is measured' }],
  examples: [],
  load: () => import('../run/probe.ts'),
}
