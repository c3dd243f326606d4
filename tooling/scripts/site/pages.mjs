// Opens pages of the built site in Chromium: none may ask another host, break the content security policy, or scroll sideways on a phone.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from 'playwright'

const shown = [
  '',
  'getting-started.html',
  'guides/vae.html',
  'formats.html',
  'errors.html',
  'api/core/training-and-evaluating.html',
]
const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
}
const places = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
  (name) => `/usr/bin/${name}`,
)

/** @param {string} site the built site @returns {Promise<string[]>} a line for each problem */
export async function pageProblems(site) {
  const executablePath = places.find((path) => existsSync(path))
  if (executablePath === undefined) {
    console.log(
      'skipped: pages of the site in Chromium, because it is not installed, enable with: apt-get install chromium',
    )
    return []
  }
  const server = createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(url.replace(/[?#].*/, ''))
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path)
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': types[/** @type {keyof types} */ (extname(file))] ?? 'text/plain' })
    createReadStream(file).pipe(response)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    return await problemsOf(browser, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  } finally {
    await browser.close()
    server.close()
  }
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} origin
 */
async function problemsOf(browser, origin) {
  /** @type {string[]} */
  const problems = []
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin))
      problems.push(`${page.url()} asks ${request.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.includes('/playground/'))
      problems.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error}`))
  for (const path of shown) {
    await page.goto(`${origin}/${path}`, { waitUntil: 'networkidle' })
    const width = await page.evaluate('document.documentElement.scrollWidth')
    if (width > 360) problems.push(`${page.url()} is ${width} pixels wide on a phone of 360`)
  }
  await page
    .getByRole('button', { name: /^search/i })
    .first()
    .click()
  await page.getByRole('searchbox').fill('vae')
  await page.locator('.result').first().waitFor({ timeout: 20_000 })
  return problems
}
