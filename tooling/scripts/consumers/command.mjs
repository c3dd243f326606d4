// The `ae` command, installed on its own: how much it takes, how little `ae --help` loads, and that it works: everything that it
// uses is inside, and what is not is offered by name.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../workspace.mjs'
import { installAlone } from './project.mjs'

/** Of `node_modules`, in MB. */
const installBudget = 20

/** Of the scripts that `ae --help` loads, in kB. */
const helpBudget = 250

/** @param {import('../consumers.mjs').Setting} setting */
export async function runCommand({ folder, registry }) {
  await installAlone(folder, registry, ['@ae/cli'])
  const installed = megabytes(join(folder, 'node_modules'))
  if (installed > installBudget)
    throw new Error(`an installation takes ${installed.toFixed(1)} MB, not ${installBudget}`)
  const dist = join(folder, 'node_modules/@ae/cli/dist')
  const loaded = kilobytesAtStart(dist)
  if (loaded > helpBudget) throw new Error(`\`ae --help\` loads ${loaded.toFixed(0)} kB, not ${helpBudget}`)

  const command = join(dist, 'bin.js')
  /** @param {readonly string[]} args */
  const ae = (args, code = 0) => mustEnd([process.execPath, command, ...args], folder, code)
  const rows = Array.from({ length: 64 }, (_, row) => `${row / 64},${(row % 7) / 7}`)
  writeFileSync(join(folder, 'table.csv'), `${['a,b', ...rows].join('\n')}\n`)
  const { files } = JSON.parse((await ae(['train', '--data', 'table.csv', '--epochs', '1', '--json-result'])).stdout)
  await ae(['inspect', files[0]])
  await serve([command, 'serve', files[0], '--port', '0', '--json'], folder)

  const { stderr } = await ae(['train', '--data', 'table.csv', '--backend', 'webgpu'], 1)
  if (!stderr.includes('npm install webgpu')) throw new Error(`--backend webgpu is not offered by name:\n${stderr}`)
  return `${installed.toFixed(1)} MB installed, ${loaded.toFixed(0)} kB loaded by \`ae --help\`; trains, serves, and names what WebGPU needs`
}

/**
 * @param {readonly string[]} line
 * @param {string} cwd
 * @param {number} expected exit code
 */
async function mustEnd(line, cwd, expected) {
  const ended = await run(line, { cwd })
  if (ended.code === expected) return ended
  throw new Error(`${line.join(' ')} ended with ${ended.code}, not ${expected}\n${ended.output}`)
}

/**
 * Starts a server, and ends it once it says where it listens: the thread that computes has started then.
 *
 * @param {readonly string[]} parameters
 * @param {string} cwd
 */
async function serve(parameters, cwd) {
  const child = spawn(process.execPath, [...parameters], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let written = ''
  child.stderr.on('data', (chunk) => {
    written += chunk
  })
  child.stdout.on('data', (chunk) => {
    written += chunk
    child.kill()
  })
  const [code] = await once(child, 'close')
  if (!/"device":"WebAssembly/.test(written)) throw new Error(`\`ae serve\` ended with ${code}\n${written}`)
}

/** @param {string} folder */
function megabytes(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)))
  return files.reduce((sum, { size }) => sum + size, 0) / 1e6
}

/**
 * The scripts that `bin.js` imports before it does anything.
 *
 * @param {string} dist
 */
function kilobytesAtStart(dist) {
  const seen = new Set(['bin.js'])
  for (const name of seen) {
    const text = readFileSync(join(dist, name), 'utf8')
    for (const [, next = ''] of text.matchAll(/^(?:import|export)\b[^'"]*['"]\.\/([^'"]+)['"]/gm)) seen.add(next)
  }
  return [...seen].reduce((sum, name) => sum + statSync(join(dist, name)).size, 0) / 1e3
}
