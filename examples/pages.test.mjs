// The examples with a page, in Chromium: the React page as Vite builds it, the plain page as it is.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { nextPicture, siteBrowser } from '../tooling/recipes/src/open-site.ts'
import { saveSmallModel } from '../tooling/recipes/src/small-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'ae-pages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const open = siteBrowser()

test('react: a slider changes the digit', async (context) => {
  await saveSmallModel(join(folder, 'public/digits.safetensors'))
  const [root, outDir] = [join(import.meta.dirname, 'react'), join(folder, 'react')]
  await build({ root, publicDir: join(folder, 'public'), logLevel: 'error', build: { outDir } })
  const site = await open(outDir, context)
  const first = await nextPicture(site, 'canvas')
  await site.page.getByLabel('Latent 2').fill('2.5')
  await nextPicture(site, 'canvas', first)
  expect(site.errors).toEqual([])
  await site.close()
})

test('plain: the map is drawn, and the digit under the pointer', async (context) => {
  const site = join(folder, 'plain')
  mkdirSync(site)
  copyFileSync(join(import.meta.dirname, 'plain/index.html'), join(site, 'index.html'))
  await saveSmallModel(join(site, 'digits.safetensors'))
  const opened = await open(site, context)
  await nextPicture(opened, '.map')
  await opened.page.hover('.map', { position: { x: 20, y: 20 } })
  const first = await nextPicture(opened, '.digit')
  await opened.page.hover('.map', { position: { x: 250, y: 250 } })
  await nextPicture(opened, '.digit', first)
  expect(opened.errors).toEqual([])
  await opened.close()
})
