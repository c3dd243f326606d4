// Runs the Node tests on other versions of Node: `node tooling/scripts/other-node.mjs 22 24 26:wasm` installs those from npm into
// the user's cache, needs nothing built, and ends with a line `N passed, N failed`. `:wasm` runs only the tests of that backend's
// kernels, which depend most on the version.
import { delimiter, dirname, join } from 'node:path'
import { findNode } from './node-versions.mjs'
import { newTotal, nodeReport, printTotal } from './reports.mjs'
import { runSuites } from './suites.mjs'
import { root } from './workspace.mjs'

/** @typedef {{ name: string, parameters: string[] }} Part a package's folder, and vitest's parameters: which of its tests */

/**
 * The most informative suites come first: every backend's numbers, then the packages that others build on. Dawn computes on the
 * CPU here, so `webgpu` only runs one file: ten steps of training, against PyTorch.
 *
 * @type {Part[]}
 */
const parts = [
  { name: 'tooling/conformance', parameters: ['--project=cpu', '--project=native', '--project=wasm'] },
  { name: 'tooling/conformance', parameters: ['--project=webgpu', 'src/training.test'] },
  ...['core', 'losses', 'models', 'datasets', 'wasm', 'node-gpu'].map((name) => {
    return { name: `packages/${name}`, parameters: [] }
  }),
]

/** @type {Part[]} */
const wasmParts = [
  { name: 'tooling/conformance', parameters: ['--project=wasm'] },
  { name: 'packages/wasm', parameters: ['src/kernels', 'src/binary/revectorized-module.test.ts'] },
]

const asked = process.argv.slice(2)
const wrong = asked.length === 0 ? 'nothing' : asked.find((version) => !/^\d+(:wasm)?$/.test(version))
if (wrong !== undefined) throw new Error(`expected major versions of Node, e.g. 22 or 26:wasm; received ${wrong}`)

const total = newTotal()
let output = ''
const suites = (await Promise.all(asked.map(suitesOf))).flat()
output += await runSuites(suites, total, { show: 'failed' })
printTotal(total, output)
process.exitCode = total.failed.length === 0 ? 0 : 1

/**
 * The suites of a version. They, and the processes they start, run on its Node. Types do not depend on the version of Node.
 *
 * @param {string} version e.g. `22` or `26:wasm`
 * @returns {Promise<import('./suites.mjs').Suite[]>} none if that Node is unavailable, which is then skipped
 */
async function suitesOf(version) {
  const [major = '', only] = version.split(':')
  const found = await findNode(major)
  if (!('node' in found)) {
    output += `skipped: the tests on Node ${major}: ${found.reason}; enable with: ${found.fix}\n`
    total.skipped.push({ name: `Node ${major}`, reason: '' })
    return []
  }
  const env = { PATH: [dirname(found.node), process.env.PATH].join(delimiter) }
  return (only === undefined ? parts : wasmParts).map(({ name, parameters }, index) => {
    const folder = join(root, name)
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
    return {
      title: ['Node', major, name, ...parameters].join(' '),
      line: [found.node, vitest, 'run', '--typecheck.enabled=false', ...parameters],
      folder,
      report: nodeReport(folder, `${major}-${index}`),
      env,
      prefix: `Node ${major}: `,
    }
  })
}
