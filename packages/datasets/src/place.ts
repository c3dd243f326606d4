// Where files lie: a folder, or an address on the web. Both are asked for a file by its name.
import { isNode, nodeModule } from '@ae/core'
import { asBytes } from './idx.ts'
import { describe, fileError } from './origin.ts'

/** The bytes of a file and where they were. */
export interface FoundFile {
  readonly file: string
  readonly bytes: Uint8Array
}

/** A file; or, where there is none of that name, how that was said. */
export type Answer = FoundFile | { readonly absent: string }

/** A folder or an address that may hold files. */
export interface Place {
  /** Its path or URL. */
  readonly location: string
  /**
   * @param fileName the file's name inside
   * @throws {DatasetError} when the file may exist but cannot be read
   */
  read(fileName: string): Promise<Answer>
}

/** The folder or the address that a user names: outside Node everything is an address. */
export function placeAt(caller: string, location: string): Place {
  const base = location.replace(/(?<=.)\/+$/, '')
  if (isUrl(base)) return { location: base, read: (fileName) => readUrl(caller, `${base}/${fileName}`) }
  return folder(caller, base)
}

/** A folder of this machine. */
export function folder(caller: string, path: string): Place {
  return { location: path, read: (fileName) => readPath(caller, `${path}/${fileName}`) }
}

/** A file that a user names by path or URL. */
export async function readFileAt(caller: string, location: string): Promise<FoundFile> {
  const answer = await (isUrl(location) ? readUrl(caller, location) : readPath(caller, localPath(location)))
  if ('bytes' in answer) return answer
  throw fileError({ caller, file: location }, 'a file that cannot be found', {
    facts: { Reason: answer.absent },
    fix: 'check the path or the URL',
  })
}

/**
 * The names under which a file may lie, packed first: that is less to download.
 *
 * @param name its usual name, e.g. `train-images-idx3-ubyte`; some distributors write `train-images.idx3-ubyte`
 */
export function namesOf(name: string): readonly string[] {
  const dotted = name.replace('-idx', '.idx')
  return [`${name}.gz`, name, `${dotted}.gz`, dotted]
}

/** Whether a folder exists; a file in its place is none. */
export async function isFolder(path: string): Promise<boolean> {
  const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
  return fs === undefined
    ? false
    : fs.stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      )
}

/** A path of this machine, also when it was given as a `file:` URL. */
export function localPath(location: string): string {
  if (!location.startsWith('file:')) return location
  return nodeModule<typeof import('node:url')>('node:url')?.fileURLToPath(location) ?? location
}

export function isUrl(location: string): boolean {
  return !isNode || /^https?:/.test(location)
}

async function readPath(caller: string, path: string): Promise<Answer> {
  const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
  if (fs === undefined) return { absent: 'there are no files outside Node' }
  try {
    return { file: path, bytes: asBytes(await fs.readFile(path)) }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { absent: 'no such file' }
    throw fileError({ caller, file: path }, 'a file that cannot be read', {
      facts: { Reason: message },
      fix: 'pass a file that this process may read',
      cause,
    })
  }
}

async function readUrl(caller: string, url: string): Promise<Answer> {
  try {
    const response = await fetch(url)
    if (!response.ok) return { absent: `HTTP ${response.status}` }
    // Servers of single-page applications answer an unknown address with their page and status 200.
    if (response.headers.get('content-type')?.startsWith('text/html')) return { absent: 'a web page' }
    return { file: url, bytes: new Uint8Array(await response.arrayBuffer()) }
  } catch (cause) {
    throw fileError({ caller, file: url }, 'no whole answer from the server', {
      facts: { Reason: describe(cause) },
      fix: isNode
        ? 'check the address and the network'
        : 'check the address, the network, and that the server allows this page (CORS)',
      cause,
    })
  }
}
