// Where files lie: a folder, or an address on the web. Both are asked for a file by its name.
import type { DatasetError, DownloadOptions } from '@ae/core'
import { download, downloadChecks, isNode, nodeModule, type OptionCheck } from '@ae/core/internal'
import { claimOfIdx } from './claim.ts'
import { fileError, type Origin } from './file-error.ts'
import { asBytes } from './idx.ts'

/** The bytes of a file and where they were. */
export interface FoundFile {
  readonly file: string
  readonly bytes: Uint8Array
}

/**
 * Why there is no file of that name; and the error to throw if it is under no other name either and that may have another
 * reason.
 */
export interface Absent {
  readonly absent: string
  readonly error?: DatasetError | undefined
}

/** How files are read. */
export interface ReadingOptions {
  /**
   * Seconds, above 0 and up to a day, that a server may take to answer, and after that to send each further 1,000 bytes per
   * second; then the next place is tried, if there is one. Defaults to 30.
   */
  readonly timeout?: number | undefined
  /** Stops reading and downloading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** The checks of {@link ReadingOptions}. */
export const readingChecks = (): Readonly<Record<keyof ReadingOptions, OptionCheck>> => ({
  timeout: downloadChecks.timeout,
  signal: downloadChecks.signal,
})

/** A folder or a URL that holds files. */
export const placeOption: OptionCheck = (value) =>
  (typeof value === 'string' && value !== '') || value instanceof URL ? undefined : 'a folder or a URL'

/** A folder or an address that may hold files. */
export interface Place {
  /** Its path or URL. */
  readonly location: string
  /**
   * @param fileName the file's name inside
   * @param limit the most bytes to download
   * @throws {DatasetError} when the file may exist but cannot be read
   * @throws the signal's reason when it aborts
   */
  read(fileName: string, limit?: number): Promise<FoundFile | Absent>
}

/** The folder or the address that a user names: outside Node everything is an address. */
export function placeAt(caller: string, location: string, reading: ReadingOptions = {}): Place {
  const base = location.replace(/(?<=.)\/+$/, '')
  if (!isUrl(base)) return folder(caller, base, reading)
  return {
    location: base,
    read: (fileName, limit) => readUrl(caller, `${base}/${fileName}`, { ...reading, limit }),
  }
}

/** A folder of this machine. */
export function folder(caller: string, path: string, reading: ReadingOptions = {}): Place {
  return { location: path, read: (fileName) => readPath(caller, `${path}/${fileName}`, reading) }
}

/** A file that a user names by path or URL; `isWhole` for one of another format than IDX, whose length its beginning does not tell. */
export async function readFileAt(
  caller: string,
  location: string,
  reading: ReadingOptions & { readonly isWhole?: boolean },
): Promise<FoundFile> {
  const read = isUrl(location) ? readUrl(caller, location, reading) : readPath(caller, localPath(location), reading)
  const answer = await read
  if ('bytes' in answer) return answer
  if (answer.error) throw answer.error
  throw fileError({ caller, file: location }, 'a file that cannot be found', {
    facts: { Reason: answer.absent },
    fix: 'check the path or the URL',
  })
}

/** A file of any kind at an address, whole. */
export async function downloadedFile(caller: string, url: string, reading: ReadingOptions): Promise<FoundFile> {
  const answer = await readUrl(caller, url, { ...reading, limit: 2 ** 30 })
  if ('bytes' in answer) return answer
  throw (
    answer.error ??
    fileError({ caller, file: url }, 'a file that cannot be found', {
      facts: { Reason: answer.absent },
      fix: 'check the URL',
    })
  )
}

/** Whether a folder exists at this path; false for a file. */
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
  if (!/^file:/i.test(location)) return location
  return nodeModule<typeof import('node:url')>('node:url')?.fileURLToPath(location) ?? location
}

/** Whether a place is asked for by `fetch`: outside Node all are. */
export function isUrl(location: string): boolean {
  return !isNode || (/^(?:https?:|[a-z][a-z\d+.-]+:\/\/)/i.test(location) && !/^file:/i.test(location))
}

async function readPath(caller: string, path: string, { signal }: ReadingOptions): Promise<FoundFile | Absent> {
  signal?.throwIfAborted()
  const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
  if (fs === undefined) return { absent: 'there are no files outside Node' }
  try {
    return { file: path, bytes: asBytes(await fs.readFile(path, { signal })) }
  } catch (cause) {
    signal?.throwIfAborted()
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { absent: 'no such file' }
    throw cannotRead({ caller, file: path }, cause)
  }
}

/** The error of a file that is there but cannot be read. */
export function cannotRead(origin: Origin, cause: unknown): DatasetError {
  const { code, message } = cause as NodeJS.ErrnoException
  return fileError(origin, 'a file that cannot be read', {
    facts: { Reason: code === 'EISDIR' ? 'it is a folder' : message }, // Node 26 repeats the path
    fix: 'pass a file that this process may read',
    cause,
  })
}

async function readUrl(
  caller: string,
  url: string,
  { isWhole = false, ...options }: DownloadOptions & { readonly isWhole?: boolean },
): Promise<FoundFile | Absent> {
  // The length of a published file is known; for others only what their header claims.
  const claim = (beginning: Uint8Array) => claimOfIdx(beginning, { caller, file: url })
  const answer = await download(url, options.limit === undefined && !isWhole ? { ...options, claim } : options)
  if ('bytes' in answer) {
    // Servers of single-page applications answer an unknown address with their page and status 200.
    return answer.contentType.startsWith('text/html') ? { absent: 'a web page' } : { file: url, bytes: answer.bytes }
  }
  const { problem, facts, status, cause, isTooLong } = answer
  const fix = isTooLong ? 'check the address; download a file of that size by other means' : answer.fix
  if (status === 404 || status === 410) return { absent: `HTTP ${status}` }
  const what = status === undefined ? problem : `${problem}, HTTP ${status}`
  const error = fileError({ caller, file: url }, `no file: ${what}`, { facts, fix, cause })
  if (status === 403) return { absent: `HTTP ${status}`, error } // S3 also answers 403 when a file is missing
  throw error
}
