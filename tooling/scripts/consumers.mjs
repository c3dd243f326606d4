// Tests what a user gets: rehearses a release into a registry on this machine, installs from it with npm into empty projects, and
// runs the README's first program there as printed: in every version of Node as an ES module and as CommonJS, in other runtimes and
// in a Vite page in a browser. Also runs every browser backend in pages of other bundlers and of none, and what remains on a bare
// machine. The packages must be built.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOnBareMachine } from './consumers/bare.mjs'
import { runInEsbuild, runInParcel, runInRspack, runInVite7, runInViteDev, runInWebpack } from './consumers/bundled.mjs'
import { runCommand } from './consumers/command.mjs'
import { runInNext } from './consumers/next-app.mjs'
import { runInNode } from './consumers/node.mjs'
import { runInPage } from './consumers/page.mjs'
import { readProgram } from './consumers/program.mjs'
import { runWithEachBackendDisabled } from './consumers/refusals.mjs'
import { startRegistry } from './consumers/registry.mjs'
import { rehearse } from './consumers/rehearsal.mjs'
import { runInBun, runInDeno } from './consumers/runtimes.mjs'
import { runAsScript } from './consumers/script.mjs'

/**
 * The inputs of a consumer.
 *
 * @typedef {object} Setting
 * @property {string} folder its own empty folder
 * @property {string} registry the address of the registry that has our packages
 * @property {string} program the README's program, as printed
 */

/** @type {Readonly<Record<string, (setting: Setting) => Promise<string>>>} each returns what it saw, or throws */
const consumers = {
  Node: runInNode,
  'bare machine': runOnBareMachine,
  'each backend disabled': runWithEachBackendDisabled,
  'the command': runCommand,
  Bun: runInBun,
  Deno: runInDeno,
  'Vite page': runInPage,
  'Vite page while developing': runInViteDev,
  'Vite 7 page': runInVite7,
  'webpack 5 page': runInWebpack,
  'Rspack page': runInRspack,
  'esbuild page, strict content security policy': runInEsbuild,
  'Parcel page': runInParcel,
  'Next 16, server and page': runInNext,
  'page without a bundler': runAsScript,
}

const words = process.argv.slice(2)
const chosen = Object.entries(consumers).filter(
  ([name]) => words.length === 0 || words.some((word) => name.includes(word)),
)
const folder = mkdtempSync(join(tmpdir(), 'ae-consumers-'))
const tally = { pass: 0, skip: 0, FAIL: 0 }
const registry = await startRegistry(join(folder, 'registry'))
try {
  const rehearsed = await report('release rehearsal', () => rehearse(join(folder, 'copy'), registry))
  const program = readProgram()
  for (const [index, [name, run]] of (rehearsed ? chosen : []).entries()) {
    const own = join(folder, `consumer-${index}`)
    mkdirSync(own)
    await report(name, () => run({ folder: own, registry: registry.address, program }))
  }
} finally {
  registry.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${tally.pass} passed, ${tally.FAIL} failed, ${tally.skip} skipped`)
process.exitCode = tally.FAIL === 0 ? 0 : 1

/**
 * Runs a part and prints its line.
 *
 * @param {string} name
 * @param {() => Promise<string>} run
 * @returns {Promise<boolean>} whether it passed
 */
async function report(name, run) {
  const start = performance.now()
  const { verdict, text } = await outcome(run)
  tally[verdict]++
  console.log(`${verdict}  ${name}, ${((performance.now() - start) / 1000).toFixed(1)} s: ${text}`)
  return verdict === 'pass'
}

/**
 * @param {() => Promise<string>} run
 * @returns {Promise<{ verdict: keyof typeof tally, text: string }>}
 */
async function outcome(run) {
  try {
    return { verdict: 'pass', text: await run() }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { verdict: error instanceof Error && error.name === 'Skipped' ? 'skip' : 'FAIL', text }
  }
}
