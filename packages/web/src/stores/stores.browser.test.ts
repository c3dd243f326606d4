import { type Folder, type Store, WeightsError } from '@ae/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { download } from './download.ts'
import { indexedDb, indexedDbFolder } from './indexed-db.ts'
import { opfs, opfsFolder } from './opfs.ts'

afterEach(() => vi.restoreAllMocks())

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 256)
const errorOf = (promise: Promise<unknown>) => promise.then(() => undefined, String)
/** Free space differs between machines. */
const withoutFigures = (text: string | undefined) => text?.replace(/\d+ bytes, about/, '<n> bytes, about')

async function filesIn(folder: string): Promise<string[]> {
  const handle = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder)
  const names: string[] = []
  for await (const name of (handle as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name)
  return names
}

describe.each<[string, (name: string) => Store]>([
  ['opfs', (name) => opfs(`tests/${name}`)],
  ['indexedDb', (name) => indexedDb(name)],
])('%s', (kind, store) => {
  test('gives back what was written last, to another store of the same name too', async () => {
    const first = store('a')
    await first.write(bytes(100_000, 1))
    expect(await store('a').read()).toEqual(bytes(100_000, 1))
    await store('a').write(bytes(10, 2))
    expect(await first.read()).toEqual(bytes(10, 2))
    expect(first.name).toBe(kind === 'opfs' ? 'opfs:tests/a' : 'indexedDb:a')
  })

  test('does not keep the array that it was given, nor give the same one twice', async () => {
    const content = bytes(100, 3)
    await store('b').write(content)
    content.fill(0)
    const read = await store('b').read()
    expect(read).toEqual(bytes(100, 3))
    read.fill(0)
    expect(await store('b').read()).toEqual(bytes(100, 3))
  })

  test('writes a part of a larger buffer as that part', async () => {
    await store('c').write(bytes(100, 4).subarray(10, 20))
    expect(await store('c').read()).toEqual(bytes(100, 4).slice(10, 20))
  })

  test('several writes at once leave one of them whole', async () => {
    const contents = [1, 2, 3, 4].map((seed) => bytes(200_000, seed))
    await Promise.all(contents.map((content) => store('d').write(content)))
    const kept = await store('d').read()
    expect(contents.some((content) => content.every((value, i) => value === kept[i]))).toBe(true)
  })
})

test('opfs reads the beginning alone, and no more than there is', async () => {
  const store = opfs('start/model')
  await store.write(bytes(100, 4))
  expect(await store.readStart?.(10)).toEqual(bytes(100, 4).slice(0, 10))
  expect(await store.readStart?.(200)).toEqual(bytes(100, 4))
  expect(await errorOf(opfs('start/none').readStart?.(1) as Promise<unknown>)).toContain('there is no such file')
})

test('opfs says that there is no such file, or no such folder', async () => {
  expect(await errorOf(opfs('tests/none').read())).toMatchInlineSnapshot(`
    "WeightsError: \`opfs\` cannot read tests/none: there is no such file.

    Reason: A requested file or directory could not be found at the time an operation was processed.
    Fix:    check the path; other sites and other browsers have files of their own"
  `)
  expect(await errorOf(opfs('nowhere/none').read())).toContain('there is no such file')
})

test('opfs leaves the former content, and nothing beside it, when a write fails', async () => {
  const store = opfs('full/model')
  await store.write(bytes(50, 1))
  const full = new DOMException('The operation failed because it would exceed the quota.', 'QuotaExceededError')
  const failing = vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockRejectedValue(full)
  const error = await store.write(bytes(60, 2)).catch((error) => error)
  expect(error).toBeInstanceOf(WeightsError)
  expect(withoutFigures(String(error))).toMatchInlineSnapshot(`
    "WeightsError: \`opfs\` cannot write full/model: the site's storage quota is used up; what was there before is unchanged.

    Needed: 60 bytes
    Free:   <n> bytes, about
    Reason: The operation failed because it would exceed the quota.
    Fix:    delete what is no longer needed, or ask for navigator.storage.persist()"
  `)
  failing.mockRestore()
  expect(await store.read()).toEqual(bytes(50, 1))
  expect(await filesIn('full')).toEqual(['model'])
})

