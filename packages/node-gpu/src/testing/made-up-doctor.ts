// The doctor with candidates that are made up: every way in which one can end. Run by doctor/command.test.ts.
import '@tensorflow/tfjs-backend-cpu'
import type { Backend } from '@ae/core'
import { vae } from '@ae/models'
import { setBackend } from '@tensorflow/tfjs-core'
import { Command } from 'commander'
import type { Candidate, Candidates } from '../doctor/candidates.ts'
import { doctorCommand, probeCommand } from '../doctor/command.ts'
import type { Models } from '../doctor/measure.ts'

const cpu: Backend = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'JavaScript' }),
  async activate() {
    await setBackend('cpu')
    return { name: 'cpu', device: 'JavaScript, 1 thread' }
  },
}

const packages = { '@tensorflow/tfjs-backend-wasm': '@ae/wasm', 'made-up': undefined }
const candidate = (changes: Partial<Backend>): Candidate => ({
  packages,
  load: async () => ({ ...cpu, ...changes }),
})

const madeUp: Candidates = {
  works: candidate({}),
  absent: { packages, load: async () => ({ missing: '@made-up/backend' }) },
  refused: candidate({
    isAvailable: async () => ({ ok: false, reason: 'there is no GPU in this machine', fix: 'add one' }),
  }),
  crashes: candidate({
    activate: async () => {
      process.kill(process.pid, 'SIGSEGV')
      return await new Promise(() => {})
    },
  }),
  hangs: candidate({
    activate: () => new Promise(() => setInterval(() => {}, 1000)),
  }),
  throws: candidate({ activate: () => Promise.reject(new RangeError('the driver gave\nno queue')) }),
  exits: candidate({
    activate: async () => {
      process.stderr.write('libgpu: out of memory\n')
      process.exit(7)
    },
  }),
  crashesAtItsEnd: candidate({
    async activate() {
      process.once('exit', () => process.kill(process.pid, 'SIGSEGV'))
      return await cpu.activate()
    },
  }),
}

console.warn = () => {} // tfjs greets every process that computes in JavaScript

// tfjs's JavaScript takes seconds for a step of the real one.
const smallVae: Models['vae'] = (options) => vae({ ...options, latentSize: 2, hidden: [4] })

await new Command()
  .addCommand(doctorCommand(pick(process.env.CANDIDATES)))
  .addCommand(probeCommand(madeUp, async () => ({ vae: smallVae })))
  .parseAsync(process.argv.slice(2), { from: 'user' })

function pick(names = Object.keys(madeUp).join()): Candidates {
  return Object.fromEntries(names.split(',').map((name) => [name, madeUp[name] as Candidate]))
}
