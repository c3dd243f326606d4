// What a visitor does, in the built site.
import { readFile } from 'node:fs/promises'
import { readSafetensors } from '@ae/core'
import axe from 'axe-core'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainSettings } from '../src/engine/plain-settings.ts'
import type { Settings } from '../src/engine/settings.ts'
import { settingsToUrl } from '../src/engine/settings-url.ts'
import { nodeEngine } from '../src/engine/testing/node-engine.ts'
import { executablePath, type Site, startSite } from './site.ts'

const patience = 60_000

/** A training of a second. */
const short: Settings = { ...plainSettings, examples: 640, hidden: [32], epochs: 2, batchSize: 64 }

describe.skipIf(executablePath === undefined)('the playground', () => {
  let site: Site

  beforeAll(async () => {
    site = await startSite()
  }, 300_000)

  afterAll(() => site?.close())

  /** Opens the page and waits until its model draws. */
  async function opened(hash = '', options = {}) {
    const { page, ...rest } = await site.open(options)
    page.setDefaultTimeout(patience)
    await page.goto(`${site.address}${hash}`)
    await isDrawn(page)
    return { page, ...rest }
  }

  test('opens with a network that draws, of less than 300 kB, all from its own site', async () => {
    site.served()
    const { page, context, faults } = await opened()
    const bytes = site.served().reduce((sum, { bytes }) => sum + bytes, 0)
    expect(bytes).toBeLessThan(300_000)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect(faults).toEqual([])
    await context.close()
  })

  test('trains, and the model that it saves has the weights of the same training in Node, to the bit', async () => {
    const { page, context, faults } = await opened(`#${settingsToUrl(short)}`)
    await page.getByRole('button', { name: 'Train from scratch', exact: true }).first().click()
    await status(page, /Your own: .*, 20 steps/)
    const file = await saved(page)
    const engine = nodeEngine()
    await engine.create(short)
    await engine.train(() => {})
    const weightsOf = (bytes: Uint8Array) =>
      [...readSafetensors(bytes).tensors].map(([name, { data }]) => [name, Array.from(data)])
    expect(weightsOf(file)).toEqual(weightsOf(await engine.save()))
    expect(faults).toEqual([])
    await context.close()
  })

  test('pauses, saves, reloads, opens the file, and goes on', async () => {
    const { page, context, faults } = await opened(`#${settingsToUrl({ ...short, epochs: 2000 })}`)
    await page.getByRole('button', { name: 'Train from scratch', exact: true }).first().click()
    await status(page, /Epoch [2-9]/)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await status(page, /Your own/)
    const before = await steps(page)
    const file = await saved(page)
    await page.reload()
    await isDrawn(page)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'A saved model: Open' }).click()
    await (await chooser).setFiles({ name: 'vae.safetensors', mimeType: '', buffer: Buffer.from(file) })
    await status(page, /From your file/)
    expect(await steps(page)).toBe(before)
    await page.getByRole('button', { name: 'Go on', exact: true }).click()
    await status(page, /Epoch/)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await status(page, /From your file/)
    expect(await steps(page)).toBeGreaterThan(before)
    expect(faults).toEqual([])
    await context.close()
  })

  test('keeps the focus on the button of training, and asks before steps are lost', async () => {
    const { page, context, faults } = await opened(`#${settingsToUrl({ ...short, epochs: 2000 })}`)
    await page.locator('#train').focus()
    await page.keyboard.press('Enter')
    await status(page, /Epoch/)
    await page.keyboard.press('Enter')
    await status(page, /Your own/)
    const asked: string[] = []
    page.on('dialog', (dialog) => {
      asked.push(dialog.type())
      return dialog.accept()
    })
    await page.reload()
    expect(asked).toEqual(['beforeunload'])
    await isDrawn(page)
    await saved(page)
    await page.reload()
    expect(asked).toHaveLength(1)
    expect(faults).toEqual([])
    await context.close()
  })

  test('says what is wrong with a link, and what is taken instead', async () => {
    const { page, context } = await opened('#model=banana&epochs=-1')
    await page
      .locator('#failure')
      .filter({ hasText: /VAE on MNIST, 10 epochs.*"banana"/s })
      .waitFor()
    await context.close()
  })

  test.each([390, 1440])('the program scrolls in its own box at a width of %d', async (width) => {
    const { page, context } = await opened('', { viewport: { width, height: 900 } })
    await page.getByText('Read the program').click()
    const edges = await page
      .locator('.take, #take-tools pre')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right))
    expect(edges.length).toBeGreaterThan(6)
    expect(Math.max(...edges)).toBeLessThanOrEqual(width)
    await context.close()
  })

  test('draws a digit, and drags over the map', async () => {
    const { page, context, faults } = await opened()
    const pad = page.getByLabel(/Draw with the pointer/).first()
    await stroke(page, pad, [
      [0.5, 0.2],
      [0.5, 0.5],
      [0.5, 0.8],
    ])
    await expect.poll(() => page.getByLabel(/[Rr]econstruction/).count(), { timeout: patience }).toBeGreaterThan(0)
    const map = page.getByLabel('Latent map')
    const here = page.locator('.here canvas').first()
    const picture = () => here.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    const before = await picture()
    await stroke(page, map, [
      [0.3, 0.3],
      [0.4, 0.6],
      [0.8, 0.7],
    ])
    await expect.poll(picture, { timeout: patience }).not.toBe(before)
    expect(faults).toEqual([])
    await context.close()
  })

  test('works offline after it was loaded once: it opens, and it trains', async () => {
    const { page, context, faults } = await opened(`#${settingsToUrl(short)}`)
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await context.setOffline(true)
    await page.reload()
    await isDrawn(page)
    await page.getByRole('button', { name: 'Train from scratch', exact: true }).first().click()
    await status(page, /Your own: .*, 20 steps/)
    expect(faults).toEqual([])
    await context.close()
  })

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test.each([390, 820, 1440])('axe finds no violation at a width of %d', async (width) => {
      const viewport = { width, height: 900 }
      const { page, context } = await opened('', { colorScheme, viewport, reducedMotion: 'reduce', bypassCSP: true })
      await page.evaluate(axe.source)
      const violations = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
      })
      expect(violations).toEqual([])
      await context.close()
    })
  })
})

/** Waits until the pretrained model is there. */
async function isDrawn(page: Page): Promise<void> {
  await page.locator('#train[aria-disabled="false"]').waitFor()
  await page.locator('.here canvas').first().waitFor()
}

async function status(page: Page, text: RegExp): Promise<void> {
  await page.locator('.status').filter({ hasText: text }).first().waitFor()
}

/** The training steps that the page names. */
async function steps(page: Page): Promise<number> {
  const text = await page.locator('.status').first().textContent()
  return Number(/([\d,]+) steps?$/.exec(text ?? '')?.[1]?.replaceAll(',', ''))
}

async function saved(page: Page): Promise<Uint8Array> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'The model: Save' }).click()
  return new Uint8Array(await readFile(await (await download).path()))
}

/** Moves the pressed pointer along points, given as shares of an element's width and height. */
async function stroke(
  page: Page,
  element: ReturnType<Page['locator']>,
  points: readonly (readonly [number, number])[],
): Promise<void> {
  await element.scrollIntoViewIfNeeded()
  const box = await element.boundingBox()
  if (box === null) throw new Error('the element is not shown')
  for (const [i, [x, y]] of points.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 })
    if (i === 0) await page.mouse.down()
  }
  await page.mouse.up()
}
