// Disables every Node backend for real, one way at a time, in a project of installed packages, and checks the message for the user.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../workspace.mjs'
import { install } from './project.mjs'

/**
 * One way to disable a backend, and its refusal.
 *
 * @typedef {object} Way
 * @property {string} backend
 * @property {Readonly<Record<string, string | null>>} [files] what to write below node_modules; null removes the existing file
 * @property {readonly string[]} [flags] of Node
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [here] whether it can be done on this machine. Defaults to true
 * @property {string} reason with <project> for the project's folder
 * @property {string | undefined} fix
 */

const linkNative =
  'npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)'
const linkCuda =
  "npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
const addon = 'lib/napi-v8/tfjs_binding.node'
const platform = `${process.platform}-${process.arch}`
const dawn = `webgpu/dist/${platform}/dawn.node`
const manifest = (/** @type {string} */ name) => JSON.stringify({ name: `@tensorflow/${name}`, version: '4.22.0' })

/** @type {Readonly<Record<string, Way>>} */
const ways = {
  'cuda without its package': {
    backend: 'cuda',
    reason: 'the package @tensorflow/tfjs-node-gpu is not installed',
    fix: `npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0, then ${linkCuda}`,
  },
  'cuda without its addon': {
    backend: 'cuda',
    files: { '@tensorflow/tfjs-node-gpu/package.json': manifest('tfjs-node-gpu') },
    reason: `@tensorflow/tfjs-node-gpu is installed without its addon: there is no <project>/node_modules/@tensorflow/tfjs-node-gpu/${addon}`,
    fix: linkCuda,
  },
  'cuda without the driver': {
    backend: 'cuda',
    files: {
      '@tensorflow/tfjs-node-gpu/package.json': manifest('tfjs-node-gpu'),
      [`@tensorflow/tfjs-node-gpu/${addon}`]: '',
    },
    here: !existsSync('/proc/driver/nvidia'),
    reason: 'the NVIDIA driver is absent: libcuda.so.1: cannot open shared object file: No such file or directory',
    fix: "install the GPU's driver and check with nvidia-smi; a container needs --gpus all",
  },
  'native without its package': {
    backend: 'native',
    reason: 'the package @tensorflow/tfjs-node is not installed',
    fix: `npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0, then ${linkNative}`,
  },
  'native without its addon': {
    backend: 'native',
    files: { '@tensorflow/tfjs-node/package.json': manifest('tfjs-node') },
    reason: `@tensorflow/tfjs-node is installed without its addon: there is no <project>/node_modules/@tensorflow/tfjs-node/${addon}`,
    fix: linkNative,
  },
  'native with a broken addon': {
    backend: 'native',
    files: {
      '@tensorflow/tfjs-node/package.json': manifest('tfjs-node'),
      [`@tensorflow/tfjs-node/${addon}`]: 'broken off',
    },
    reason: `the addon cannot be loaded: <project>/node_modules/@tensorflow/tfjs-node/${addon}: file too short`,
    fix: `link a libtensorflow that this system can run: ${linkNative}`,
  },
  'webgpu without its package': {
    backend: 'webgpu',
    files: { webgpu: null },
    reason: 'the package `webgpu` is not installed',
    fix: 'npm install webgpu',
  },
  'webgpu without its binary': {
    backend: 'webgpu',
    files: { [dawn]: null },
    reason: `the package \`webgpu\` has no binary for ${platform}`,
    fix: 'on Linux and Windows (x64, arm64) and on macOS install it again; elsewhere use wasm from @ae/wasm',
  },
  'webgpu with a broken binary': {
    backend: 'webgpu',
    files: { [dawn]: 'broken off' },
    reason: `the binary of the package \`webgpu\` for ${platform} fails: <project>/node_modules/${dawn}: file too short`,
    fix: 'install the system library that the message names, or the package again; or use wasm from @ae/wasm',
  },
  'webgpu without a Vulkan driver': {
    backend: 'webgpu',
    env: { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' },
    reason: 'Dawn finds no Vulkan adapter',
    fix: "install libvulkan1 and the GPU's Vulkan driver, and check with `vulkaninfo --summary`",
  },
  'wasm without WebAssembly': {
    backend: 'wasm',
    flags: ['--jitless'],
    reason: 'this JavaScript engine has no WebAssembly',
    fix: 'use Node 20 or newer without --jitless, or a browser of 2023 or newer',
  },
  'wasm without SIMD': {
    backend: 'wasm',
    flags: ['--no-enable-sse4-1'], // like a processor that is too old; an old Node has the same effect
    here: process.arch === 'x64',
    reason: 'this JavaScript engine has WebAssembly, but not its 128-bit SIMD',
    fix: 'use Node 20 or newer, or a browser of 2023 or newer; on x86 the processor must support SSE 4.1',
  },
  "wasm without tfjs's package": {
    backend: 'wasm',
    files: { '@tensorflow/tfjs-backend-wasm': null },
    reason:
      "Cannot find module '@tensorflow/tfjs-backend-wasm'; Require stack:; - <project>/node_modules/@ae/wasm/dist/index.cjs; - <project>/node_modules/@ae/wasm/dist/index.node.js",
    fix: undefined,
  },
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runWithEachBackendDisabled({ folder, registry }) {
  if (process.platform !== 'linux') throw Object.assign(new Error("the texts are Linux's"), { name: 'Skipped' })
  await install(folder, registry, ['@ae/core', '@ae/node-gpu', '@ae/wasm'], { type: 'module' })
  writeFileSync(join(folder, 'refused.js'), program)
  const problems = []
  const possible = Object.entries(ways).filter(([, { here = true }]) => here)
  for (const [title, way] of possible) {
    const text = await refusalOf(way, folder)
    const expected = describe(way)
    if (text !== expected) problems.push(`${title}\n  Expected: ${expected}\n  Received: ${text}`)
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return `${possible.length} ways, each refused with its reason and cure`
}

const program = `import { selectBackend } from '@ae/core'
import { cuda, native, webgpu } from '@ae/node-gpu'
import { wasm } from '@ae/wasm'

const last = {
  name: 'last',
  isAvailable: async () => ({ ok: true, device: 'made up' }),
  activate: async () => ({ name: 'last', device: 'made up' }),
}
const { refused } = await selectBackend({ cuda, native, webgpu, wasm }[process.argv[2]], last)
console.log(JSON.stringify(refused[0] ?? {}))
`

/**
 * @param {Way} way
 * @param {string} folder of the project
 */
async function refusalOf({ backend, files = {}, flags = [], env }, folder) {
  const restore = Object.entries(files).map(([path, content]) => replace(join(folder, 'node_modules', path), content))
  try {
    const line = [process.execPath, ...flags, 'refused.js', backend]
    const { code, stdout, output } = await run(line, { cwd: folder, ...(env && { env }) })
    return (code === 0 ? describe(JSON.parse(stdout)) : output).replaceAll(folder, '<project>')
  } finally {
    for (const undo of restore.reverse()) undo()
  }
}

/** @param {{ reason: string, fix?: string | undefined }} refusal */
function describe({ reason, fix }) {
  return fix === undefined ? reason : `${reason} (${fix})`
}

/**
 * @param {string} path
 * @param {string | null} content
 * @returns {() => void} restores the previous state
 */
function replace(path, content) {
  const away = `${path}.away`
  const existed = existsSync(path)
  if (existed) renameSync(path, away)
  if (content !== null) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  return () => {
    rmSync(path, { recursive: true, force: true })
    if (existed) renameSync(away, path)
  }
}
