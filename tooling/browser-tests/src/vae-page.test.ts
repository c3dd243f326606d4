// The effect of training on a page, measured from outside: the time of its thread, and its progress in the background.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium } from '../../library/chromium.ts'
import { type OpenPage, openPage } from '../../library/page.ts'
import type { VaePage } from './vae-page.ts'

declare const vaePage: VaePage

const hasChromium = findChromium() !== undefined
let opened: OpenPage | undefined
beforeAll(async () => {
  opened = await openPage('src/vae-page.ts')
}, 120_000)
afterAll(() => opened?.close())

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** The processor time of the page's tasks while `work` ran, in milliseconds, longest first. */
async function tasksOf({ page, session }: OpenPage, work: () => Promise<unknown>): Promise<number[]> {
  const events: TraceEvent[] = []
  const collect = ({ value }: { value: unknown[] }) => events.push(...(value as TraceEvent[]))
  session.on('Tracing.dataCollected', collect)
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
  })
  await work()
  // The answer is sent by a task that has not ended, and a task is recorded when it ends, so one more task has to follow.
  await page.evaluate(() => new Promise((next) => setTimeout(next)))
  await session.send('Tracing.end')
  await complete
  session.off('Tracing.dataCollected', collect)
  const isMain = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  return events
    .filter(({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && isMain.has(`${pid}/${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a)
}

test.skipIf(!hasChromium)(
  'the page has no task over 50 ms while a worker trains the tutorial’s VAE',
  async () => {
    const { page } = opened as OpenPage
    const busy = await tasksOf(opened as OpenPage, () =>
      page.evaluate(() => {
        let sum = 0
        for (let i = 0; i < 5e8; i++) sum += i % 7
        return sum
      }),
    )
    expect(busy[0]).toBeGreaterThan(50) // a task that is too long is detected
    let losses: number[] = []
    const tasks = await tasksOf(opened as OpenPage, async () => {
      losses = await page.evaluate(() => vaePage.train('worker', { images: 6000, epochs: 2 }))
    })
    expect(losses[1]).toBeLessThan(losses[0] as number)
    expect(tasks.length).toBeGreaterThan(94) // at least one task per batch
    expect(tasks[0]).toBeLessThan(50)
  },
  120_000,
)

// Chromium without a screen never hides a page. This has the effect of hiding: one timer per second, and no frames.
test.skipIf(!hasChromium).each(['worker', 'page'] as const)(
  'training in a %s does not wait for the timers and frames of a page, which a hidden one does not get',
  async (where) => {
    const { page } = opened as OpenPage
    const { steps, timers } = await page.evaluate(async (where) => {
      const { setTimeout, requestAnimationFrame } = globalThis
      let timers = 0
      globalThis.setTimeout = ((act: () => void, delay = 0) => {
        timers++
        return setTimeout(act, Math.max(delay, 1000))
      }) as typeof setTimeout
      globalThis.requestAnimationFrame = () => 0
      try {
        await vaePage.train(where, { images: 1280, epochs: 4 })
        return { steps: vaePage.steps, timers }
      } finally {
        Object.assign(globalThis, { setTimeout, requestAnimationFrame })
      }
    }, where)
    expect(steps).toBe(40)
    expect(timers).toBeLessThan(3) // one is the deadline for the worker's start
  },
)
