import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findChromium } from '../../library/chromium.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ae-chromium-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const absent = '/no/such/browser'

/** Makes an executable file. */
function program(...names: readonly string[]): string {
  const path = join(folder, ...names)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '')
  chmodSync(path, 0o755)
  return path
}

test('findChromium prefers AE_CHROMIUM to all others', () => {
  program('bin', 'chromium')
  const chosen = program('mine')
  expect(findChromium({ AE_CHROMIUM: chosen, PATH: join(folder, 'bin') }, absent)).toBe(chosen)
})

test('findChromium refuses an AE_CHROMIUM that is not an executable file', () => {
  writeFileSync(join(folder, 'text'), '', { mode: 0o644 })
  const text = join(folder, 'text')
  expect(() => findChromium({ AE_CHROMIUM: text }, absent)).toThrow(`AE_CHROMIUM names no executable file: ${text}`)
  expect(() => findChromium({ AE_CHROMIUM: absent }, absent)).toThrow(absent)
  expect(() => findChromium({ AE_CHROMIUM: folder }, absent)).toThrow(folder)
})

test('findChromium searches the PATH by name, chromium first', () => {
  const chrome = program('first', 'google-chrome')
  const PATH = [join(folder, 'first'), '', join(folder, 'second')].join(delimiter)
  expect(findChromium({ PATH }, absent)).toBe(chrome)
  const chromiumBrowser = program('second', 'chromium-browser')
  expect(findChromium({ PATH }, absent)).toBe(chromiumBrowser)
  const chromium = program('second', 'chromium')
  expect(findChromium({ AE_CHROMIUM: '', PATH }, absent)).toBe(chromium)
})

test("findChromium falls back to playwright's own, then to none", () => {
  const installed = program('playwright', 'chrome')
  expect(findChromium({ PATH: folder }, installed)).toBe(installed)
  expect(findChromium({}, absent)).toBeUndefined()
  expect(findChromium({ AE_CHROMIUM: 'none', PATH: folder }, installed)).toBeUndefined()
})
