import { memory, type Store, WeightsError } from '@ae/core'
import { describe, expect, test, vi } from 'vitest'
import { logFileOf, logFolderOf, storedFile } from './log-file.ts'

/** A file of a page's file system, of which a stream replaces the content when it is closed. */
function fakeHandle(fails = false) {
  const state = { content: new Uint8Array(), aborted: 0 }
  const createWritable = async ({ keepExistingData }: { keepExistingData: boolean }) => {
    let pending = keepExistingData ? state.content : new Uint8Array()
    return {
      async write({ position, data }: { position: number; data: Uint8Array }) {
        if (fails) throw new Error('no room')
        const next = new Uint8Array(Math.max(pending.length, position + data.length))
        next.set(pending)
        next.set(data, position)
        pending = next
      },
      async abort() {
        state.aborted++
      },
      async close() {
        state.content = pending
      },
    }
  }
  const getFile = async () => new Blob([state.content])
  return { kind: 'file', name: 'log', state, createWritable, getFile }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)

describe("a page's handle", () => {
  test('of a file is read, added to and replaced', async () => {
    const handle = fakeHandle()
    const log = logFileOf('csvLog', handle)
    expect([log.name, text(await log.read())]).toEqual(['log', ''])
    await log.append(bytes('one,'))
    await log.append(bytes('two'))
    expect(text(await log.read())).toBe('one,two')
    await log.replace(bytes('new'))
    expect(text(handle.state.content)).toBe('new')
  })

  test('of a file keeps its content when a write fails, and its stream is given up', async () => {
    const handle = fakeHandle(true)
    handle.state.content = bytes('old')
    const failure = await logFileOf('csvLog', handle)
      .append(bytes('more'))
      .catch((error: unknown) => error)
    expect(String(failure)).toContain('`csvLog` cannot write log')
    expect(String(failure)).toContain('no room')
    expect([text(handle.state.content), handle.state.aborted]).toEqual(['old', 1])
  })

  test('of a folder makes the folders and the file of a path', async () => {
    const handle = fakeHandle()
    const made: unknown[] = []
    const folder = {
      kind: 'directory',
      name: 'logs',
      async getDirectoryHandle(...named: unknown[]) {
        made.push(named)
        return folder
      },
      async getFileHandle(...named: unknown[]) {
        made.push(named)
        return handle
      },
    }
    await logFolderOf('tensorBoard', folder)?.('a/b/c.tsv').append(bytes('x'))
    expect(text(handle.state.content)).toBe('x')
    expect(made).toEqual(['a', 'b', 'c.tsv'].map((name) => [name, { create: true }]))
    expect(() => logFileOf('csvLog', folder)).toThrow('`csvLog` received a folder as `place`')
    expect(() => logFolderOf('tensorBoard', handle)).toThrow('`tensorBoard` received a file as `place`')
  })

  test.each([
    ['null', null],
    ['an object without methods', { kind: 'file', name: 'log' }],
    ['a folder without methods', { kind: 'directory', name: 'logs' }],
  ])('is not %s', (_, place) => {
    expect(() => logFileOf('csvLog', place)).toThrow('`csvLog` received `place` that is not')
    expect(() => logFolderOf('tensorBoard', place)).toThrow('`tensorBoard` received `place` that is not')
  })
})

describe('a store', () => {
  test('is one file, and no folder', async () => {
    const store = memory()
    const log = storedFile('csvLog', store)
    await log.append(bytes('one,'))
    await log.append(bytes('two'))
    expect(text(await store.read())).toBe('one,two')
    expect(logFolderOf('tensorBoard', store)).toBeUndefined()
    expect(logFolderOf('tensorBoard', 'logs/')?.('a.tsv').name).toBe('logs/a.tsv')
  })

  test('that cannot be read fails, unless it says that it is empty', async () => {
    const store = (error: Error): Store => ({ ...memory(), read: () => Promise.reject(error) })
    await expect(storedFile('csvLog', store(new Error('offline'))).append(bytes('x'))).rejects.toThrow('offline')
    const empty = new WeightsError('nothing there')
    expect(await storedFile('csvLog', store(empty)).read()).toEqual(new Uint8Array())
  })

  test('that says itself what is wrong is not spoken for', async () => {
    const own = new WeightsError('The store is full.')
    const store: Store = { ...memory(), write: vi.fn().mockRejectedValue(own) }
    await expect(storedFile('csvLog', store).replace(bytes('x'))).rejects.toBe(own)
  })
})
