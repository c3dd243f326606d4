// Pages that bundlers have built, or serve while developing, with nothing configured: every backend of a page trains in them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import esbuild from 'esbuild'
import { createServer } from 'vite'
import webpack from 'webpack'
import { findBrowser, serve, watch } from './browser.mjs'
import { importedPackages } from './program.mjs'
import { install } from './project.mjs'

const program = join(dirname(fileURLToPath(import.meta.url)), 'every-backend.js')

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
  const folder = await preparePage(setting, 'dist/main.js')
  await new Promise((resolve, reject) => {
    webpack(
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
 * The bundle is one file, in a page with a strict content security policy.
 *
 * @param {import('../consumers.mjs').Setting} setting
 */
export async function runInEsbuild(setting) {
  const folder = await preparePage(setting, 'dist/main.js')
  const { warnings } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ['program.js'],
    outfile: 'dist/main.js',
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

/**
 * A project with the packages that the program names, the program, and a page with one script.
 *
 * @param {import('../consumers.mjs').Setting} setting
 * @param {string} script
 */
async function preparePage({ folder, tarballs }, script) {
  await findBrowser()
  await install(folder, tarballs, importedPackages(readFileSync(program, 'utf8')), { type: 'module' })
  copyFileSync(program, join(folder, 'program.js'))
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'favicon.ico'), '')
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>running</title><script type="module" src="${script}"></script>`,
  )
  return folder
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
 * Each backend that was asked for ran, and its loss fell; last, a browser whose WebGPU and WebGL are in software refuses both.
 *
 * @param {readonly string[]} lines
 * @returns {string} what was seen, in short
 */
function checkBackends(lines) {
  const reports = lines.map((line) => JSON.parse(line))
  const selected = reports.pop()
  const texts = reports.map(({ name, losses: [first, second, third] }) => {
    const falls = Number.isFinite(first) && second < first && third < second
    return `${name} ${falls ? `${first.toFixed(2)} -> ${third.toFixed(2)}` : `DOES NOT LEARN: ${[first, second, third]}`}`
  })
  const seen = `${texts.join(', ')}; ${selected?.name} after ${selected?.refused?.map((/** @type {any} */ { reason }) => reason)}`
  const expected =
    /^webgpu [\d.]+ -> [\d.]+, webgl [\d.]+ -> [\d.]+, wasm [\d.]+ -> [\d.]+; wasm after .*adapter.*computes on the CPU.*renderer.*computes on the CPU/
  if (!expected.test(seen)) throw new Error(`expected every backend to learn, and a refusal; received ${seen}`)
  return seen.split(';')[0] ?? ''
}
