// Reads and writes a file of Node's file system. A write replaces the whole file or leaves it as it was, even in a power cut:
// temporary file in the same folder, fsync, rename, fsync of the folder. Then it removes what killed writes left behind; so does `prepare`,
// for a run that is killed again and again before its first write has ended.

import { assertOption, bytesOption } from '../checks/options.ts'
import { WeightsError } from '../errors.ts'
import type { Store } from './store.ts'
import { removeStale, temporaryName } from './temporary-files.ts'

/**
 * The operations of `file(path)`, loaded on first use.
 *
 * @param path as given, for messages
 * @param absolute the same path, resolved when `file` was called
 * @param ofFolder whether a write and `prepare` also remove what killed writes left of other files in the same folder
 */
export function fileAccess(
  fs: FileSystem,
  paths: Paths,
  path: string,
  absolute: string,
  ofFolder: boolean,
): Required<Omit<Store, 'name'>> {
  return {
    async read() {
      try {
        const { buffer, byteOffset, byteLength } = await fs.readFile(absolute)
        return new Uint8Array(buffer, byteOffset, byteLength)
      } catch (cause) {
        throw systemError('file', 'read', path, cause)
      }
    },
    async readStart(count) {
      try {
        const handle = await fs.open(absolute)
        try {
          const bytes = new Uint8Array(Math.min(count, (await handle.stat()).size))
          let length = 0
          for (let read = 1; read > 0 && length < bytes.length; length += read) {
            read = (await handle.read(bytes, length)).bytesRead
          }
          return bytes.subarray(0, length)
        } finally {
          await handle.close()
        }
      } catch (cause) {
        throw systemError('file', 'read', path, cause)
      }
    },
    async write(bytes) {
      assertOption('write', 'bytes', bytes, bytesOption)
      try {
        await replaceFile(fs, paths, absolute, bytes, ofFolder)
      } catch (cause) {
        throw systemError('file', 'write', path, cause, { Needed: `${bytes.length} bytes` })
      }
    },
    async prepare() {
      try {
        const target = await assertWritable(fs, paths, absolute)
        await removeStale(fs, paths.dirname(target), ofFolder ? undefined : paths.basename(target))
      } catch (cause) {
        throw systemError('file', 'write', path, cause)
      }
    },
  }
}

/**
 * Throws unless a file can be created in its folder, or the folder in the nearest one that exists; creates nothing.
 *
 * @returns the file that a write would replace
 */
async function assertWritable(fs: FileSystem, paths: Paths, path: string): Promise<string> {
  const { dirname } = paths
  const { target } = await fileToReplace(fs, paths, path)
  let folder = dirname(target)
  while (!(await exists(fs, folder)) && folder !== dirname(folder)) folder = dirname(folder)
  if (!(await fs.stat(folder)).isDirectory()) throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' })
  await fs.access(folder, fs.constants.W_OK | fs.constants.X_OK)
  return target
}

function exists(fs: FileSystem, path: string): Promise<boolean> {
  return fs.access(path, fs.constants.F_OK).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  )
}

type FileSystem = typeof import('node:fs/promises')
type Paths = typeof import('node:path')

async function replaceFile(fs: FileSystem, paths: Paths, path: string, bytes: Uint8Array, ofFolder: boolean) {
  const replacement = await startReplacing(fs, paths, path, ofFolder)
  try {
    await replacement.write(bytes)
    await replacement.finish()
  } catch (error) {
    await replacement.abandon() // the first error is the one to report
    throw error
  }
}

/** A file that is being written next to the one that it will replace. */
export interface Replacement {
  /** Appends bytes. */
  write(bytes: Uint8Array): Promise<void>
  /** Puts the file in its place. */
  finish(): Promise<void>
  /** Removes it; what was there before stays. Does nothing after `finish`, and never fails. */
  abandon(): Promise<void>
}

