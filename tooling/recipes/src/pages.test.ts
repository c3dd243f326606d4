// The recipes with a page: built by Vite as printed, or served as they are, opened in Chromium and used.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { type Browser, chromium, type Page, type Route } from 'playwright'
import { build, type PluginOption, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumFlags, findChromium, howToGetChromium } from '../../library/chromium.ts'
import { recipe, scratchFolder, writeFiles } from './recipes.ts'
import { saveSmallModel } from './small-model.ts'

const scratch = scratchFolder('pages')
const executablePath = findChromium()
const skipped = `skipped: recipes with a page, because no Chromium was found, enable with: ${howToGetChromium}`

let browser: Browser | undefined
beforeAll(async () => {
  if (executablePath) browser = await chromium.launch({ executablePath, args: [...chromiumFlags] })
})
afterAll(() => browser?.close())

/** Opens a built page. Errors on it are collected. */
async function open(outDir: string, elsewhere: (route: Route) => Promise<void> = (route) => route.abort()) {
  const server = await preview({
    root: outDir,
    configFile: false,
    logLevel: 'error',
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port: 0 },
  })
  const address = server.resolvedUrls?.local[0] ?? ''
  const page = await (browser as Browser).newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.route((url) => !address.startsWith(url.origin), elsewhere)
  await page.goto(address)
  const close = async () => {
    await page.close()
    await server.close()
  }
  return { page, errors, close }
}

/** Waits until the canvas shows another picture. */
async function nextPicture(page: Page, before?: string): Promise<string> {
  const picture = () => page.evaluate(() => document.querySelector('canvas')?.toDataURL() ?? '')
  const blank = await page.evaluate(() => document.createElement('canvas').toDataURL())
  await expect.poll(picture, { timeout: 60_000 }).not.toBeOneOf([before, blank, ''])
  return await picture()
}

describe.each([
  ['react', 'main.jsx', []],
  ['vue', 'main.js', [vue()]],
  ['svelte', 'main.js', [svelte({ configFile: false })]],
] as const)('the recipe %s', (name, entry, plugins) => {
  test('draws a digit, and another one when a slider moves', async ({ skip }) => {
    skip(browser === undefined, skipped)
    const folder = join(scratch, name)
    writeFiles(folder, recipe(name).files)
    const script = `<script type="module" src="./${entry}"></script>`
    writeFileSync(
      join(folder, 'index.html'),
      `<!doctype html><link rel="icon" href="data:,"><div id="root"></div>${script}`,
    )
    await saveSmallModel(join(folder, 'public/digits.safetensors'))
    await build({ root: folder, configFile: false, logLevel: 'error', plugins: [...plugins] as PluginOption[] })
    const { page, errors, close } = await open(join(folder, 'dist'))
    const first = await nextPicture(page)
    const sliders = page.locator('input[type=range]')
    expect(await sliders.count()).toBe(2)
    await sliders.last().fill('2.5')
    await nextPicture(page, first)
    await sliders.last().fill('0')
    expect(await nextPicture(page, await nextPicture(page))).toBe(first)
    expect(errors).toEqual([])
    await close()
  })
})

test('the recipe plain-html draws digits with nothing built, and others at a click', async ({ skip }) => {
  skip(browser === undefined, skipped)
  const folder = join(scratch, 'plain-html')
  mkdirSync(folder, { recursive: true })
  const { 'index.html': page = '' } = recipe('plain-html').files
  writeFileSync(
    join(folder, 'index.html'),
    page.replace('<!doctype html>', '<!doctype html><link rel="icon" href="data:,">'),
  )
  await saveSmallModel(join(folder, 'digits.safetensors'))
  const opened = await open(folder, answerAsNetwork)
  const first = await nextPicture(opened.page)
  await opened.page.getByRole('button').click()
  await nextPicture(opened.page, first)
  expect(opened.errors).toEqual([])
  await opened.close()
})

/** Answers as the content delivery network would, with the packages as they are built here. */
async function answerAsNetwork(route: Route): Promise<void> {
  const [, name = '', path = ''] = /\/npm\/(.+?)@[\d.]+\/(.+)$/.exec(route.request().url()) ?? []
  const places = ['', '../../packages/wasm/'].map((from) =>
    join(import.meta.dirname, '..', from, 'node_modules', name, path),
  )
  const file = places.find(existsSync)
  if (file === undefined) return await route.fulfill({ status: 404 })
  const headers = { 'access-control-allow-origin': '*' }
  await route.fulfill({ path: file, contentType: 'text/javascript', headers })
}
