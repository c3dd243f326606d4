// `pnpm --filter @ae/bench log-likelihood [--images 200] [--samples 5000] [--rounds 5] [--threads 2]`: log p(x) by importance
// sampling beside the same in PyTorch, in several layouts of which the fastest counts. They alternate, each time in a new process;
// the fastest run of each counts. PYTHON names a Python with torch. `--write` writes results/log-likelihood.json and the docs.
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.mjs'
import { commandOf, machine } from './machine.mjs'
import { digits } from './on-every-core.mjs'
import { replaceSection, writeResult } from './report.mjs'
import { table } from './table.mjs'

const { values: settings } = readArguments(
  'pnpm --filter @ae/bench log-likelihood: importance sampling beside PyTorch; a minute or two.',
  {
    images: { help: 'how many digits', default: '200', count: true },
    samples: { help: 'codes for each', default: '5000', count: true },
    rounds: { help: 'how often each runs', default: '5', count: true },
    threads: { help: 'threads of each', default: String(availableParallelism()), count: true },
    write: { help: 'writes the result and the docs' },
  },
)
const whole = { images: 10_000, samples: 5000 }
const network = { latentSize: 50, hidden: [200, 200] }
const python = process.env.PYTHON ?? 'python3'
const programs = {
  '@ae': [process.execPath, join(import.meta.dirname, 'programs/log-likelihood.mjs')],
  PyTorch: [python, join(import.meta.dirname, 'peers/torch_log_likelihood.py')],
}
const env = { ...process.env, AE_DATA_DIR: digits }
const found = {}
for (let round = 0; round < settings.rounds; round++) {
  for (const [name, [program, file]] of Object.entries(programs)) {
    const run = JSON.parse(execFileSync(program, [file, JSON.stringify({ ...settings, ...network })], { env }))
    const { seconds, cpuSeconds } = found[name] ?? run
    found[name] = {
      ...run,
      seconds: Math.min(seconds, run.seconds),
      cpuSeconds: Math.min(cpuSeconds, run.cpuSeconds),
    }
  }
}
const share = (whole.images * whole.samples) / (settings.images * settings.samples)
const rows = Object.entries(found).map(([name, { seconds, cpuSeconds, version }]) => [
  `${name} ${version}`,
  seconds.toFixed(2),
  cpuSeconds.toFixed(2),
  (seconds * share).toFixed(0),
  (found.PyTorch.seconds / seconds).toFixed(2),
])
const columns = ['', 'seconds', 'CPU seconds', '10,000 digits, 5,000 codes each', "of PyTorch's speed"]
const text = [
  `Measured by \`${commandOf('--filter @ae/bench log-likelihood')}\` on ${machine.processor}, ${settings.threads} threads: ${settings.images} digits`,
  `with ${settings.samples} codes each, decoder 50-200-200-784 with tanh, alternating, the fastest of ${settings.rounds} runs.`,
  '',
  ...table(columns, rows),
].join('\n')
console.log(text)
if (settings.write) {
  writeResult('log-likelihood', { machine, settings, network, found })
  replaceSection('evaluation.md', 'log-likelihood', text)
}