/** Begins a file that `finish` puts in the place of another. */
export async function startReplacing(
  fs: FileSystem,
  paths: Paths,
  path: string,
  ofFolder: boolean,
): Promise<Replacement> {
  const { dirname, basename, join } = paths
  await makeFolder(fs, paths, dirname(path))
  const { target, mode } = await fileToReplace(fs, paths, path)
  const folder = dirname(target)
  if (folder !== dirname(path)) await makeFolder(fs, paths, folder) // a link may lead to a folder that does not exist yet
  const temporary = join(folder, temporaryName(basename(target)))
  const handle = await fs.open(temporary, 'wx', mode)
  return {
    write: (bytes) => handle.writeFile(bytes),
    async finish() {
      await handle.sync()
      await handle.close()
      await fs.rename(temporary, target)
      await syncFolder(fs, folder)
      await removeStale(fs, folder, ofFolder ? undefined : basename(target))
    },
    async abandon() {
      await handle.close().catch(() => {})
      await fs.rm(temporary, { force: true }).catch(() => {})
    },
  }
}

/** Makes a folder, and what it lies in, so that they survive a power cut: each folder above a new one is synced. */
async function makeFolder(fs: FileSystem, { dirname }: Paths, path: string): Promise<void> {
  const first = await fs.mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(fs, dirname(made))
}

/**
 * The file that any links lead to, which need not exist yet. A folder or a device is refused: a rename would replace
 * `/dev/null` itself.
 */
async function fileToReplace(fs: FileSystem, paths: Paths, path: string): Promise<{ target: string; mode?: number }> {
  const target = await fs.realpath(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (target === undefined) {
    const link = await fs.readlink(path).catch(() => undefined)
    if (link === undefined) return { target: path }
    // Not `resolve` on the path as it was given: `..` in a link starts at the folder that the link really lies in.
    return fileToReplace(fs, paths, paths.resolve(await fs.realpath(paths.dirname(path)), link))
  }
  const stats = await fs.stat(target)
  if (!stats.isFile()) throw Object.assign(new Error(`${target} exists and is not a file`), { code: 'EISDIR' })
  return { target, mode: stats.mode & 0o777 }
}

/** Makes the rename survive a power cut. The file is complete by now, so a system that cannot sync a folder is not a failure. */
async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  const handle = await fs.open(folder).catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** What a system's error code means, and the fix. */
const explanations: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ENOENT: ['there is no such file', 'check the path; a relative one starts at the folder of the process'],
  ENOSPC: ['the disk is full', 'free some space, or save to another disk'],
  EDQUOT: ['the quota of this disk is used up', 'free some space, or save to another disk'],
  EFBIG: ['the file would be larger than the system allows', 'raise the limit, or save to another disk'],
  EACCES: ['permission is denied', 'check who owns the file and its folder'],
  EPERM: ['the system does not permit it', 'check who owns the file and its folder'],
  EROFS: ['the disk is read-only', 'save to another disk'],
  EISDIR: ['this is not a file', 'name a file, e.g. vae.safetensors'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'check the path'],
  EEXIST: ['a part of the path is a file, not a folder', 'check the path'],
  ENAMETOOLONG: ['the name is too long', 'shorten it'],
  EMFILE: ['too many files are open', 'close some, or raise the limit on open files'],
}

/**
 * The error for what the system refused.
 *
 * @param functionName the public function that made the store or the folder
 */
export function systemError(
  functionName: 'file' | 'folder',
  action: 'read' | 'write',
  path: string,
  cause: unknown,
  facts: Record<string, string> = {},
): WeightsError {
  const [problem, fix] = explanations[codeOf(cause)] ?? ['the system refused', 'see the cause']
  const reason = cause instanceof Error ? cause.message : String(cause)
  const kept = action === 'write' ? '; what was there before is unchanged' : ''
  return new WeightsError(`\`${functionName}\` cannot ${action} ${path}: ${problem}${kept}.`, {
    facts: { ...facts, Reason: reason },
    fix,
    cause,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
