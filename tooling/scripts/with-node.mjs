// Runs a command on a different version of Node, which it installs from npm into the user's cache:
// `node tooling/scripts/with-node.mjs 24 pnpm bench`.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { findNode } from './node-versions.mjs'

const [major = '', command, ...parameters] = process.argv.slice(2)
if (!/^\d+$/.test(major) || command === undefined) {
  throw new Error(
    `expected a major version of Node and a command, e.g. 24 pnpm bench; received ${process.argv.slice(2).join(' ')}`,
  )
}
const found = await findNode(major)
if (!('node' in found)) throw new Error(`${found.reason}; cure: ${found.fix}`)
const env = { ...process.env, PATH: [dirname(found.node), process.env.PATH].join(delimiter) }
const { status } = spawnSync(command, parameters, { stdio: 'inherit', env })
process.exitCode = status ?? 1
