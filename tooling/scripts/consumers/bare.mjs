// A bare machine: no GPU, no Vulkan, no network and no install scripts. @ae/node-gpu installs there, can be imported, says why
// its backends cannot run, and lets `wasm` compute.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { run } from '../workspace.mjs'
import { asCommonJs } from './program.mjs'
import { install } from './project.mjs'

const packages = ['@ae/core', '@ae/models', '@ae/node-gpu', '@ae/wasm']

/** @param {import('../consumers.mjs').Setting} setting */
export async function runOnBareMachine({ folder, registry }) {
  const warm = join(folder, 'warm') // the same with a network, to fill npm's cache from the registry
  const bare = join(folder, 'bare')
  for (const own of [warm, bare]) mkdirSync(own)
  await install(warm, registry, packages)
  const without = await withoutNetwork()
  await install(bare, registry, packages, {}, [...without, 'npm', 'install', '--offline'])

  writeFileSync(join(bare, 'select.mjs'), program)
  writeFileSync(join(bare, 'select.cjs'), asCommonJs(program))
  const command = join(bare, 'node_modules/@ae/node-gpu/dist/bin.js')
  for (const file of ['select.mjs', 'select.cjs', command]) {
    const parameters = file === command ? [file, 'doctor', '--json', '--seconds', '0.05'] : [file]
    const line = [...without, process.execPath, ...parameters]
    const { code, stdout, output } = await run(line, { cwd: bare, env: bareEnvironment })
    if (code !== 0) throw new Error(`${line.join(' ')} ended with ${code}\n${output}`)
    check(file, stdout)
  }
  const network = without.length > 0 ? 'no network' : 'npm offline (unshare may not cut the network off here)'
  return `cuda, native and webgpu refused, wasm selected, ${network}`
}

const program = `import { selectBackend } from '@ae/core'
import { cuda, diagnose, native, webgpu } from '@ae/node-gpu'
import { wasm } from '@ae/wasm'

const { name, refused } = await selectBackend(cuda, native, webgpu, wasm)
const { candidates, working } = await diagnose({ seconds: 0.05 })
console.log(JSON.stringify({ name, refused, candidates, working }))
`

/** If the named drivers do not exist, Vulkan's loader finds none, even on a machine that has some. */
const bareEnvironment = {
  ...{ LD_LIBRARY_PATH: undefined, DISPLAY: undefined },
  ...{ VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json', CUDA_VISIBLE_DEVICES: '' },
}

/** @returns {Promise<string[]>} the prefix that runs a command without network access; empty if that is not allowed */
async function withoutNetwork() {
  const line = ['unshare', '--map-root-user', '--net']
  const { code } = await run([...line, 'true']).catch(() => ({ code: 1 }))
  return code === 0 ? line : []
}

const reasons = {
  cuda: 'the package @tensorflow/tfjs-node-gpu is not installed',
  native: 'the package @tensorflow/tfjs-node is not installed',
  webgpu: 'Dawn finds no Vulkan adapter',
}

/**
 * @param {string} file
 * @param {string} output of the program, or of the doctor
 */
function check(file, output) {
  const { name, refused, candidates, working } = JSON.parse(output)
  const expected = { refused: reasons, doctor: { ...reasons, wasm: null }, name: 'wasm', working: ['wasm'] }
  const received = {
    refused: refused ? reasonsIn(refused) : reasons, // the doctor selects no backend
    doctor: reasonsIn(candidates),
    name: name ?? 'wasm',
    working,
  }
  if (isDeepStrictEqual(received, expected)) return
  throw new Error(`${file}: expected ${JSON.stringify(expected)}, received ${output}`)
}

/** @param {{ name: string, reason: string | null }[]} list */
function reasonsIn(list) {
  return Object.fromEntries(list.map(({ name, reason }) => [name, reason]))
}
