import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fileWriter } from './file-writer.ts'

let folder: string
let path: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-writer-'))
})
beforeEach(() => {
  path = join(folder, String(count++), 'codes.npy')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const names = () => readdir(join(path, '..'))

test('a file appears when it is finished, with all pieces in their order, in a folder that is made', async () => {
  const writer = await fileWriter(path)
  await writer.write(bytes('one '))
  await writer.write(bytes('two'))
  expect((await names()).includes('codes.npy')).toBe(false)
  await writer.finish()
  expect([await names(), await readFile(path, 'utf8')]).toEqual([['codes.npy'], 'one two'])
  await writer.abandon()
  expect(await readFile(path, 'utf8')).toBe('one two')
})

test('an abandoned one leaves what was there, and nothing else', async () => {
  await mkdir(join(path, '..'))
  await writeFile(path, 'former')
  const writer = await fileWriter(path)
  await writer.write(bytes('new'))
  await writer.abandon()
  expect([await names(), await readFile(path, 'utf8')]).toEqual([['codes.npy'], 'former'])
})

test('a link stays a link, and what it leads to is replaced', async () => {
  await mkdir(join(path, '..'))
  await writeFile(join(path, '../target'), 'former')
  await symlink('target', path)
  const writer = await fileWriter(path)
  await writer.write(bytes('new'))
  await writer.finish()
  expect((await names()).sort()).toEqual(['codes.npy', 'target'])
  expect(await readFile(join(path, '../target'), 'utf8')).toBe('new')
})

test('a path that cannot be a file is refused before anything is written', async () => {
  await mkdir(path, { recursive: true })
  await expect(fileWriter(path)).rejects.toThrow('this is not a file')
  await expect(fileWriter('/dev/null')).rejects.toThrow('`file` cannot write /dev/null')
})
