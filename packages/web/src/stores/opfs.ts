// A store in the origin private file system: files that only this site's pages see, and that stay when they are closed.
import { type Folder, type Store, WeightsError } from '@ae/core'
import { assertOption, crc32, nameOption } from '@ae/core/internal'
import { quotaFacts } from './quota.ts'

/**
 * A store in one file of the browser's private file system, in a page or a Worker. A write replaces the file whole or leaves
 * it as it was: the bytes go to a temporary file next to it, which is then renamed.
 *
 * @param path folders and a name, e.g. `runs/vae.safetensors`; `write` creates missing folders
 * @throws {WeightsError} when `path` is not a path; outside a browser; when reading or writing fails
 * @example
 * ```ts
 * await save(model, opfs('vae.safetensors'))
 * ```
 */
export function opfs(path: string): Store {
  assertOption('opfs', 'path', path, nameOption)
  const parts = path.split('/')
  if (parts.some(isNoName)) {
    throw new WeightsError(`\`opfs\` received a path that does not name a file: ${JSON.stringify(path)}.`, {
      fix: 'name a file, with folders before it if you like, e.g. runs/vae.safetensors',
    })
  }
  return storeAt(parts, false)
}

/**
 * A folder of the browser's private file system, in a page or a Worker, for the newest checkpoints of a run. Its files are
 * stores of {@link opfs}.
 *
 * @param path e.g. `runs/vae`; writing creates it
 * @throws {WeightsError} when `path` is not a path; outside a browser; when files cannot be listed, read, written or removed
 * @example
 * ```ts
 * await fit(model, digits, { checkpoint: checkpointEvery(opfsFolder('runs/vae'), { steps: 500, keep: 3 }) })
 * ```
 */
export function opfsFolder(path: string): Folder {
  assertOption('opfsFolder', 'path', path, nameOption)
  const parts = path.split('/')
  if (parts.some(isNoName)) {
    throw new WeightsError(`\`opfsFolder\` received a path that does not name a folder: ${JSON.stringify(path)}.`, {
      fix: 'name a folder, in other folders if you like, e.g. runs/vae',
    })
  }
  const attempt = async <result>(action: 'read' | 'write', absent: result, act: () => Promise<result>) => {
    try {
      return await act()
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'NotFoundError') return absent
      throw await refusal(action, path, cause)
    }
  }
  return {
    name: `opfs:${path}`,
    list: () =>
      attempt('read', [], async () => {
        const names: string[] = []
        for await (const name of ((await folder(parts, false)) as ListableHandle).keys()) names.push(name)
        return names
      }),
    file: (name) => storeAt([...parts, name], true),
    remove: (name) => attempt('write', undefined, async () => (await folder(parts, false)).removeEntry(name)),
  }
}

function isNoName(part: string): boolean {
  return part === '' || part === '.' || part === '..'
}

/** @param ofFolder whether a write and `prepare` also remove what closed pages left of other files in the same folder */
function storeAt(parts: readonly string[], ofFolder: boolean): Store {
  const path = parts.join('/')
  const [fileName = ''] = parts.slice(-1)
  const folders = parts.slice(0, -1)
  return {
    name: `opfs:${path}`,
    async read() {
      try {
        const handle = await (await folder(folders, false)).getFileHandle(fileName)
        return new Uint8Array(await (await handle.getFile()).arrayBuffer())
      } catch (cause) {
        throw await refusal('read', path, cause)
      }
    },
    async readStart(count) {
      try {
        const handle = await (await folder(folders, false)).getFileHandle(fileName)
        return new Uint8Array(await (await handle.getFile()).slice(0, count).arrayBuffer())
      } catch (cause) {
        throw await refusal('read', path, cause)
      }
    },
    async write(bytes) {
      try {
        const parent = await folder(folders, true)
        await oneAtATime(path, (alone) => replaceFile(parent, fileName, bytes, alone))
        if (ofFolder) await removeStaleOfOthers(folders)
      } catch (cause) {
        throw await refusal('write', path, cause, bytes.length)
      }
    },
    async prepare() {
      try {
        await folder([], false)
        if (ofFolder) await removeStaleOfOthers(folders)
      } catch (cause) {
        throw await refusal('write', path, cause)
      }
    },
  }
}

/** Missing from the DOM's types: renames a file, replacing one of that name. */
type MovableHandle = FileSystemFileHandle & { move?(name: string): Promise<void> }

/** Lists the names in a folder; missing from the DOM's types too. */
type ListableHandle = FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }

