// The built site in a real Chromium, served with the headers of a deployed one.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { chromiumFlags, findChromium } from '../../../tooling/library/chromium.ts'
import { headersOf } from '../build/headers.ts'

/** The site, and a browser to open it in. */
export interface Site {
  readonly address: string
  /** The paths that were served since the last call, with their sizes as gzip makes them. */
  served(): readonly { readonly path: string; readonly bytes: number }[]
  /** A page with storage of its own; `faults` are what it did that it should not. */
  open(options?: BrowserContextOptions): Promise<OpenSite>
  close(): Promise<void>
}

/** A page of the site. */
interface OpenSite {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors, warnings of the console such as of the content security policy, and requests to others. */
  readonly faults: string[]
}

/** Whether there is a browser; without one the tests are skipped. */
export const executablePath = findChromium()

/** Builds the site and serves it. */
export async function startSite(): Promise<Site> {
  const root = new URL('..', import.meta.url).pathname
  const folder = join(root, 'node_modules/.e2e-site')
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } })
  const served: { path: string; bytes: number }[] = []
  const server = createServer((request, answer): void => {
    const path = (request.url ?? '/').replace(/\?.*$/, '').replace(/\/$/, '/index.html')
    const file = join(folder, path)
    if (!existsSync(file)) return void answer.writeHead(404).end()
    const bytes = readFileSync(file)
    served.push({ path, bytes: gzipSync(bytes, { level: 9 }).length })
    const type = types[extname(path)] ?? 'application/octet-stream'
    answer.writeHead(200, { ...headersOf(path), 'Content-Type': type, 'Content-Length': bytes.length }).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser: Browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [...chromiumFlags],
  })
  return {
    address,
    served: () => served.splice(0),
    async open(options) {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
      })
      context.on('request', (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(address)) faults.push(request.url())
      })
      return { page, context, faults }
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}
