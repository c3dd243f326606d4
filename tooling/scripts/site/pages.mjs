// Opens pages of the built site in Chromium: none may ask another host, break the content security policy, or scroll sideways on a phone.
import { chromium } from 'playwright'
import { findBrowser, serve } from '../consumers/browser.mjs'

const shown = [
  '',
  'getting-started.html',
  'guides/vae.html',
  'formats.html',
  'errors.html',
  'api/core/training-and-evaluating.html',
]

/** @param {string} site the built site @returns {Promise<string[]>} a line for each problem */
export async function pageProblems(site) {
  const found = await findBrowser().catch((error) => {
    if (error.name !== 'Skipped') throw error
    console.log(`skipped: pages of the site, because there is ${error.message}`)
  })
  if (found === undefined) return []
  const { address, close } = await serve(site)
  const browser = await chromium.launch({ executablePath: found.executablePath, args: [...found.args] })
  try {
    return await problemsOf(browser, new URL(address).origin)
  } finally {
    await browser.close()
    close()
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
