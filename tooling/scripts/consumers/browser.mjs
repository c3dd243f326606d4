// Pages of consumers: served from the loopback address, opened in headless Chromium, and watched until they end.
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { chromium } from 'playwright'
import { runnerImport } from 'vite'
import { root } from '../workspace.mjs'

/**
 * Opens a page and collects what it prints until its program sets the title to `ended`. An error on the console or an uncaught
 * error is a failure.
 *
 * @param {string} address
 * @param {object} [options]
 * @param {(route: import('playwright').Route) => Promise<void>} [options.elsewhere] answers the page's requests to
 *   other hosts; without it they fail
 * @param {readonly string[]} [options.flags] additional browser flags
 * @returns {Promise<string[]>} the lines that it printed
 */
export async function watch(address, { elsewhere = (route) => route.abort(), flags = [] } = {}) {
  const { executablePath, args } = await findBrowser()
  const browser = await chromium.launch({ executablePath, args: [...args, ...flags] })
  try {
    const page = await browser.newPage()
    await page.route((url) => url.origin !== new URL(address).origin, elsewhere)
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
        .then(() => untilEnded(page))
        .then(resolve, (error) => fail(error.message))
    })
    return lines
  } finally {
    await browser.close()
  }
}

/**
 * Does not use `waitForFunction`, which a content security policy forbids.
 *
 * @param {import('playwright').Page} page
 */
async function untilEnded(page) {
  const deadline = performance.now() + 150_000
  while ((await page.title()) !== 'ended') {
    if (performance.now() > deadline) throw new Error('the page did not end within 150 s')
    await setTimeout(100)
  }
}

/**
 * Serves a folder like a plain file server.
 *
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} [headers] of every answer
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export async function serve(folder, headers = {}) {
  const server = createServer((request, response) => {
    const path = join(folder, normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)))
    const file = path.endsWith('/') ? join(path, 'index.html') : path
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': contentType(file), ...headers }).end(readFileSync(file))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { address: `http://127.0.0.1:${port}/`, close: () => void server.close().closeAllConnections() }
}

/** @param {string} file */
export function contentType(file) {
  return types[extname(file)] ?? 'application/octet-stream'
}

/** @type {Readonly<Record<string, string>>} */
const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
}

/**
 * The browser that the other browser tests use.
 *
 * @returns {Promise<{ executablePath: string, args: readonly string[] }>}
 */
export async function findBrowser() {
  /** @type {{ module: typeof import('../../library/chromium.ts') }} */
  const { module } = await runnerImport(join(root, 'tooling/library/chromium.ts'), { configFile: false })
  const executablePath = module.findChromium()
  if (executablePath !== undefined) return { executablePath, args: module.chromiumFlags }
  throw Object.assign(new Error(`no Chromium here; enable with: ${module.howToGetChromium}`), { name: 'Skipped' })
}
