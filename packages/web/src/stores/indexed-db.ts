// A store in IndexedDB, which every browser has, in pages and Workers.
import { type Folder, type Store, WeightsError } from '@ae/core'
import { assertOption, nameOption } from '@ae/core/internal'
import { quotaFacts } from './quota.ts'

/**
 * A store under one key of the browser's database `ae`, in a page or a Worker. A write is one transaction: it replaces the
 * content whole or leaves it as it was.
 *
 * @param key any text, e.g. `vae`
 * @throws {WeightsError} outside a browser; when reading or writing fails
 * @example
 * ```ts
 * await save(model, indexedDb('vae'))
 * ```
 */
export function indexedDb(key: string): Store {
  assertOption('indexedDb', 'key', key, nameOption)
  return {
    name: `indexedDb:${key}`,
    async read() {
      const content = await attempt('read', key, () => transact('readonly', (files) => files.get(key)))
      if (content instanceof Uint8Array) return content
      throw new WeightsError(`\`indexedDb\` cannot read ${key}: nothing is stored under this key.`, {
        fix: 'check the key; other sites and other browsers have databases of their own',
      })
    },
    async write(bytes) {
      await attempt('write', key, () => transact('readwrite', (files) => files.put(bytes, key)), bytes.length)
    },
    prepare: () => attempt('write', key, async () => (await open()).close()),
  }
}

/**
 * A folder in the browser's database, in a page or a Worker, for the newest checkpoints of a run: every key that begins with
 * `prefix` and a slash. Its files are stores of {@link indexedDb}.
 *
 * @param prefix any text, e.g. `runs/vae`
 * @throws {WeightsError} outside a browser; when files cannot be listed, read, written or removed
 * @example
 * ```ts
 * await fit(model, digits, { checkpoint: checkpointEvery(indexedDbFolder('runs/vae'), { steps: 500, keep: 3 }) })
 * ```
 */
export function indexedDbFolder(prefix: string): Folder {
  assertOption('indexedDbFolder', 'prefix', prefix, nameOption)
  const beginning = `${prefix}/`
  return {
    name: `indexedDb:${prefix}`,
    async list() {
      const range = () => IDBKeyRange.bound(beginning, `${beginning}\uffff`)
      const keys = await attempt('read', prefix, () => transact('readonly', (files) => files.getAllKeys(range())))
      return (keys as IDBValidKey[]).map((key) => String(key).slice(beginning.length))
    },
    file: (name) => indexedDb(beginning + name),
    async remove(name) {
      const key = beginning + name
      await attempt('write', key, () => transact('readwrite', (files) => files.delete(key)))
    },
  }
}

const database = 'ae'
const table = 'files'

async function transact(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const connection = await open()
  try {
    return await new Promise((resolve, reject) => {
      // A write that is reported done survives a power cut too, as far as the browser can tell.
      const transaction = connection.transaction(table, mode, {
        durability: mode === 'readwrite' ? 'strict' : 'default',
      })
      const request = act(transaction.objectStore(table))
      // Nothing is stored until the transaction is complete.
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error ?? request.error)
    })
  } finally {
    connection.close()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (typeof indexedDB === 'undefined') throw new Error('there is no IndexedDB here')
    const request = indexedDB.open(database, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(table)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function attempt<result>(
  action: 'read' | 'write',
  key: string,
  act: () => Promise<result>,
  needed?: number,
): Promise<result> {
  try {
    return await act()
  } catch (cause) {
    const isFull = cause instanceof Error && cause.name === 'QuotaExceededError'
    const kept = action === 'write' ? '; what was there before is unchanged' : ''
    throw new WeightsError(
      `\`indexedDb\` cannot ${action} ${key}: ${isFull ? "the site's storage quota is used up" : 'the browser refused'}${kept}.`,
      {
        facts: {
          ...(needed === undefined ? {} : await quotaFacts(needed)),
          Reason: cause instanceof Error ? cause.message : String(cause),
        },
        fix: isFull
          ? 'delete what is no longer needed'
          : 'allow the site to store data; private windows may not; in Node use file(path) of @ae/core',
        cause,
      },
    )
  }
}
