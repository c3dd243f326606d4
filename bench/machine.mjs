// The machine and the versions that every result records.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'

const require = createRequire(import.meta.url)
const versionOf = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`))).version

export const machine = {
  processor: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  system: `${os.platform()} ${os.arch()}`,
  node: process.versions.node,
  tfjs: versionOf('@tensorflow/tfjs-core'),
}

/** The command that measures the same on this version of Node. */
export const commandOf = (script) => `pnpm with-node ${machine.node.split('.')[0]} pnpm ${script}`
