// The tests of what runs in Node, on another version of it: `node tooling/scripts/other-node.mjs 22 [wasm]` brings that Node
// from npm into the user's cache, needs nothing built, and ends with a line `N passed, N failed`. With `wasm`, the tests of that
// backend's kernels alone, which depend most on the version.
import { rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { findNode } from './node-versions.mjs'
import { addReport, newTotal, nodeReport, printTotal } from './reports.mjs'
import { root, run } from './workspace.mjs'

/**
 * What proves most comes first: every backend's numbers, then the packages that others are made of. Dawn computes on the
 * CPU here, so that `webgpu` has to do with one file: ten steps of training, against PyTorch.
 */
const runs = [
  { folder: 'tooling/conformance', parameters: ['--project=cpu', '--project=native', '--project=wasm'] },
  { folder: 'tooling/conformance', parameters: ['--project=webgpu', 'src/training.test'] },
  ...['core', 'losses', 'models', 'datasets', 'wasm', 'node-gpu'].map((name) => {
    return { folder: `packages/${name}`, parameters: [] }
  }),
]

const wasmRuns = [
  { folder: 'tooling/conformance', parameters: ['--project=wasm'] },
  { folder: 'packages/wasm', parameters: ['src/kernels', 'src/wide.test.ts'] },
]

const [major = '', only] = process.argv.slice(2)
if (!/^\d+$/.test(major)) throw new Error(`expected a major version of Node, e.g. 22; received ${major || 'nothing'}`)

const total = newTotal()
let output = ''
const found = await findNode(major)
if ('node' in found) {
  console.log(`Node ${major}`)
  const wanted = only === 'wasm' ? wasmRuns : runs
  for (const { folder, parameters } of wanted) await testOn(found.node, folder, parameters)
} else {
  output = `skipped: the tests on Node ${major}: ${found.reason}; enable with: ${found.fix}`
  total.skipped.push({ name: `Node ${major}`, reason: '' })
}
printTotal(total, output)
process.exitCode = total.failed.length === 0 ? 0 : 1

/**
 * Runs the tests of a package with `node`, also for the processes that they start. Types hang on no version of Node.
 *
 * @param {string} node the executable
 * @param {string} name the package's folder, e.g. `packages/core`
 * @param {readonly string[]} parameters of vitest: which of the tests; all of them without
 */
async function testOn(node, name, parameters) {
  const folder = join(root, name)
  const report = nodeReport(folder)
  rmSync(report, { force: true })
  const env = { PATH: [dirname(node), process.env.PATH].join(delimiter) }
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  const start = performance.now()
  const result = await run([node, vitest, 'run', '--typecheck.enabled=false', ...parameters], { cwd: folder, env })
  const failedBefore = total.failed.length
  addReport(report, total)
  if (result.code !== 0 && total.failed.length === failedBefore) {
    total.failed.push({ name, reason: `vitest ended with exit code ${result.code}, see above` })
  }
  const verdict = total.failed.length === failedBefore ? 'pass' : 'FAIL'
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${verdict}  ${[name, ...parameters].join(' ').padEnd(90)} ${seconds.padStart(6)} s`)
  if (verdict === 'FAIL') console.log(result.output)
  output += result.output
}
