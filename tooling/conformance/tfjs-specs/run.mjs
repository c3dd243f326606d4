// Runs tfjs-core's own specs and compares the failures with remaining.json; see the README of this folder.
import { fork } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, defaultServerConditions } from 'vite'

/** @typedef {{ name: string, status: 'passed' | 'failed' | 'pending' | 'excluded', message?: string }} Outcome */

const folder = fileURLToPath(new URL('.', import.meta.url))
const list = join(folder, 'remaining.json')
const unexplained = 'not explained yet'

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    write: { type: 'boolean', default: false },
    messages: { type: 'boolean', default: false },
  },
})
process.exitCode = await main()

/** @returns {Promise<number>} the exit code */
async function main() {
  const outcomes = await runSpecs(options.backend)
  const failed = outcomes.filter(({ status }) => status === 'failed')
  const passed = outcomes.filter(({ status }) => status === 'passed')
  if (options.messages)
    for (const { name, message = '' } of failed) console.log(`${name}\n    ${message.split('\n', 1)}`)
  console.log(`${options.backend}: ${passed.length} pass, ${failed.length} fail, of ${outcomes.length}`)
  return options.backend === 'wasm' ? holdToList([...new Set(failed.map(({ name }) => name))]) : 0
}

/**
 * @param {string} backend `wasm`, `stock wasm` or `cpu`
 * @returns {Promise<Outcome[]>}
 */
async function runSpecs(backend) {
  const output = await mkdtemp(join(folder, '../node_modules/.tfjs-specs-')) // inside, so that jasmine-core is found
  try {
    const conditions = ['@ae/source', ...defaultServerConditions]
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { conditions },
      ssr: { resolve: { conditions }, noExternal: [/@tensorflow/] },
      build: {
        ssr: join(folder, 'specs.mjs'),
        outDir: output,
        minify: false,
        rollupOptions: {
          treeshake: false, // tfjs-core declares its specs free of side effects
          output: { entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs', format: 'cjs' },
        },
      },
    })
    const stock = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
    return await outcomesOf(
      fork(join(output, 'specs.cjs'), [backend, `${stock}/`], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    )
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}

/**
 * @param {import('node:child_process').ChildProcess} specs
 * @returns {Promise<Outcome[]>}
 */
function outcomesOf(specs) {
  return new Promise((resolve, reject) => {
    /** @type {Outcome[]} */
    const outcomes = []
    specs.on('message', (/** @type {Outcome} */ outcome) => outcomes.push(outcome))
    specs.on('error', reject)
    specs.on('exit', (code, signal) => {
      if (code === 0) resolve(outcomes)
      else reject(new Error(`the specs ended with ${signal ?? code}, after ${outcomes.at(-1)?.name}`))
    })
  })
}

/**
 * @param {readonly string[]} failed
 * @returns {Promise<number>} the exit code
 */
async function holdToList(failed) {
  /** @type {Record<string, string[]>} */
  const reasons = JSON.parse(await readFile(list, 'utf8'))
  const listed = Object.values(reasons).flat()
  const added = failed.filter((name) => !listed.includes(name))
  const gone = listed.filter((name) => !failed.includes(name))
  if (options.write) {
    const still = Object.entries(reasons).map(([reason, names]) => [
      reason,
      names.filter((name) => !gone.includes(name)),
    ])
    const now = Object.fromEntries(still)
    now[unexplained] = [...(now[unexplained] ?? []), ...added]
    for (const [reason, names] of Object.entries(now)) if (names.length === 0) delete now[reason]
    await writeFile(list, `${JSON.stringify(now, undefined, 2)}\n`)
    return 0
  }
  for (const name of added) console.log(`fails, and is not listed: ${name}`)
  for (const name of gone) console.log(`is listed, and does not fail: ${name}`)
  return added.length + gone.length === 0 ? 0 : 1
}
