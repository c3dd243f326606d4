// Tries every backend in a process of its own, because one may crash or hang: for `ae doctor` and `ae bench`.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Diagnosis } from '@ae/node-gpu'
import { type Candidates, diagnoseWith } from '@ae/node-gpu/internal'
import { backends } from './backends.ts'

/** The packages that are not inside of the command. */
const packages: Readonly<Record<string, Readonly<Record<string, undefined>>>> = {
  webgpu: { webgpu: undefined },
  cuda: { '@tensorflow/tfjs-node-gpu': undefined },
  native: { '@tensorflow/tfjs-node': undefined },
}

/** Every backend that `--backend` takes. */
export const candidates: Candidates = Object.fromEntries(
  Object.entries(backends).map(([name, backend]) => [
    name,
    { packages: packages[name] ?? {}, load: async () => backend },
  ]),
)

/**
 * Tries and measures the backends.
 *
 * @param names which of them
 * @param seconds how long each speed is measured, about
 */
export function tryBackends(names: readonly string[], seconds: number): Promise<Diagnosis> {
  const chosen = Object.fromEntries(Object.entries(candidates).filter(([name]) => names.includes(name)))
  return diagnoseWith(chosen, ownProgram(), { seconds, deadline: 60 })
}

/** The command's program: beside this script in the package, else what Node was started with. */
function ownProgram(): string {
  const folder = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url))
  const beside = ['bin.js', 'bin.cjs'].map((name) => join(folder, name)).find((path) => existsSync(path))
  return beside ?? process.argv[1] ?? ''
}
