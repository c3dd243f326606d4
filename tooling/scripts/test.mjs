// `pnpm test`: builds, then runs the checks of the sources and every test; the last line is `N passed, N failed`.
import { existsSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { runChecks, sourceChecks } from './checks.mjs'
import { readJson, root, run, turbo, workspaceFolders } from './workspace.mjs'

/** @typedef {{ name: string, reason: string }} Finding a test that failed or was skipped, and why */
/** @type {{ passed: number, failed: Finding[], skipped: Finding[] }} */
const total = { passed: 0, failed: [], skipped: [] }

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
for (const report of reports) readReport(report)
if (code !== 0 && total.failed.length === failedBefore) {
  total.failed.push({ name: 'vitest', reason: 'ended with an error outside of a test, see above' })
}
if (total.passed === sources.passed) total.failed.push({ name: 'vitest', reason: 'no test ran' })

printFindings('Skipped', [...total.skipped, ...reasonsToSkip(output)])
printFindings('Failed', total.failed)
const skipped = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`
console.log(`${total.passed} passed, ${total.failed.length} failed${skipped}`)
process.exitCode = total.failed.length === 0 ? 0 : 1

/**
 * The reports that the test scripts of a folder will write.
 *
 * @param {string} folder
 */
function reportsOf(folder) {
  const { scripts = {} } = readJson(join(folder, 'package.json'))
  return [
    ...(scripts.test ? [join(folder, '.vitest/node.json')] : []),
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

/**
 * Counts what one vitest run reported.
 *
 * @param {string} path
 */
function readReport(path) {
  const where = relative(root, path)
  if (!existsSync(path)) {
    total.failed.push({ name: where, reason: 'is missing: its tests did not run to their end, see above' })
    return
  }
  const { testResults } = readJson(path)
  if (testResults.length === 0) total.failed.push({ name: where, reason: 'holds no test' })
  for (const { name: file, status, message, assertionResults } of testResults) {
    const name = relative(root, file)
    for (const test of assertionResults) count({ ...test, name: `${name} > ${test.fullName}` })
    const blamed = assertionResults.some((/** @type {{ status: string }} */ test) => test.status === 'failed')
    if (status === 'failed' && !blamed) total.failed.push({ name, reason: message })
  }
}

/** @param {{ name: string, status: string, failureMessages: string[] }} test */
function count({ name, status, failureMessages }) {
  if (status === 'passed') total.passed++
  else if (status === 'failed') total.failed.push({ name, reason: failureMessages[0] ?? '' })
  else total.skipped.push({ name, reason: '' })
}

/**
 * Reports say which tests were skipped; why, and what would enable them, a test file prints as `skipped: ...`.
 *
 * @param {string} output
 */
function reasonsToSkip(output) {
  return [...output.matchAll(/^\s*(skipped: .+)$/gm)].map(([, reason = '']) => ({ name: reason, reason: '' }))
}

/**
 * @param {string} title
 * @param {readonly Finding[]} findings
 */
function printFindings(title, findings) {
  if (findings.length === 0) return
  console.log(`\n${title}`)
  for (const { name, reason } of findings)
    console.log(`  ${name}${reason ? `\n      ${reason.split('\n', 1)[0]}` : ''}`)
  console.log()
}
