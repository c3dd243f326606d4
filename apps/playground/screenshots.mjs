// Builds the page and pictures it at three widths, light and dark, in Chromium.
//   node screenshots.mjs                  the three that docs/images/playground keeps
//   node screenshots.mjs --fake --out x   every width in both colours and the whole page, with a fake engine, into the folder x
//   --train                               some seconds into a training
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { build, preview } from 'vite'

/** @param {string[]} words */
const say = (...words) => process.stderr.write(`${words.join(' ')}\n`)

const { values } = parseArgs({
  options: {
    fake: { type: 'boolean', default: false },
    out: { type: 'string' },
    train: { type: 'boolean', default: false },
  },
})
const kept = fileURLToPath(new URL('../../docs/images/playground/', import.meta.url))
const out = values.out ?? kept
await mkdir(out, { recursive: true })

const root = fileURLToPath(new URL('.', import.meta.url))
const built = await mkdtemp(join(tmpdir(), 'playground-'))
const mode = values.fake ? 'fake' : 'production'
await build({ root, mode, logLevel: 'warn', build: { outDir: built, emptyOutDir: true } })
const server = await preview({
  root,
  logLevel: 'warn',
  build: { outDir: built },
  preview: { host: '127.0.0.1', port: 0 },
})
const address = server.resolvedUrls?.local[0]
const browser = await chromium.launch({
  executablePath: process.env.AE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})

/** @type {readonly { name: string, width: number, height: number, colorScheme: 'light' | 'dark' }[]} */
const all = [360, 768, 1440].flatMap((width) =>
  /** @type {const} */ (['light', 'dark']).map((colorScheme) => ({
    name: `${width}-${colorScheme}`,
    width,
    height: width === 360 ? 740 : width === 768 ? 1024 : 900,
    colorScheme,
  })),
)
const chosen = values.out ? all : all.filter(({ name }) => ['1440-light', '768-dark', '360-light'].includes(name))
for (const { name, width, height, colorScheme } of chosen) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && say(name, message.text()))
  page.on('pageerror', (error) => say(name, String(error)))
  page.setDefaultTimeout(120_000)
  await page.goto(`${address}`)
  await page.waitForFunction(() => document.querySelector('#train')?.matches('[aria-disabled="false"]'))
  if (values.train) {
    await page.locator('#train').click()
    await page.waitForTimeout(5000)
  }
  await page.waitForTimeout(4000) // the map and the panels in view are drawn
  await page.screenshot({ path: `${out}/${name}.png` })
  if (values.out) {
    // Panels draw when they come into view.
    const end = await page.evaluate(() => document.body.scrollHeight)
    for (let top = 0; top < end; top += height / 2) {
      await page.evaluate((to) => scrollTo({ top: to, behavior: 'instant' }), top)
      await page.waitForTimeout(150)
    }
    await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
    await page.screenshot({ path: `${out}/${name}-whole.png`, fullPage: true })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (overflow > 0) say(name, `is ${overflow} pixels too wide`)
  }
  await page.close()
}
await browser.close()
await server.close()
await rm(built, { recursive: true })
