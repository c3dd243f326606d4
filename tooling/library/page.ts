// A page of the workspace's sources in a Chromium of its own, for what a test inside a page cannot see or do: the processor
// time of its thread, a different tab in front of it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type CDPSession, chromium, type Page } from 'playwright'
import { build, defaultClientConditions, preview } from 'vite'
import { chromiumFlags, findChromium } from './chromium.ts'

/** A running page. */
export interface OpenPage {
  readonly page: Page
  /** A DevTools protocol session for this page. */
  readonly session: CDPSession
  close(): Promise<void>
}

/**
 * Builds a module with its imports, including workers, and opens it in a page.
 *
 * @param file the module, relative to the package's folder, which is the working folder
 * @returns undefined if there is no Chromium
 */
export async function openPage(file: string): Promise<OpenPage | undefined> {
  const executablePath = findChromium()
  if (executablePath === undefined) return undefined
  const folder = await mkdtemp(join(process.cwd(), 'node_modules/.page-')) // inside, so that dependencies resolve
  const closers = [() => rm(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const script = relative(folder, join(process.cwd(), file))
    await writeFile(join(folder, 'index.html'), `<!doctype html><script type="module" src="${script}"></script>`)
    const shared = { configFile: false, root: folder, logLevel: 'error' } as const
    await build({
      ...shared,
      resolve: { conditions: ['@ae/source', ...defaultClientConditions] },
      worker: { format: 'es' },
      build: { outDir: 'built', minify: false },
    })
    const server = await preview({ ...shared, build: { outDir: 'built' }, preview: { host: '127.0.0.1', port: 0 } })
    closers.push(() => server.close())
    const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] })
    closers.push(() => browser.close())
    const page = await (await browser.newContext()).newPage() // a context of its own may have a second page
    const session = await page.context().newCDPSession(page)
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    return { page, session, close }
  } catch (error) {
    await close()
    throw error
  }
}
