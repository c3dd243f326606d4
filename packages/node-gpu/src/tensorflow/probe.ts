// Tries an addon in a separate process: a crash does no harm there, and what libtensorflow logs can be read.
import { builtin } from './builtin.ts'

/** The result of trying an addon. */
export type Probe =
  | {
      readonly ok: true
      /** The version of libtensorflow, e.g. `2.21.0`. */
      readonly version: string
      /** What libtensorflow logged. */
      readonly log: string
    }
  | { readonly ok: false; readonly reason: string; readonly log: string }

/** Loads an addon and multiplies two matrices, in a new process. Never throws. */
export function probeAddon(addon: string): Promise<Probe> {
  const { spawn } = builtin('node:child_process')
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', program, addon], {
      // At the default level libtensorflow does not log the loading of CUDA libraries.
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'dso_loader=1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let log = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      log += chunk
    })
    child.on('error', (error) => resolve({ ok: false, reason: error.message, log }))
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ ok: true, version: output.trim(), log })
      else resolve({ ok: false, reason: output.trim() || `a process that loads it ends with ${signal ?? code}`, log })
    })
  })
}

const program = `
try {
  const addon = require(process.argv[1])
  const x = addon.createTensor([2, 2], addon.TF_FLOAT, Float32Array.of(1, 2, 3, 4))
  const no = (name) => ({ name, type: addon.TF_ATTR_BOOL, value: false })
  const type = { name: 'T', type: addon.TF_ATTR_TYPE, value: addon.TF_FLOAT }
  const [{ id }] = addon.executeOp('MatMul', [no('transpose_a'), no('transpose_b'), type], [x, x], 1)
  if (addon.tensorDataSync(id).join() !== '7,10,15,22') throw new Error('a matrix product is wrong')
  console.log(addon.TF_Version)
} catch (error) {
  console.log(error.message.split('\\n')[0])
  process.exitCode = 1
}`
