// `pnpm run link:native`: links the installed tfjs-node to the libtensorflow of a TensorFlow wheel for the CPU, so that the tests
// also run on the backend `native`. The wheel, 270 MB, stays in the cache folder. Ends with `N passed, N failed`.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { root, run, turbo } from './workspace.mjs'

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ae', 'tensorflow')
/** The distribution without CUDA; only Linux on x64 has a separate one. */
const distribution = process.platform === 'linux' && process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow'
const version = '2.21.0'

const outcome = await link()
if (outcome === 'skipped') console.log('0 passed, 0 failed, 1 skipped')
else console.log(outcome === 'linked' ? '1 passed, 0 failed' : '0 passed, 1 failed')
process.exitCode = outcome === 'failed' ? 1 : 0

/** @returns {Promise<'linked' | 'skipped' | 'failed'>} */
async function link() {
  const wheel = cachedWheel() ?? (await download())
  if (wheel === undefined) return 'skipped'
  const built = await run(turbo('build', '--filter=@ae/node-gpu', '--output-logs=errors-only'))
  if (built.code !== 0) {
    console.log(built.output)
    return 'failed'
  }
  const command = join(root, 'packages/node-gpu/dist/bin.js')
  return (await show([process.execPath, command, 'link', '--libtensorflow', wheel])) === 0 ? 'linked' : 'failed'
}

/** @returns {string | undefined} */
function cachedWheel() {
  const start = `${distribution.replace('-', '_')}-${version}-`
  const names = existsSync(cache) ? readdirSync(cache) : []
  const name = names.find((name) => name.startsWith(start) && name.endsWith('.whl'))
  return name === undefined ? undefined : join(cache, name)
}

/** The wheel for any Python version works, because its libraries are the same. @returns {Promise<string | undefined>} */
async function download() {
  mkdirSync(cache, { recursive: true })
  const requirement = `${distribution}==${version}`
  console.log(`Downloading ${requirement} into ${cache} ...`)
  const options = ['--no-deps', '--only-binary=:all:', '--python-version=3.11', '--retries=2', '--timeout=30']
  const { code, output } = await run([
    'python3',
    '-m',
    'pip',
    'download',
    ...options,
    '--dest',
    cache,
    requirement,
  ]).catch((error) => ({ code: 1, output: String(error.message) }))
  const wheel = code === 0 ? cachedWheel() : undefined
  if (wheel !== undefined) return wheel
  const reason =
    output
      .trim()
      .split('\n')
      .findLast((line) => /error|no module/i.test(line)) ?? `exit code ${code}`
  console.log(
    `skipped: the backend native, because pip cannot download ${requirement} (${reason.trim()}); ` +
      `enable with: Python with pip, and a way to its package index`,
  )
  return undefined
}

/**
 * Runs a command that prints its own output.
 *
 * @param {readonly string[]} line
 * @returns {Promise<number>} its exit code
 */
function show([command = '', ...parameters]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
