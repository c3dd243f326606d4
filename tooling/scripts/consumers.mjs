// Tests what a user gets: packs every package, installs the tarballs with npm into empty projects, and runs the README's first
// program there as printed: as an ES module, as CommonJS and in a Vite page in a browser. Also runs every browser backend in
// pages of other bundlers and of none, and what remains on a bare machine. The packages must be built.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOnBareMachine } from './consumers/bare.mjs'
import { runInEsbuild, runInNext, runInParcel, runInVite7, runInViteDev, runInWebpack } from './consumers/bundled.mjs'
import { runCommand } from './consumers/command.mjs'
import { runAsCommonJs, runAsModule } from './consumers/node.mjs'
import { runInPage } from './consumers/page.mjs'
import { readProgram } from './consumers/program.mjs'
import { pack } from './consumers/project.mjs'
import { runWithEachBackendDisabled } from './consumers/refusals.mjs'
import { runInBun, runInDeno } from './consumers/runtimes.mjs'
import { runAsScript } from './consumers/script.mjs'

/**
 * The inputs of a consumer.
 *
 * @typedef {object} Setting
 * @property {string} folder its own empty folder
 * @property {Readonly<Record<string, string>>} tarballs every published package and its tarball's path
 * @property {string} program the README's program, as printed
 */

/** @type {Readonly<Record<string, (setting: Setting) => Promise<string>>>} each returns what it saw, or throws */
const consumers = {
  'Node, ES module': runAsModule,
  'Node, CommonJS': runAsCommonJs,
  'Node, bare machine': runOnBareMachine,
  'Node, each backend disabled': runWithEachBackendDisabled,
  'the command': runCommand,
  Bun: runInBun,
  Deno: runInDeno,
  'Vite page': runInPage,
  'Vite page while developing': runInViteDev,
  'Vite 7 page': runInVite7,
  'webpack 5 page': runInWebpack,
  'esbuild page, strict content security policy': runInEsbuild,
  'Parcel page': runInParcel,
  'Next 16 page': runInNext,
  'page without a bundler': runAsScript,
}

const words = process.argv.slice(2)
const chosen = Object.entries(consumers).filter(
  ([name]) => words.length === 0 || words.some((word) => name.includes(word)),
)
const folder = mkdtempSync(join(tmpdir(), 'ae-consumers-'))
const tally = { pass: 0, skip: 0, FAIL: 0 }
try {
  const program = readProgram()
  const tarballs = await pack(join(folder, 'tarballs'))
  for (const [index, [name, run]] of chosen.entries()) {
    const own = join(folder, `consumer-${index}`)
    mkdirSync(own)
    const start = performance.now()
    const { verdict, text } = await outcome(() => run({ folder: own, tarballs, program }))
    tally[verdict]++
    console.log(`${verdict}  ${name}, ${((performance.now() - start) / 1000).toFixed(1)} s: ${text}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${tally.pass} passed, ${tally.FAIL} failed, ${tally.skip} skipped`)
process.exitCode = tally.FAIL === 0 ? 0 : 1

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
