// `pnpm bench:layers [--rounds 5] [--seconds 3]`: a training step of tf.layers models on tfjs's stock wasm backend and with @ae/wasm.
// The two alternate, each time in a new process. Only the fastest step of each counts, to reduce the effect of other work on the machine.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'

const { values } = readArguments('pnpm bench:layers [--rounds 5] [--seconds 3]: models of tf.layers on wasm.', {
  rounds: { help: 'how often each runs', default: '5', count: true },
  seconds: { help: 'per model and round', default: '3', count: true },
})
const program = fileURLToPath(new URL('programs/layers.mjs', import.meta.url))

const fastest = { stock: {}, ours: {} }
for (let round = 0; round < values.rounds; round++) {
  for (const whose of Object.keys(fastest)) {
    const output = execFileSync(process.execPath, [program, whose, String(values.seconds)], {
      stdio: ['ignore', 'pipe', round === 0 ? 'inherit' : 'ignore'],
    })
    for (const [name, time] of Object.entries(JSON.parse(String(output)))) {
      fastest[whose][name] = time === null ? null : Math.min(time, fastest[whose][name] ?? Number.POSITIVE_INFINITY)
    }
  }
}
console.log(
  `milliseconds per step of 128 examples; Node ${machine.node}, TensorFlow.js ${machine.tfjs}, ${machine.processor}`,
)
console.table(
  Object.fromEntries(
    Object.keys(fastest.ours).map((name) => [
      name,
      { 'stock backend': fastest.stock[name] ?? 'cannot be trained', 'with @ae/wasm': fastest.ours[name] },
    ]),
  ),
)