test.each([
  ['a short name', 'model'],
  ['a long name', 'm'.repeat(200)],
])('opfs removes what pages that were loaded again left of a write, under %s', async (_title, name) => {
  const { move } = FileSystemFileHandle.prototype as unknown as { move: unknown }
  const folder = `left-${name.length}`
  const store = opfs(`${folder}/${name}`)
  const removing = vi.spyOn(FileSystemDirectoryHandle.prototype, 'removeEntry').mockResolvedValue()
  Object.assign(FileSystemFileHandle.prototype, { move: () => Promise.reject(new Error('as if it ended here')) })
  try {
    await store.write(bytes(50, 1)).catch(() => {})
    await store.write(bytes(50, 1)).catch(() => {})
  } finally {
    Object.assign(FileSystemFileHandle.prototype, { move })
    removing.mockRestore()
  }
  await opfs(`${folder}/.${name.slice(0, 20)}.mine.tmp`).write(bytes(5, 1))
  expect((await filesIn(folder)).length).toBe(3)
  await store.write(bytes(60, 2))
  expect((await filesIn(folder)).sort()).toEqual([`.${name.slice(0, 20)}.mine.tmp`, name])
  expect(await store.read()).toEqual(bytes(60, 2))
})

test('opfs writes though what was left cannot be listed', async () => {
  vi.spyOn(FileSystemDirectoryHandle.prototype as unknown as { keys(): unknown }, 'keys').mockImplementation(() => {
    throw new Error('no')
  })
  await opfs('tests/unlisted').write(bytes(5, 1))
  expect(await opfs('tests/unlisted').read()).toEqual(bytes(5, 1))
})

test.each([
  [
    'a private window of Firefox',
    () => Promise.reject(new DOMException('Security error when calling GetDirectory', 'SecurityError')),
  ],
  [
    'a private window of WebKit',
    () => Promise.reject(new DOMException('The operation failed for an unknown transient reason.', 'UnknownError')),
  ],
])('opfs names indexedDb, which works, in %s', async (_title, getDirectory) => {
  vi.spyOn(navigator.storage, 'getDirectory').mockImplementation(getDirectory)
  expect(await errorOf(opfs('tests/private').write(bytes(5, 1)))).toContain('keep the model in indexedDb(key) instead')
  expect(await errorOf(opfs('tests/private').read())).toContain('keep the model in indexedDb(key) instead')
})

test('opfs says so where a browser cannot replace a file', async () => {
  const { createWritable } = FileSystemFileHandle.prototype
  Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable')
  try {
    expect(withoutFigures(await errorOf(opfs('tests/old').write(bytes(5, 1))))).toMatchInlineSnapshot(`
      "WeightsError: \`opfs\` cannot write tests/old: the browser refused; what was there before is unchanged.

      Needed: 5 bytes
      Free:   <n> bytes, about
      Reason: this browser cannot replace a file of its private file system
      Fix:    keep the model in indexedDb(key) instead"
    `)
  } finally {
    FileSystemFileHandle.prototype.createWritable = createWritable
  }
})

test('opfs refuses a path that names no file', () => {
  for (const path of ['a/', '/a', 'a//b', '../a', '.']) expect(() => opfs(path)).toThrow(WeightsError)
  expect(() => opfs('')).toThrow('received a bad `path`')
  expect(() => opfs('runs/')).toThrowErrorMatchingInlineSnapshot(`
    [WeightsError: \`opfs\` received a path that does not name a file: "runs/".

    Fix: name a file, with folders before it if you like, e.g. runs/vae.safetensors]
  `)
})

test('opfs refuses a folder in place of a file', async () => {
  await opfs('tests/deep/model').write(bytes(5, 1))
  expect(await errorOf(opfs('tests/deep').read())).toContain('a part of the path is a file where a folder is needed')
})

