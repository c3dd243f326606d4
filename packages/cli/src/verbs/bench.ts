// `ae bench`: how fast this machine trains and samples.
import { backendNames } from '../flags.ts'
import type { Verb } from '../verb.ts'

/** Measures this machine. */
export const bench: Verb = {
  name: 'bench',
  summary: 'Measure this machine, in less than a minute: each backend that works, in training and in sampling.',
  flags: [
    { name: 'backend', type: 'text', choices: backendNames, repeats: true, help: 'only this one' },
    { name: 'seconds', type: 'number', above: 0, maximum: 60, default: 2, help: 'how long each speed is measured' },
    { name: 'json', type: 'flag', help: 'print one JSON object on stdout' },
  ],
  details: `Training: examples a second of the VAE 784-400-20 with 128 examples a step, reading the losses. Sampling: images a second,
drawn 64 at a time. The JSON object: version, node, platform, processor, threads, tfjs, backends (name, status, device, reason, fix,
examplesPerSecond, imagesPerSecond, gigaflopsPerSecond).`,
  examples: [
    { command: 'ae bench', what: 'every backend' },
    { command: "ae bench --backend wasm --json | jq '.backends[0].examplesPerSecond'", what: 'one figure' },
  ],
  load: () => import('../run/bench.ts'),
}
