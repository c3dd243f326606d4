import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WeightsError } from '../errors.ts'
import { folder } from './folder.ts'

let home: string
beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'folder-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  await fs.rm(home, { recursive: true })
})
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => String(error).replaceAll(home, ''),
  )

test('a folder lists its files, gives the store of each, and removes one', async () => {
  const run = folder(join(home, 'run'))
  expect(await run.list()).toEqual([])
  await run.remove('none')
  await run.file('a').write(new Uint8Array([1]))
  await run.file('b').write(new Uint8Array([2]))
  expect([...(await run.list())].sort()).toEqual(['a', 'b'])
  expect(await run.file('b').read()).toEqual(new Uint8Array([2]))
  expect(run.file('b').name).toBe(join(home, 'run', 'b'))
  await run.remove('a')
  expect(await fs.readdir(join(home, 'run'))).toEqual(['b'])
})

test('a folder stays where it was made, whatever the folder of the process becomes', async () => {
  const run = folder('relative-run')
  vi.spyOn(process, 'cwd').mockReturnValue(home)
  await run
    .file('a')
    .write(new Uint8Array([1]))
    .finally(() => fs.rm('relative-run', { recursive: true, force: true }))
  expect(run.name).toBe('relative-run')
  expect(await fs.readdir(home)).toEqual([])
})

test('a folder that is a file is refused', async () => {
  await fs.writeFile(join(home, 'file'), 'text')
  const run = folder(join(home, 'file'))
  expect(await failure(run.list())).toMatchInlineSnapshot(`
    "WeightsError: \`folder\` cannot read /file: a part of the path is a file, not a folder.

    Reason: ENOTDIR: not a directory, scandir '/file'
    Fix:    check the path"
  `)
  expect(await failure(run.file('a').write(new Uint8Array([1])))).toContain('a part of the path is a file')
})

test('a file that cannot be removed is an error with its reason', async () => {
  vi.spyOn(fs, 'rm').mockRejectedValue(Object.assign(new Error('EACCES: no'), { code: 'EACCES' }))
  expect(await failure(folder(home).remove('a'))).toMatchInlineSnapshot(`
    "WeightsError: \`folder\` cannot write : permission is denied; what was there before is unchanged.

    Reason: EACCES: no
    Fix:    check who owns the file and its folder"
  `)
})

test('folder refuses to run outside Node', async () => {
  vi.stubGlobal('process', undefined)
  vi.resetModules()
  const page = await import('./folder.ts')
  vi.unstubAllGlobals()
  let error: unknown
  try {
    page.folder('runs')
  } catch (thrown) {
    error = thrown
  }
  expect(WeightsError.isInstance(error)).toBe(true)
  expect(String(error)).toContain('opfsFolder(path)')
})
