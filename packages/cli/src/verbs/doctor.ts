// `ae doctor`: what works on this machine, and what helps where it does not.
import type { Verb } from '../verb.ts'

/** Says what the command finds here. */
export const doctor: Verb = {
  name: 'doctor',
  summary: 'Say what works on this machine: Node, processor, backends with reasons and fixes, caches, data, versions.',
  flags: [{ name: 'json', type: 'flag', help: 'print one JSON object on stdout' }],
  details: `Each backend is started in a process of its own: one that crashes or hangs is reported, and the others are still tried.
Exit code: 0 if any backend works, else 1. The JSON object: version, node, platform, processor, features, threads, memoryBytes,
nvidiaGpus, backends (name, status, device, reason, fix, packages), cacheFolder, data (name, place or null), tfjs.`,
  examples: [
    { command: 'ae doctor', what: 'the whole report' },
    {
      command: 'ae doctor --json | jq \'.backends[] | select(.status == "works").name\'',
      what: 'the backends that work',
    },
  ],
  load: () => import('../run/doctor.ts'),
}
