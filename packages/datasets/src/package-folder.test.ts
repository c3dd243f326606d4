import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { packageFolder } from './package-folder.ts'
import { folderWith } from './testing/tiny-dataset.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const files = {
  'node_modules/some-data/package.json': new TextEncoder().encode('{ "name": "some-data", "main": "index.js" }'),
  'node_modules/some-data/index.js': new TextEncoder().encode('throw new Error("it ran")'),
}

test('packageFolder finds a package from the folder of the process, without running it', async () => {
  const folder = await folderWith(files)
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  expect(packageFolder('some-data')).toBe(join(folder, 'node_modules/some-data'))
})

test('packageFolder finds a package from the program that runs', async () => {
  const folder = await folderWith(files)
  const program = process.argv[1] as string
  process.argv[1] = join(folder, 'dist', 'main.js')
  try {
    expect(packageFolder('some-data')).toBe(join(folder, 'node_modules/some-data'))
  } finally {
    process.argv[1] = program
  }
})

test('packageFolder is undefined for a package that is not there', () => {
  expect(packageFolder('no-such-package-at-all')).toBeUndefined()
})