async function folder(names: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> {
  if (!globalThis.navigator?.storage?.getDirectory) throw noFileSystem()
  let handle = await navigator.storage.getDirectory()
  for (const name of names) handle = await handle.getDirectoryHandle(name, { create })
  return handle
}

/**
 * The browser refuses to replace a file while it is being replaced, also by another page. `write` is told whether it is the
 * only writer, which a browser without locks cannot know.
 */
async function oneAtATime(path: string, write: (alone: boolean) => Promise<void>): Promise<void> {
  const { locks } = navigator
  await (locks ? locks.request(lockOf(path), () => write(true)) : write(false))
}

/** The name of the lock that is held while a file is written. */
function lockOf(path: string): string {
  return `@ae/web/opfs/${path}`
}

async function replaceFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array,
  alone: boolean,
): Promise<void> {
  const prefix = temporaryPrefix(name)
  if (alone) await removeStale(folder, prefix)
  const temporary = `${prefix}${crypto.randomUUID()}.tmp`
  try {
    const handle: MovableHandle = await folder.getFileHandle(temporary, { create: true })
    if (handle.createWritable === undefined || handle.move === undefined) {
      throw new Error('this browser cannot replace a file of its private file system')
    }
    const stream = await handle.createWritable()
    try {
      await stream.write(bytes as Uint8Array<ArrayBuffer>)
    } catch (error) {
      await stream.abort()
      throw error
    }
    await stream.close()
    await handle.move(name)
  } catch (error) {
    await remove(folder, temporary)
    throw error // the first error is the one to report
  }
}

/** The prefix of a file's temporary files: its name, or its checksum where the name would make theirs too long. */
function temporaryPrefix(name: string): string {
  const bytes = new TextEncoder().encode(name)
  return `.${bytes.length > 64 ? crc32(bytes).toString(16).padStart(8, '0') : name}.`
}

/** Removes temporary files left by pages that were closed or reloaded while writing: no other page is writing now. */
async function removeStale(folder: FileSystemDirectoryHandle, prefix: string): Promise<void> {
  try {
    for await (const name of (folder as ListableHandle).keys()) {
      const isTemporary = name.startsWith(prefix) && /^[0-9a-f-]{36}\.tmp$/.test(name.slice(prefix.length))
      if (isTemporary) await folder.removeEntry(name).catch(() => {})
    }
  } catch {} // what is left only takes up space; the write goes on
}

/** As {@link removeStale}, of every file that no page is writing now; of none in a browser without locks. */
async function removeStaleOfOthers(folders: readonly string[]): Promise<void> {
  try {
    const parent = await folder(folders, false)
    for await (const name of (parent as ListableHandle).keys()) {
      const target = /^\.(.+)\.[0-9a-f-]{36}\.tmp$/.exec(name)?.[1]
      if (target === undefined) continue
      await navigator.locks?.request(lockOf([...folders, target].join('/')), { ifAvailable: true }, async (lock) => {
        if (lock) await parent.removeEntry(name).catch(() => {})
      })
    }
  } catch {} // as there
}

/** The browser releases a file a while after its stream is aborted; after a second without success the file is left. */
async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await folder.removeEntry(name)
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFoundError') return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function noFileSystem(): Error {
  return Object.assign(new Error('there is no private file system here'), { name: 'NoFileSystem' })
}

async function refusal(action: 'read' | 'write', path: string, cause: unknown, needed?: number): Promise<WeightsError> {
  const name = cause instanceof Error ? cause.name : ''
  const reason = cause instanceof Error ? cause.message : String(cause)
  const [problem, fix] = explanations[name] ?? ['the browser refused', 'keep the model in indexedDb(key) instead']
  const kept = action === 'write' ? '; what was there before is unchanged' : ''
  return new WeightsError(`\`opfs\` cannot ${action} ${path}: ${problem}${kept}.`, {
    facts: { ...(needed === undefined ? {} : await quotaFacts(needed)), Reason: reason },
    fix,
    cause,
  })
}

/** What the name of a browser's error means, and what helps. */
const explanations: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  NoFileSystem: [
    'it works only in a browser, in pages loaded over https',
    'in a page keep the model in indexedDb(key) instead; in Node use file(path) of @ae/core',
  ],
  NotFoundError: ['there is no such file', 'check the path; other sites and other browsers have files of their own'],
  TypeMismatchError: [
    'a part of the path is a file where a folder is needed, or the other way round',
    'check the path',
  ],
  QuotaExceededError: [
    "the site's storage quota is used up",
    'delete what is no longer needed, or ask for navigator.storage.persist()',
  ],
  NoModificationAllowedError: ['another page is writing to it', 'close the other page, or take another path'],
  SecurityError: [
    'the page is not allowed to store files, as in private windows of some browsers',
    'keep the model in indexedDb(key) instead, or allow the site to store data, over https or from localhost',
  ],
}