test('indexedDb says that nothing is kept under a key', async () => {
  expect(await errorOf(indexedDb('none').read())).toMatchInlineSnapshot(`
    "WeightsError: \`indexedDb\` cannot read none: nothing is stored under this key.

    Fix: check the key; other sites and other browsers have databases of their own"
  `)
})

test('indexedDb leaves the former content when a write fails', async () => {
  await indexedDb('e').write(bytes(50, 1))
  const full = new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  const failing = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw full
  })
  const error = await errorOf(indexedDb('e').write(bytes(60, 2)))
  expect(withoutFigures(error)).toMatchInlineSnapshot(`
    "WeightsError: \`indexedDb\` cannot write e: the site's storage quota is used up; what was there before is unchanged.

    Needed: 60 bytes
    Free:   <n> bytes, about
    Reason: The quota has been exceeded.
    Fix:    delete what is no longer needed"
  `)
  failing.mockRestore()
  expect(await indexedDb('e').read()).toEqual(bytes(50, 1))
})

test('download hands over a file of that name and content, and cannot be read', async () => {
  const clicked: HTMLAnchorElement[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    clicked.push(this)
  })
  await download('vae.safetensors').write(bytes(1000, 5))
  expect(clicked.map(({ download }) => download)).toEqual(['vae.safetensors'])
  const content = await (await fetch(clicked[0]?.href ?? '')).arrayBuffer()
  expect(new Uint8Array(content)).toEqual(bytes(1000, 5))
  expect(await errorOf(download('vae.safetensors').read())).toMatchInlineSnapshot(`
    "WeightsError: \`download\` cannot read vae.safetensors: a page cannot see what was downloaded.

    Fix: keep the model in opfs(path) or indexedDb(key) too, or let the user choose the file and read memory(bytes)"
  `)
})

describe.each<[string, (name: string) => Folder]>([
  ['opfsFolder', (name) => opfsFolder(`folders/${name}`)],
  ['indexedDbFolder', (name) => indexedDbFolder(`folders/${name}`)],
])('%s', (kind, folder) => {
  test('lists the names of its files alone, and removes one', async () => {
    const run = folder('run')
    expect(await run.list()).toEqual([])
    await run.remove('none')
    await run.file('b').write(bytes(10, 1))
    await run.file('a').write(bytes(20, 2))
    await folder('run2').file('c').write(bytes(30, 3))
    expect([...(await run.list())].sort()).toEqual(['a', 'b'])
    expect(await run.file('a').read()).toEqual(bytes(20, 2))
    expect(run.file('a').name).toBe(kind === 'opfsFolder' ? 'opfs:folders/run/a' : 'indexedDb:folders/run/a')
    await run.remove('a')
    expect(await run.list()).toEqual(['b'])
    expect(await errorOf(run.file('a').read())).toContain('folders/run/a')
  })
})

test.each([
  ['write', (store: Store) => store.write(bytes(5, 1)), ['other']],
  ['prepare', (store: Store) => store.prepare?.(), []],
])(
  '%s in an opfsFolder removes what closed pages left of any file, but not what is being written',
  async (name, act, made) => {
    const path = `folders/left by ${name}`
    const id = crypto.randomUUID()
    await opfs(`${path}/.gone.${id}.tmp`).write(bytes(5, 1))
    await opfs(`${path}/.written.${id}.tmp`).write(bytes(5, 1))
    await opfs(`${path}/.gone.mine.tmp`).write(bytes(5, 1))
    await navigator.locks.request(`@ae/web/opfs/${path}/written`, async () => act(opfsFolder(path).file('other')))
    expect([...(await opfsFolder(path).list())].sort()).toEqual(
      ['.gone.mine.tmp', `.written.${id}.tmp`, ...made].sort(),
    )
  },
)

test('opfsFolder says that its path is none', () => {
  expect(() => opfsFolder('runs/../vae')).toThrow('does not name a folder')
})

test('indexedDb asks for writes that survive a power cut', async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
  await indexedDb('durable').write(bytes(5, 1))
  expect(transaction.mock.calls).toEqual([['files', 'readwrite', { durability: 'strict' }]])
})
