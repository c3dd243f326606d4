// `pnpm test`: builds, then runs the checks of the sources and every test; the last line is `N passed, N failed`.
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { runChecks, sourceChecks } from './checks.mjs'
import { newTotal, nodeReport, printTotal } from './reports.mjs'
import { runSuites } from './suites.mjs'
import { pnpm, readJson, root, run, turbo, workspaceFolders } from './workspace.mjs'

/** Suites whose tests run one after the other for more than a minute: if started last, they would leave the other core idle. */
const first = ['tooling/conformance', 'tooling/guides', 'packages/cli']

/** Suites whose Node tests also open pages. */
const withPages = ['tooling/conformance', 'tooling/browser-tests', 'tooling/recipes', 'examples']

const total = newTotal()

const cores = `--concurrency=${availableParallelism()}`
await turboStep('build', turbo('build', '--output-logs=errors-only', cores))
await turboStep('typecheck', turbo('typecheck', '--output-logs=errors-only', '--continue', cores))
const sources = await runChecks(sourceChecks)
total.passed += sources.passed
for (const name of sources.failed) total.failed.push({ name, reason: 'see above' })

const passedBefore = total.passed
const names = workspaceFolders().map((folder) => relative(root, folder).replaceAll('\\', '/'))
const sorted = [...first, ...names.filter((name) => !first.includes(name))]
const output = await runSuites(sorted.flatMap(suitesOf), total, { show: 'all' })
if (total.passed === passedBefore) total.failed.push({ name: 'vitest', reason: 'no test ran' })

printTotal(total, output)
process.exitCode = total.failed.length === 0 ? 0 : 1

/**
 * The test scripts of a folder.
 *
 * @param {string} name its path, e.g. `packages/core`
 * @returns {import('./suites.mjs').Suite[]}
 */
function suitesOf(name) {
  const folder = join(root, name)
  const { scripts = {} } = readJson(join(folder, 'package.json'))
  const suite = (/** @type {string} */ script) => ({
    title: `${name} ${script}`,
    line: [...pnpm(), 'run', script],
    folder,
  })
  const inNode = { ...suite('test'), report: nodeReport(folder), page: withPages.includes(name) }
  const inPage = { ...suite('test:browser'), report: join(folder, '.vitest/browser.json'), page: true }
  return [...(scripts.test ? [inNode] : []), ...(scripts['test:browser'] ? [inPage] : [])]
}

/**
 * A step that counts as one test: it prints only failures.
 *
 * @param {string} name
 * @param {readonly string[]} line
 */
async function turboStep(name, line) {
  const start = performance.now()
  const { code, output } = await run(line)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'pass' : 'FAIL'}  ${name.padEnd(10)} ${seconds.padStart(6)} s`)
  if (code === 0) total.passed++
  else {
    console.log(output)
    total.failed.push({ name, reason: 'see above' })
  }
}
