// Runs a TypeScript file of a package in its own Node process, to test what happens when a process ends.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, defaultServerConditions } from 'vite'

/** How the process ended. */
export interface Ending {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null
  /** The signal that ended it, e.g. `SIGSEGV`; `SIGKILL` when it exceeded its time limit. */
  readonly signal: NodeJS.Signals | null
  /** What it wrote to stdout. */
  readonly stdout: string
  /** What it wrote to stderr. */
  readonly stderr: string
}

/**
 * Bundles a file with the workspace's sources (nothing has to be built) and runs it with Node.
 *
 * @param file the file, relative to the package's folder, which is the working folder
 * @param options `args` of the process; `flags` of Node itself; `seconds` until it is killed. Defaults to 30
 */
export async function runSource(
  file: string,
  {
    args = [],
    flags = [],
    seconds = 30,
  }: { readonly args?: readonly string[]; readonly flags?: readonly string[]; readonly seconds?: number } = {},
): Promise<Ending> {
  const folder = await mkdtemp(join(process.cwd(), 'node_modules/.run-source-')) // inside, so that dependencies resolve
  try {
    return await run([...flags, await bundleSource(file, folder), ...args], seconds)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Bundles a file with the workspace's sources: nothing has to be built.
 *
 * @param file the file, relative to the package's folder, which is the working folder
 * @param folder the output folder; inside the package, so that dependencies resolve
 * @param format `cjs` bundles TensorFlow.js too, for programs that activate `wasm`: its ES modules import one another by names
 *   that Node does not resolve. Defaults to `es`
 * @returns the path of the bundle, which Node can run
 */
export async function bundleSource(file: string, folder: string, format: 'es' | 'cjs' = 'es'): Promise<string> {
  const name = basename(file).replace(/\.\w+$/, format === 'es' ? '.mjs' : '.cjs')
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@ae/source', ...defaultServerConditions] },
    ssr: {
      resolve: { conditions: ['@ae/source', ...defaultServerConditions] },
      noExternal: format === 'cjs' ? [/@tensorflow/] : [],
    },
    build: {
      ssr: file,
      outDir: folder,
      minify: false,
      rollupOptions: { output: { entryFileNames: name, format } },
    },
  })
  return join(folder, name)
}

function run(parameters: readonly string[], seconds: number): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
    const deadline = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(deadline)
      resolve({ code, signal, stdout, stderr })
    })
  })
}
