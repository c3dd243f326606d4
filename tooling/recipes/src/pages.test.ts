// The recipes with a page: built by Vite as printed, or served as they are, opened in Chromium and used.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { build, type PluginOption } from 'vite'
import { describe, expect, test } from 'vitest'
import { nextPicture, siteBrowser } from './open-site.ts'
import { recipe, scratchFolder, writeFiles } from './recipes.ts'
import { saveSmallModel } from './small-model.ts'

const scratch = scratchFolder('pages')
const open = siteBrowser()

describe.each([
  ['react', 'main.jsx', []],
  ['vue', 'main.js', [vue()]],
  ['svelte', 'main.js', [svelte({ configFile: false })]],
] as const)('the recipe %s', (name, entry, plugins) => {
  test('draws a digit, and another one when a slider moves', async (context) => {
    const folder = join(scratch, name)
    writeFiles(folder, recipe(name).files)
    const script = `<script type="module" src="./${entry}"></script>`
    writeFileSync(
      join(folder, 'index.html'),
      `<!doctype html><link rel="icon" href="data:,"><div id="root"></div>${script}`,
    )
    await saveSmallModel(join(folder, 'public/digits.safetensors'))
    await build({ root: folder, configFile: false, logLevel: 'error', plugins: [...plugins] as PluginOption[] })
    const opened = await open(join(folder, 'dist'), context)
    const first = await nextPicture(opened, 'canvas')
    const sliders = opened.page.locator('input[type=range]')
    expect(await sliders.count()).toBe(2)
    await sliders.last().fill('2.5')
    const second = await nextPicture(opened, 'canvas', first)
    await sliders.last().fill('0')
    expect(await nextPicture(opened, 'canvas', second)).toBe(first)
    expect(opened.errors).toEqual([])
    await opened.close()
  })
})

test('the recipe plain-html draws digits with nothing built, and others at a click', async (context) => {
  const folder = join(scratch, 'plain-html')
  mkdirSync(folder, { recursive: true })
  const { 'index.html': page = '' } = recipe('plain-html').files
  writeFileSync(
    join(folder, 'index.html'),
    page.replace('<!doctype html>', '<!doctype html><link rel="icon" href="data:,">'),
  )
  await saveSmallModel(join(folder, 'digits.safetensors'))
  const opened = await open(folder, context)
  const first = await nextPicture(opened, 'canvas')
  await opened.page.getByRole('button').click()
  await nextPicture(opened, 'canvas', first)
  expect(opened.errors).toEqual([])
  await opened.close()
})
