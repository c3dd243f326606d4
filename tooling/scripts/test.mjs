// `pnpm test`: builds, then runs the checks of the sources and every test; the last line is `N passed, N failed`.
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { runChecks, sourceChecks } from './checks.mjs'
import { addReport, newTotal, nodeReport, printTotal } from './reports.mjs'
import { readJson, run, turbo, workspaceFolders } from './workspace.mjs'

const total = newTotal()
const reports = workspaceFolders().flatMap(reportsOf)
for (const report of reports) rmSync(report, { force: true })

const cores = `--concurrency=${availableParallelism()}`
await turboStep('build', turbo('build', '--output-logs=errors-only', cores))
await turboStep('typecheck', turbo('typecheck', '--output-logs=errors-only', '--continue', cores))
const sources = await runChecks(sourceChecks)
total.passed += sources.passed
for (const name of sources.failed) total.failed.push({ name, reason: 'see above' })

// One package at a time: vitest uses the cores itself.
const tasks = turbo(
  'test',
  'test:browser',
  '--continue',
  '--concurrency=1',
  '--output-logs=new-only',
  '--log-prefix=none',
  '--log-order=grouped',
)
const { code, output } = await run(tasks, { echo: true })
const failedBefore = total.failed.length
for (const report of reports) addReport(report, total)
if (code !== 0 && total.failed.length === failedBefore) {
  total.failed.push({ name: 'vitest', reason: 'ended with an error outside of a test, see above' })
}
if (total.passed === sources.passed) total.failed.push({ name: 'vitest', reason: 'no test ran' })

printTotal(total, output)
process.exitCode = total.failed.length === 0 ? 0 : 1

/**
 * The reports that the test scripts of a folder will write.
 *
 * @param {string} folder
 */
function reportsOf(folder) {
  const { scripts = {} } = readJson(join(folder, 'package.json'))
  return [
    ...(scripts.test ? [nodeReport(folder)] : []),
    ...(scripts['test:browser'] ? [join(folder, '.vitest/browser.json')] : []),
  ]
}

/**
 * A step that counts as one: it prints only what went wrong.
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
