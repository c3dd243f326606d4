// A tab closed, or its process ended, at random moments of a run with checkpoints. `pnpm --filter @ae/browser-tests kills` does it 20
// times in each place and prints what it saw.
import { uniforms } from '@ae/core'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium } from '../../library/chromium.ts'
import { type OpenPage, openPage } from '../../library/page.ts'
import type { ClosedTabPage, Place } from './closed-tab-page.ts'
import type { Told } from './interrupted-run.ts'

declare const closedTabPage: ClosedTabPage

const closings = process.env.MODE === 'kills' ? 20 : 4
const hasChromium = findChromium() !== undefined
let opened: OpenPage
let unbroken: Told[]
beforeAll(async () => {
  opened = (await openPage('src/closed-tab-page.ts')) as OpenPage
  if (!hasChromium) return
  const { page, told } = await newPage()
  await page.evaluate(() => closedTabPage.trainUnbroken())
  unbroken = told
  await page.close()
}, 120_000)
afterAll(() => opened?.close())

test.skipIf(!hasChromium).each<Place>(['opfs', 'indexedDb'])(
  `%s: ${closings} closed tabs break no checkpoint, lose none that was reported, and change no weight`,
  { timeout: 600_000 },
  async (place) => {
    const expected = lastOf(unbroken, 'finished')
    const losses = new Map(unbroken.flatMap((one) => (one.event === 'epoch' ? [[one.epoch, one.loss]] : [])))
    const seen = { place, closings: 0, runs: 0, resumed: 0, mostLeft: 0, leftAtEnd: 0 }
    let reported = 0
    while (seen.closings < closings || seen.runs === 0) {
      const run = seen.runs
      const isLast = seen.closings === closings
      const [delay = 0, choice = 0] = uniforms('closings', { seed: 1, step: seen.closings }, 2)
      const { page, told } = await newPage(
        isLast ? undefined : (page) => setTimeout(() => end(page, choice), delay * 300),
      )
      const ended = new Promise((resolve) => page.on('close', resolve).on('crash', resolve))
      const training = page.evaluate((args) => closedTabPage.train(...args), [place, run] as const).catch(() => {})
      await Promise.race([training, ended])
      for (const one of told) {
        if (one.event === 'written') reported = Math.max(reported, one.step)
        if (one.event === 'epoch') expect(one.loss).toEqual(losses.get(one.epoch))
        if (one.event === 'resumed') seen.resumed++
        expect(one.event).not.toBe('passed over')
      }
      await page.close()
      const after = await newPage()
      const { files, newest } = await after.page.evaluate((args) => closedTabPage.look(...args), [place, run] as const)
      await after.page.close()
      const left = files.filter((name) => name.endsWith('.tmp')).length
      if (reported > 0) expect(stepOf(newest)).toBeGreaterThanOrEqual(reported)
      if (lastOf(told, 'finished')) {
        expect(lastOf(told, 'finished')).toEqual(expected)
        seen.runs++
        seen.leftAtEnd += left
        reported = 0
      } else {
        seen.closings++
        seen.mostLeft = Math.max(seen.mostLeft, left)
      }
    }
    if (process.env.MODE === 'kills') console.log(JSON.stringify(seen))
    expect(seen.closings).toBe(closings)
    expect(seen.resumed).toBeGreaterThan(0)
    expect(seen.mostLeft).toBeLessThanOrEqual(1)
    expect(seen.leftAtEnd).toBe(0)
  },
)

/** A new tab of the same site; `onTold` is called when the page tells something for the first time. */
async function newPage(onTold?: (page: Page) => unknown): Promise<{ readonly page: Page; readonly told: Told[] }> {
  const page = await opened.page.context().newPage()
  const told: Told[] = []
  await page.exposeFunction('tellTest', (one: Told) => {
    if (told.push(one) === 1) onTold?.(page)
  })
  await page.goto(opened.page.url())
  await page.waitForFunction(() => 'closedTabPage' in globalThis)
  return { page, told }
}

/** Closes the tab, or ends its process without a word. */
async function end(page: Page, choice: number): Promise<void> {
  if (choice < 0.5) return page.close()
  const session = await page.context().newCDPSession(page)
  session.send('Page.crash').catch(() => {})
}

function lastOf(told: readonly Told[], event: Told['event']): Told | undefined {
  return told.findLast((one) => one.event === event)
}

function stepOf(name = ''): number {
  return Number(/step-(\d+)/.exec(name)?.[1])
}
