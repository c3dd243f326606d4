// The README's program in a page built by Vite, in headless Chromium; requests to MNIST's mirrors are answered by this machine.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, preview } from 'vite'
import { findBrowser, watch } from './browser.mjs'
import { mnistFiles, mnistFolder } from './first-images.mjs'
import { checkOutput, importedPackages } from './program.mjs'
import { install } from './project.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInPage({ folder, registry, program }) {
  await findBrowser()
  await install(folder, registry, importedPackages(program), { type: 'module' })
  writeFileSync(join(folder, 'program.ts'), program)
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><title>running</title>' +
      '<script type="module">import "./program.ts"; document.title = "ended"</script>',
  )
  const site = { root: folder, configFile: /** @type {const} */ (false), logLevel: /** @type {const} */ ('silent') }
  await build(site)
  const server = await preview({ ...site, preview: { host: '127.0.0.1', port: 0 } })
  try {
    return checkOutput(program, await watch(String(server.resolvedUrls?.local[0]), { elsewhere: answerMirror }))
  } finally {
    await server.close()
  }
}

/** @param {import('playwright').Route} route */
export async function answerMirror(route) {
  const name = (new URL(route.request().url()).pathname.split('/').pop() ?? '').replace(/\.gz$/, '')
  if (!Object.hasOwn(mnistFiles, name)) return await route.abort()
  await route.fulfill({
    body: gzipSync(readFileSync(join(mnistFolder, name)), { level: 1 }),
    contentType: 'application/octet-stream',
    headers: { 'access-control-allow-origin': '*' },
  })
}
