// Folders as sites in Chromium, for pages whose programs draw on a canvas.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page, type Route } from 'playwright'
import { preview } from 'vite'
import { afterAll, beforeAll, type TestContext } from 'vitest'
import { chromiumFlags, findChromium, howToGetChromium } from '../../library/chromium.ts'

/** A page, with its errors so far. */
export interface OpenSite {
  readonly page: Page
  readonly errors: readonly string[]
  close(): Promise<void>
}

/**
 * A browser for the tests of one file.
 *
 * @returns opens a folder as a site; without a Chromium it skips the test
 */
export function siteBrowser(): (folder: string, context: Pick<TestContext, 'skip'>) => Promise<OpenSite> {
  const executablePath = findChromium()
  let browser: Browser | undefined
  beforeAll(async () => {
    if (executablePath) browser = await chromium.launch({ executablePath, args: [...chromiumFlags] })
  })
  afterAll(() => browser?.close())
  return async (folder, { skip }) => {
    if (browser === undefined) {
      return skip(`skipped: pages, because no Chromium was found, enable with: ${howToGetChromium}`)
    }
    const server = await preview({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: { outDir: '.' },
      preview: { host: '127.0.0.1', port: 0 },
    })
    const address = server.resolvedUrls?.local[0] ?? ''
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    await page.route((url) => !address.startsWith(url.origin), answerAsNetwork)
    await page.goto(address)
    const close = async () => {
      await page.close()
      await server.close()
    }
    return { page, errors, close }
  }
}

/**
 * Waits until a canvas shows another picture.
 *
 * @param selector of the canvas
 * @param before what it showed
 * @returns what it shows
 * @throws {Error} on the first error of the page
 */
export async function nextPicture({ page, errors }: OpenSite, selector: string, before?: string): Promise<string> {
  const canvas = page.locator(selector)
  const blank = await page.evaluate(() => document.createElement('canvas').toDataURL())
  for (let tries = 0; tries < 600 && errors.length === 0; tries++) {
    const seen =
      (await canvas.count()) === 0 ? '' : await canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL())
    if (![before, blank, ''].includes(seen)) return seen
    await page.waitForTimeout(100)
  }
  throw new Error(errors[0] ?? 'the canvas shows no other picture')
}

/** Answers as a content delivery network would, with the packages as they are built here. */
async function answerAsNetwork(route: Route): Promise<void> {
  const [, name = '', path = ''] = /\/npm\/(.+?)@[\d.]+\/(.+)$/.exec(route.request().url()) ?? []
  const places = ['..', '../../../packages/wasm']
  const files = places.map((from) => join(import.meta.dirname, from, 'node_modules', name, path))
  const file = files.find(existsSync)
  if (name === '' || file === undefined) return await route.fulfill({ status: 404 })
  const headers = { 'access-control-allow-origin': '*' }
  await route.fulfill({ path: file, contentType: 'text/javascript', headers })
}
