// The contenders, ours and every peer: the program that runs each, and whether it can run here.
import { execFile, execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { digits } from './on-every-core.mjs'
import { tfjsNode } from './programs/tfjs-node.mjs'

const here = import.meta.dirname
const node = (name) => [process.execPath, join(here, 'programs', name)]
const python = (name) => ['python3', join(here, 'peers', name)]
const all = availableParallelism()
const majorOfNode = Number(process.versions.node.split('.')[0])

const ours = {
  family: 'ours',
  program: node('ours.mjs'),
  coldStart: node('ours-cold-start.mjs'),
  weights: 'safetensors',
}
const narrow = { ...ours, family: undefined, coldStart: undefined, tasks: ['train', 'matmul'], missing: obstacleToWide }
const stock = { program: node('stock.mjs') }
const torch = { program: python('torch_speed.py'), weights: 'pt', missing: () => missingModule('torch') }
const jax = { program: python('jax_speed.py'), weights: 'npz', missing: () => missingModule('jax') }
/** For contenders that are slow or slow to start: the first round only, on fewer images. */
const once = { rounds: 1, settings: { images: 1024, epochs: 1 } }

/**
 * In the order in which they run. `threads`: how many it may use. `missing`: returns why it cannot run here, if it cannot.
 * `rounds`: how many it takes part in, if not all. `settings`: override those of the task. `only` or `without`: networks.
 * `tasks`: if not all. `color`: in charts.
 */
export const contenders = [
  { ...ours, name: '@ae, 1 thread', color: '#fdba74', threads: 1 },
  {
    ...ours,
    name: '@ae, all threads',
    color: '#c2410c',
    threads: all,
  },
  {
    ...narrow,
    name: '@ae with 128 bits, 1 thread',
    color: '#fef3c7',
    threads: 1,
    settings: { vectorBits: 128 },
  },
  {
    ...narrow,
    name: '@ae with 128 bits, all threads',
    color: '#fcd34d',
    threads: all,
    settings: { vectorBits: 128 },
  },
  { ...torch, name: 'PyTorch eager, 1 thread', color: '#93c5fd', threads: 1 },
  { ...torch, name: 'PyTorch eager, all threads', color: '#1d4ed8', threads: all },
  {
    ...torch,
    name: 'PyTorch compiled, all threads',
    color: '#1e1b4b',
    threads: all,
    missing: () => torch.missing() ?? missingCommand('c++'),
    rounds: 1,
    settings: { compile: true },
    only: ['vae', 'convolutional-vae'], // each takes half a minute to compile
    tasks: ['train'],
  },
  { ...jax, name: 'JAX jit, 1 thread', color: '#86efac', threads: 1 },
  { ...jax, name: 'JAX jit, all threads', color: '#15803d', threads: all },
  {
    ...stock,
    name: 'tfjs-node, all threads',
    color: '#6b7280',
    threads: all,
    missing: missingLibtensorflow,
    rounds: 1,
    settings: { ...once.settings, images: 2048, backend: 'tensorflow' },
  },
  {
    ...stock,
    name: 'stock tfjs wasm, 1 thread',
    color: '#9ca3af',
    threads: 1,
    rounds: 1,
    settings: { ...once.settings, backend: 'wasm' },
    without: ['convolutional-vae'], // it lacks the gradient of a convolution's filter
  },
  {
    ...stock,
    name: 'stock tfjs cpu, 1 thread',
    color: '#d1d5db',
    threads: 1,
    rounds: 1,
    settings: { images: 512, epochs: 1, batchSizes: [128], backend: 'cpu' },
    only: ['vae'],
    tasks: ['train'],
  },
]

/** The colour of a contender, or of a family of them, in charts. */
export function colorOf(name) {
  const exact = contenders.find((contender) => contender.name === name)
  return (exact ?? contenders.findLast((contender) => contender.name.startsWith(`${name},`)))?.color
}

/** The contenders that can run here; prints a line for each of the others. */
export function installedContenders() {
  return contenders.filter(({ name, missing }) => {
    const reason = missing?.()
    if (reason !== undefined) console.log(`${name}: not installed (${reason})`)
    return reason === undefined
  })
}

/**
 * Runs the contender's program on a task, in a process of its own, and returns what it reports.
 *
 * @param contender one of `contenders`
 * @param task its name and settings; the contender's own settings override them
 * @param compiled a folder that caches what a peer compiles for its next process; nothing is cached without it
 */
export async function run(contender, task, compiled) {
  const [command, ...parameters] = (task.task === 'cold-start' && contender.coldStart) || contender.program
  const settings = { ...task, ...contender.settings, threads: contender.threads, data: digits }
  const env = { ...process.env, AE_DATA_DIR: digits, TF_CPP_MIN_LOG_LEVEL: '2', ...(compiled && cachesIn(compiled)) }
  const options = { maxBuffer: 2 ** 26, env }
  const { stdout } = await promisify(execFile)(command, [...parameters, JSON.stringify(settings)], options)
  return stdout.trim() === '' ? {} : JSON.parse(stdout.trim().split('\n').at(-1))
}

function cachesIn(folder) {
  return {
    TORCHINDUCTOR_CACHE_DIR: join(folder, 'torch'),
    JAX_COMPILATION_CACHE_DIR: join(folder, 'jax'),
    JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS: '0',
  }
}

function missingModule(name) {
  return succeeds('python3', ['-c', `import importlib.util as u; raise SystemExit(u.find_spec("${name}") is None)`])
    ? undefined
    : `no Python module ${name}`
}

function missingCommand(name) {
  return succeeds(name, ['--version']) ? undefined : `no ${name}`
}

/** The reason if all vectors have 128 bits here, else undefined. */
function obstacleToWide() {
  return majorOfNode < 24 ? 'all vectors have 128 bits before Node 24' : undefined
}

function missingLibtensorflow() {
  if (majorOfNode > 22) return 'tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed'
  const program = `require(${JSON.stringify(tfjsNode)})`
  return succeeds(process.execPath, ['-e', program]) ? undefined : 'not linked: pnpm run link:native'
}

function succeeds(command, parameters) {
  try {
    execFileSync(command, parameters, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
