// The README's program in a page that Vite has built, in headless Chromium; MNIST's mirrors are answered from this machine.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright'
import { build, preview, runnerImport } from 'vite'
import { root } from '../workspace.mjs'
import { mnistFiles, mnistFolder } from './first-images.mjs'
import { checkOutput, importedPackages } from './program.mjs'
import { install } from './project.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInPage({ folder, tarballs, program }) {
  const browser = await findBrowser()
  await install(folder, tarballs, importedPackages(program), { type: 'module' })
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
    const lines = await watch(String(server.resolvedUrls?.local[0]), browser)
    return checkOutput(program, lines)
  } finally {
    await server.close()
  }
}

/**
 * Opens the page and collects what it prints until its program has ended: training on all of MNIST, as printed.
 *
 * @param {string} address
 * @param {import('playwright').LaunchOptions} options of the browser
 * @returns {Promise<string[]>}
 */
async function watch(address, options) {
  const browser = await chromium.launch(options)
  try {
    const page = await browser.newPage()
    await page.route((url) => url.origin !== new URL(address).origin, answerMirror)
    /** @type {string[]} */
    const lines = []
    await new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ text) => reject(new Error([...lines, text].join('\n')))
      page.on('pageerror', (error) => fail(`the page threw ${error.stack ?? error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') fail(`the page reported ${message.text()}`)
        if (message.type() === 'log') lines.push(message.text())
      })
      page
        .goto(address)
        .then(() => page.waitForFunction("document.title === 'ended'", undefined, { timeout: 150_000 }))
        .then(resolve, (error) => fail(error.message))
    })
    return lines
  } finally {
    await browser.close()
  }
}

/** @param {import('playwright').Route} route */
async function answerMirror(route) {
  const name = (new URL(route.request().url()).pathname.split('/').pop() ?? '').replace(/\.gz$/, '')
  if (!Object.hasOwn(mnistFiles, name)) return await route.abort()
  await route.fulfill({
    body: gzipSync(readFileSync(join(mnistFolder, name)), { level: 1 }),
    contentType: 'application/octet-stream',
    headers: { 'access-control-allow-origin': '*' },
  })
}

/**
 * The browser of the other browser tests.
 *
 * @returns {Promise<import('playwright').LaunchOptions>}
 */
async function findBrowser() {
  /** @type {{ module: typeof import('../../library/chromium.ts') }} */
  const { module } = await runnerImport(join(root, 'tooling/library/chromium.ts'), { configFile: false })
  const executablePath = module.findChromium()
  if (executablePath !== undefined) return { executablePath, args: [...module.chromiumFlags] }
  throw Object.assign(new Error(`no Chromium here; enable with: ${module.howToGetChromium}`), { name: 'Skipped' })
}
