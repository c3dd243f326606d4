// Counts the tests that passed, failed and were skipped in the JSON reports of one or more vitest runs.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readJson, root } from './workspace.mjs'

/** @typedef {{ name: string, reason: string }} Finding a test that failed or was skipped, and why */
/** @typedef {{ passed: number, failed: Finding[], skipped: Finding[] }} Total */

/** @returns {Total} an empty total */
export function newTotal() {
  return { passed: 0, failed: [], skipped: [] }
}

/**
 * @param {string} folder the folder whose Node tests write the report
 * @param {string} [run] distinguishes several runs of that folder
 */
export function nodeReport(folder, run) {
  return join(folder, run === undefined ? '.vitest/node.json' : `.vitest/node-${run}.json`)
}

/**
 * Adds the report of one vitest run.
 *
 * @param {string} path of the report
 * @param {Total} total
 */
export function addReport(path, total) {
  const where = relative(root, path)
  if (!existsSync(path)) {
    total.failed.push({ name: where, reason: 'is missing: its tests did not run to their end, see above' })
    return
  }
  const { testResults } = readJson(path)
  if (testResults.length === 0) total.failed.push({ name: where, reason: 'holds no test' })
  for (const { name: file, status, message, assertionResults } of testResults) {
    const name = relative(root, file)
    for (const test of assertionResults) add({ ...test, name: `${name} > ${test.fullName}` }, total)
    const blamed = assertionResults.some((/** @type {{ status: string }} */ test) => test.status === 'failed')
    if (status === 'failed' && !blamed) total.failed.push({ name, reason: message })
  }
}

/**
 * Adds a separate total.
 *
 * @param {Total} part
 * @param {string} prefix of its tests' names
 * @param {Total} total
 */
export function addTotal(part, prefix, total) {
  const named = (/** @type {Finding} */ { name, reason }) => ({ name: prefix + name, reason })
  total.passed += part.passed
  total.failed.push(...part.failed.map(named))
  total.skipped.push(...part.skipped.map(named))
}

/**
 * Prints which tests were skipped and which failed, then the line with the counts.
 *
 * @param {Total} total
 * @param {string} output of the runs; its lines `skipped: ...` say why tests were skipped and what enables them
 */
export function printTotal({ passed, failed, skipped }, output) {
  const reasons = new Set([...output.matchAll(/^\s*(skipped: .+)$/gm)].map(([, reason = '']) => reason))
  printFindings('Skipped', [...skipped, ...[...reasons].map((name) => ({ name, reason: '' }))])
  printFindings('Failed', failed)
  console.log(`${passed} passed, ${failed.length} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`)
}

/**
 * @param {{ name: string, status: string, failureMessages: string[] }} test
 * @param {Total} total
 */
function add({ name, status, failureMessages }, total) {
  if (status === 'passed') total.passed++
  else if (status === 'failed') total.failed.push({ name, reason: failureMessages[0] ?? '' })
  else total.skipped.push({ name, reason: '' })
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
