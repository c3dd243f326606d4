// Pages that bundlers build, or serve in development: every browser backend trains in them, and in a Worker. The bundlers are
// configured as packages/web/README.md says.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import esbuild from 'esbuild'
import { createServer } from 'vite'
import webpack from 'webpack'
import { findBrowser, serve, watch } from './browser.mjs'
import { importedPackages } from './program.mjs'
import { install, mustRun } from './project.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const program = join(here, 'every-backend.js')
const worker = 'training-worker.js'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInViteDev(setting) {
  const folder = await preparePage(setting, 'program.js')
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    server: { host: '127.0.0.1' },
  })
  try {
    await server.listen(0)
    return checkBackends(await watch(String(server.resolvedUrls?.local[0])))
  } finally {
    await server.close()
  }
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInWebpack(setting) {
  return await runPacked(webpack, await preparePage(setting, 'dist/main.js'))
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInRspack(setting) {
  const folder = await preparePage(setting, 'dist/main.js')
  return await runPacked(createRequire(join(folder, 'program.js'))('@rspack/core').rspack, folder)
}

/**
 * @param {typeof webpack} pack webpack, or what takes its options
 * @param {string} folder of the page
 */
async function runPacked(pack, folder) {
  await new Promise((resolve, reject) => {
    pack(
      { mode: 'production', context: folder, entry: './program.js', output: { path: join(folder, 'dist') } },
      (error, stats) => {
        if (error) return reject(error)
        return stats?.hasErrors() ? reject(new Error(stats.toString({ all: false, errors: true }))) : resolve(undefined)
      },
    )
  })
  return await runServed(folder)
}

/**
 * The page is one bundle and the Worker another, with a strict content security policy.
 *
 * @param {import('../consumers.mjs').Setting} setting
 */
export async function runInEsbuild(setting) {
  const folder = await preparePage(setting, 'dist/program.js')
  const { warnings } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ['program.js', worker],
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'silent',
  })
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map(({ text }) => text).join('; ')}`)
  return await runServed(folder, {
    'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  })
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInVite7(setting) {
  const folder = await preparePage(setting, 'program.js')
  writeFileSync(join(folder, 'vite.config.js'), "export default { worker: { format: 'es' } }\n")
  await mustRun(['npx', '--no-install', 'vite', 'build'], folder)
  return await runServed(join(folder, 'dist'))
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInParcel(setting) {
  const folder = await preparePage(setting, 'program.js', {
    devDependencies: { parcel: '2.16.4' },
    alias: { buffer: false, process: false },
    '@parcel/resolver-default': { packageExports: true },
    '@parcel/bundler-default': { disableSharedBundles: true },
  })
  await mustRun(['npx', '--no-install', 'parcel', 'build', 'index.html', '--no-cache', '--no-autoinstall'], folder)
  copyFileSync(join(folder, 'favicon.ico'), join(folder, 'dist/favicon.ico'))
  return await runServed(join(folder, 'dist'))
}

/**
 * A folder with the program and a page with one script.
 *
 * @param {import('../consumers.mjs').Setting} setting
 * @param {string} script
 * @param {object} [fields] of package.json, for a bundler with a project of its own. Defaults to a place in the shared project
 */
async function preparePage(setting, script, fields) {
  await findBrowser()
  const { folder } = fields === undefined ? await placeInSharedProject(setting) : setting
  if (fields !== undefined) await installFor(setting, { type: 'module', ...fields })
  copyFileSync(program, join(folder, 'program.js'))
  copyFileSync(join(here, worker), join(folder, worker))
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'favicon.ico'), '')
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>running</title><script type="module" src="${script}"></script>`,
  )
  return folder
}

/** @type {Promise<unknown> | undefined} the installation that bundlers without configuration in package.json share */
let shared

/** @param {import('../consumers.mjs').Setting} setting */
async function placeInSharedProject({ folder, ...setting }) {
  const project = join(dirname(folder), 'bundled')
  const place = join(project, basename(folder))
  mkdirSync(place, { recursive: true })
  shared ??= installFor({ folder: project, ...setting }, { type: 'module', devDependencies: bundlers })
  await shared
  return { folder: place }
}

/** Those that this repository does not use itself. */
const bundlers = { '@rspack/core': '2.3.4', vite: '7.3.8' }

/**
 * Installs the packages that the program names.
 *
 * @param {import('../consumers.mjs').Setting} setting
 * @param {object} fields of package.json
 */
async function installFor({ folder, registry }, fields) {
  await install(folder, registry, importedPackages(readFileSync(program, 'utf8')), fields)
}

/**
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} [headers]
 */
async function runServed(folder, headers) {
  const { address, close } = await serve(folder, headers)
  try {
    return checkBackends(await watch(address))
  } finally {
    close()
  }
}

/**
 * Checks that each requested backend ran and its loss fell, and last that a browser with software WebGPU and WebGL refuses both.
 *
 * @param {readonly string[]} lines
 * @returns {string} a short summary
 */
export function checkBackends(lines) {
  const reports = lines.map((line) => JSON.parse(line))
  const selected = reports.pop()
  const texts = reports.map(({ name, losses: [first, second, third] }) => {
    const falls = Number.isFinite(first) && second < first && third < second
    return `${name} ${falls ? `${first.toFixed(2)} -> ${third.toFixed(2)}` : `DOES NOT LEARN: ${[first, second, third]}`}`
  })
  const seen = `${texts.join(', ')}; ${selected?.name} after ${selected?.refused?.map((/** @type {any} */ { reason }) => reason)}`
  const expected =
    /^webgpu [\d.]+ -> [\d.]+, webgl [\d.]+ -> [\d.]+, wasm [\d.]+ -> [\d.]+, Worker [\d.]+ -> [\d.]+; wasm after .*adapter.*computes on the CPU.*renderer.*computes on the CPU/
  if (!expected.test(seen)) throw new Error(`expected every backend to learn, and a refusal; received ${seen}`)
  return seen.split(';')[0] ?? ''
}
