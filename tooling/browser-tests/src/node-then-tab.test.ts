// A run that begins in Node goes on in a tab, on every backend there, and the other way round.
import { selectBackend } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium } from '../../library/chromium.ts'
import { type OpenPage, openPage } from '../../library/page.ts'
import { begin, end } from './node-then-tab.ts'
import type { RunPage } from './node-then-tab-page.ts'

declare const runPage: RunPage

const hasChromium = findChromium() !== undefined
let opened: OpenPage | undefined
let expected: number[]
beforeAll(async () => {
  await selectBackend(wasm)
  expected = await end()
  opened = await openPage('src/node-then-tab-page.ts')
}, 120_000)
afterAll(() => opened?.close())

test('in Node the second half gives the weights of the whole run, bit by bit', async () => {
  expect(await end(await begin())).toEqual(expected)
})

test.skipIf(!hasChromium).each(['wasm', 'webgl', 'webgpu'] as const)(
  'a run of Node goes on in a tab on %s, and one of a tab in Node, within 1e-5 of the unbroken one',
  async (backend) => {
    const { page } = opened as OpenPage
    const checkpoint = [...(await begin())]
    const inTab = await page.evaluate((args) => runPage.end(...args), [backend, checkpoint] as const)
    expectClose(inTab, expected, { absolute: 1e-5 })
    const begun = await page.evaluate((name) => runPage.begin(name), backend)
    expectClose(await end(Uint8Array.from(begun)), expected, { absolute: 1e-5 })
  },
)
