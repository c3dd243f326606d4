// The pictures of a folder of this machine, of a page's folder, or of a list: their names, and how to get their bytes.
import { DatasetError } from '@ae/core'
import { download, nodeModule, show } from '@ae/core/internal'
import { assertFolder } from '../find-files.ts'
import { isUrl, localPath, type ReadingOptions } from '../place.ts'
import { PictureFault } from './decoding/picture.ts'

/** What a picture can be read from: a file or a folder that a page has, an address (in Node also a path), or the bytes. */
export type PictureSource =
  | Blob
  | FileSystemFileHandle
  | FileSystemDirectoryHandle
  | string
  | URL
  | Uint8Array
  | ArrayBuffer

/** A picture that was found. */
export interface PictureFile {
  /** Its place in the folder, with `/` between folders. */
  readonly path: string
  /** Its full name, for messages. */
  readonly name: string
  /** A path for a thread to read, or a function that gets the bytes. */
  readonly content: string | (() => Promise<Uint8Array>)
}

/** Files with other endings in a folder are not pictures. */
const endings = /\.(?:png|jpe?g|jpe|jfif|gif|webp|avif|bmp|heic|heif|tiff?)$/i

/** All pictures in a folder of this machine and in the folders in it, sorted. Names that begin with a dot are passed over. */
export async function filesInFolder(caller: string, folder: string): Promise<readonly PictureFile[]> {
  const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
  if (fs === undefined) {
    throw new DatasetError(`\`${caller}\` reads folders of this machine, which a page cannot.`, {
      fix: 'pass the files of `<input type="file" webkitdirectory>` or a FileSystemDirectoryHandle to fromImages',
    })
  }
  await assertFolder(caller, '`path`', folder, 'pass the folder that holds the pictures; fromImages takes files')
  const found: PictureFile[] = []
  const visit = async (path: string, inside: string, above: readonly string[]): Promise<void> => {
    const real = await fs.realpath(path)
    if (above.includes(real)) return // a link to a folder around it
    for (const entry of await fs.readdir(path, { withFileTypes: true })) {
      const { name } = entry
      if (name.startsWith('.') || name === '__MACOSX') continue
      const [full, relative] = [`${path}/${name}`, inside === '' ? name : `${inside}/${name}`]
      const isFolder = entry.isSymbolicLink()
        ? (await fs.stat(full).catch(() => undefined))?.isDirectory() === true
        : entry.isDirectory()
      if (isFolder) await visit(full, relative, [...above, real])
      else if (endings.test(name)) found.push({ path: relative, name: full, content: full })
    }
  }
  try {
    await visit(folder, '', [])
  } catch (cause) {
    throw new DatasetError(`\`${caller}\` cannot read its folder.`, {
      facts: { Folder: folder, Reason: cause instanceof Error ? cause.message : String(cause) },
      fix: 'make sure that this program may read it and the folders in it',
      cause,
    })
  }
  return sorted(found)
}

/** The pictures of a list, in its order; those of folders in it sorted, without files that are not pictures. */
export async function filesOf(
  caller: string,
  sources: Iterable<PictureSource>,
  reading: ReadingOptions,
): Promise<readonly PictureFile[]> {
  const found: PictureFile[] = []
  const inFolders: PictureFile[] = []
  let index = 0
  for (const source of sources) {
    if (isHandle(source) && source.kind === 'directory') {
      inFolders.push(...(await filesInHandle(source as FileSystemDirectoryHandle, '')))
    } else {
      const file = fileOf(caller, source as Exclude<PictureSource, FileSystemDirectoryHandle>, index, reading)
      if (!(source instanceof Blob && folderOf(source) !== '')) found.push(file)
      else if (isPicture(file.path)) inFolders.push(file)
    }
    index++
  }
  return [...found, ...sorted(inFolders)]
}

function fileOf(
  caller: string,
  source: Exclude<PictureSource, FileSystemDirectoryHandle>,
  index: number,
  reading: ReadingOptions,
): PictureFile {
  const unnamed = `picture ${index}`
  if (source instanceof Uint8Array) return { path: unnamed, name: unnamed, content: async () => source }
  if (source instanceof ArrayBuffer)
    return { path: unnamed, name: unnamed, content: async () => new Uint8Array(source) }
  if (source instanceof Blob) {
    const name = 'name' in source ? String(source.name) : unnamed
    const path = folderOf(source) === '' ? name : folderOf(source).split('/').slice(1).join('/')
    return { path, name: folderOf(source) || name, content: async () => new Uint8Array(await source.arrayBuffer()) }
  }
  if (isHandle(source)) return fileOfHandle(source as FileSystemFileHandle, source.name)
  if (typeof source === 'string' || source instanceof URL) {
    const location = localPath(String(source))
    const path = location.split(/[?#]/)[0]?.split(/[\\/]/).slice(-2).join('/') ?? location
    return { path, name: location, content: isUrl(location) ? () => downloaded(location, reading) : location }
  }
  throw new DatasetError(`\`${caller}\` received what is not a picture at index ${index}.`, {
    facts: { Expected: 'a File, Blob or handle, a URL (in Node also a path), or bytes', Received: show(source) },
    fix: 'pass e.g. the `files` of an `<input type="file" multiple>`',
  })
}

async function filesInHandle(folder: FileSystemDirectoryHandle, inside: string): Promise<PictureFile[]> {
  const found: PictureFile[] = []
  const entries = folder as unknown as AsyncIterable<[string, FileSystemHandle]> // TypeScript's DOM types lack it
  for await (const [name, handle] of entries) {
    if (name.startsWith('.') || name === '__MACOSX') continue
    const path = inside === '' ? name : `${inside}/${name}`
    if (handle.kind === 'directory') found.push(...(await filesInHandle(handle as FileSystemDirectoryHandle, path)))
    else if (endings.test(name)) found.push(fileOfHandle(handle as FileSystemFileHandle, path))
  }
  return found
}

function fileOfHandle(handle: FileSystemFileHandle, path: string): PictureFile {
  const content = async () => new Uint8Array(await (await handle.getFile()).arrayBuffer())
  return { path, name: path, content }
}

/** Where a file lies in the folder that was chosen in `<input webkitdirectory>`; empty for others. */
function folderOf(file: Blob): string {
  return 'webkitRelativePath' in file ? String(file.webkitRelativePath) : ''
}

function isHandle(source: unknown): source is FileSystemHandle {
  return typeof source === 'object' && source !== null && 'kind' in source && 'name' in source
}

/** No hidden file, and of a known ending. */
function isPicture(path: string): boolean {
  return endings.test(path) && !path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')
}

async function downloaded(url: string, { timeout, signal }: ReadingOptions): Promise<Uint8Array> {
  const answer = await download(url, { timeout, signal, limit: 2 ** 28 })
  if ('bytes' in answer) return answer.bytes
  const status = answer.status === undefined ? '' : `, HTTP ${answer.status}`
  throw new PictureFault(`it cannot be downloaded: ${answer.problem}${status}`, answer.fix)
}

/** By folder, then by name, both by their code units: the same on every platform. */
function sorted(files: PictureFile[]): readonly PictureFile[] {
  const keyed = files.map((file) => ({ file, parts: file.path.normalize('NFC').split('/') }))
  keyed.sort((a, b) => compare(a.parts, b.parts))
  return keyed.map(({ file }) => file)
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [one, other] = [a[i] as string, b[i] as string]
    if (one !== other) return one < other ? -1 : 1
  }
  return a.length - b.length
}
