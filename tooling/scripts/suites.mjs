// Runs test suites two at a time, each with one process for its tests, so that no core is idle while one of them starts, runs
// its last file or waits for a page. The load is that of a single suite with two processes.
import { rmSync } from 'node:fs'
import { addReport, addTotal, newTotal } from './reports.mjs'
import { run } from './workspace.mjs'

/**
 * One run of vitest.
 *
 * @typedef {object} Suite
 * @property {string} title its title in the output
 * @property {readonly string[]} line the command and its arguments
 * @property {string} folder the working folder
 * @property {string} report the path of the report it writes
 * @property {NodeJS.ProcessEnv} [env] in addition to this process's own
 * @property {string} [prefix] of its tests' names in the total. Defaults to none
 * @property {boolean} [page] whether it opens pages; such suites run one at a time
 */

/**
 * Runs suites in order, two at a time. Prints a line for each that has ended, below its output, which is shown if it failed or
 * always.
 *
 * @param {readonly Suite[]} suites
 * @param {import('./reports.mjs').Total} total to which their reports are added
 * @param {{ show: 'all' | 'failed' }} options
 * @returns {Promise<string>} the output of all of them
 */
export async function runSuites(suites, total, { show }) {
  const pages = suites.filter(({ page }) => page).values()
  const others = suites.filter(({ page }) => !page).values() // shared by both workers
  let written = ''
  const work = async (/** @type {Iterable<Suite>} */ queue) => {
    for (const suite of queue) {
      const start = performance.now()
      const { found, output } = await runSuite(suite)
      addTotal(found, suite.prefix ?? '', total)
      const failed = found.failed.length > 0
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      if (failed || show === 'all') console.log(`\n${output.trim()}\n`)
      console.log(`${failed ? 'FAIL' : 'pass'}  ${suite.title.padEnd(98)} ${seconds.padStart(6)} s`)
      written += output
    }
  }
  await Promise.all([work(pages).then(() => work(others)), work(others)])
  return written
}

/** @param {Suite} suite */
async function runSuite({ title, line, folder, report, env }) {
  rmSync(report, { force: true })
  // For both, see tooling/library/vitest.ts. A suite in a page has one process and its own report anyway.
  const { code, output } = await run(line, { cwd: folder, env: { ...env, AE_REPORT: report, AE_WORKERS: '1' } })
  const found = newTotal()
  addReport(report, found)
  if (code !== 0 && found.failed.length === 0) {
    found.failed.push({ name: title, reason: `ended with exit code ${code}, outside of a test; see above` })
  }
  return { found, output: `${output}\n` }
}
