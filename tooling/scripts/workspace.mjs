// The workspace as the scripts here see it: its root, its packages, and how its tools are started.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * @typedef {object} Package
 * @property {string} name as published, e.g. `@ae/core`
 * @property {string} shortName its folder under packages/, e.g. `core`
 * @property {string} folder its absolute path
 * @property {any} manifest its package.json
 */

/** @returns {Package[]} the packages that are published, by name */
export function publishedPackages() {
  return childFolders(join(root, 'packages')).map((folder) => {
    const manifest = readJson(join(folder, 'package.json'))
    return { name: manifest.name, shortName: basename(folder), folder, manifest }
  })
}

/** @returns {string[]} every folder with a package.json of its own, published or not */
export function workspaceFolders() {
  return ['packages', 'apps', 'tooling', '.'].flatMap((parent) => childFolders(join(root, parent)))
}

/**
 * @param {string} path
 * @returns {any}
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * The command line of a tool that is installed here, run by the current Node.
 *
 * @param {string} packageName the installed package, e.g. `turbo`
 * @param {string} [command] its command, if its name differs from the package's
 */
export function tool(packageName, command = packageName) {
  const folder = installedFolder(packageName)
  const { bin } = readJson(join(folder, 'package.json'))
  return [process.execPath, join(folder, typeof bin === 'string' ? bin : bin[command])]
}

/** The command line of the pnpm version that this repository names; inside pnpm's own scripts it is found on the path. */
export function pnpm() {
  const found = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'pnpm')))
  return found ? ['pnpm'] : ['npx', '-y', readJson(join(root, 'package.json')).packageManager]
}

/**
 * The command line of turbo. It starts `pnpm` by name, so `pnpm` has to be on the path.
 *
 * @param {...string} parameters
 */
export function turbo(...parameters) {
  const [command, ...before] = pnpm()
  const run = before.length === 0 ? tool('turbo') : [String(command), ...before, 'exec', 'turbo']
  return [...run, 'run', ...parameters]
}

/**
 * Runs a command in the root folder.
 *
 * @param {readonly string[]} line the command and its arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, echo?: boolean }} [options] `env` is added to this process's own;
 *   `echo` also prints its output as it arrives
 * @returns {Promise<{ code: number, stdout: string, stderr: string, output: string }>} the exit code and its output;
 *   `output` is both streams interleaved
 */
export function run(line, { cwd = root, env = {}, echo = false } = {}) {
  const [command = '', ...parameters] = line
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      cwd,
      env: { ...process.env, ...quiet, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const written = { stdout: '', stderr: '', output: '' }
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        if (echo) process[stream].write(text)
        written[stream] += text
        written.output += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, ...written }))
  })
}

/** @param {string} parent */
function childFolders(parent) {
  if (!existsSync(parent)) return []
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(parent, entry.name, 'package.json')))
    .map((entry) => join(parent, entry.name))
    .sort()
}

/** Environment that tells tools to send no telemetry. */
const quiet = { DO_NOT_TRACK: '1', TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }

/** @param {string} packageName */
function installedFolder(packageName) {
  const require = createRequire(join(root, 'package.json'))
  for (const folder of require.resolve.paths(packageName) ?? []) {
    if (existsSync(join(folder, packageName, 'package.json'))) return join(folder, packageName)
  }
  throw new Error(`${packageName} is not installed: run ${pnpm().join(' ')} install`)
}
