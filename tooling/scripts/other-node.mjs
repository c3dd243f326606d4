// Runs the Node tests on other versions of Node: `node tooling/scripts/other-node.mjs 22:platform 24 26` installs those from npm
// into the user's cache, needs nothing built, and ends with a line `N passed, N failed`.
import { delimiter, dirname, join } from 'node:path'
import { findNode } from './node-versions.mjs'
import { newTotal, nodeReport, printTotal } from './reports.mjs'
import { runSuites } from './suites.mjs'
import { root } from './workspace.mjs'

/** @typedef {{ name: string, parameters: string[] }} Part a package's folder, and vitest's parameters: which of its tests */

/**
 * What reaches the version itself: files, network, threads, addons, and the kernels that V8 compiles.
 *
 * @type {Part[]}
 */
const platformParts = packages('core', 'datasets', 'wasm', 'node-gpu')

/**
 * The most informative suites come first: every backend's numbers, then the packages that others build on. Dawn computes on the
 * CPU here, so `webgpu` only runs one file: ten steps of training, against PyTorch.
 *
 * @type {Part[]}
 */
const parts = [
  { name: 'tooling/conformance', parameters: ['--project=cpu', '--project=native', '--project=wasm'] },
  { name: 'tooling/conformance', parameters: ['--project=webgpu', 'src/training.test'] },
  ...packages('losses', 'models'),
  ...platformParts,
]

const asked = process.argv.slice(2)
const wrong = asked.length === 0 ? 'nothing' : asked.find((version) => !/^\d+(:platform)?$/.test(version))
if (wrong !== undefined) throw new Error(`expected major versions of Node, e.g. 24 or 22:platform; received ${wrong}`)

const total = newTotal()
let output = ''
const suites = (await Promise.all(asked.map(suitesOf))).flat()
output += await runSuites(suites, total, { show: 'failed' })
printTotal(total, output)
process.exitCode = total.failed.length === 0 ? 0 : 1

/**
 * The suites of a version. They, and the processes they start, run on its Node. Types do not depend on the version of Node.
 *
 * @param {string} version e.g. `24`, or `22:platform` for `platformParts` alone
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
  return (only === undefined ? parts : platformParts).map(({ name, parameters }, index) => {
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

/** @param {string[]} names */
function packages(...names) {
  return names.map((name) => ({ name: `packages/${name}`, parameters: [] }))
}
