// Bytes that are read piece by piece: of memory, of a Blob, of a file in Node, or of any store. A checkpoint may be larger than
// what is wanted of it.
import { OptionError, type Store, storeOf, WeightsError } from '@ae/core'
import { nodeModule, readStore, show } from '@ae/core/internal'

/** What a file can be read from: its bytes, a `File` or `Blob` of a page, a store, or in Node a path. */
export type FileSource = Uint8Array | ArrayBuffer | Blob | Store | string

/** Bytes of a known length that can be read from any place. */
export interface ByteSource {
  /** Its name in errors. */
  readonly name: string
  /** How many bytes. */
  readonly size: number
  /**
   * The bytes from `begin` to before `end`.
   *
   * @param begin of at least 0
   * @param end at most `size`
   * @returns perhaps a view: borrowed
   */
  read(begin: number, end: number): Promise<Uint8Array>
}

/**
 * Lends a file's bytes to a function.
 *
 * @param functionName the public function that reads, for messages
 * @param value as received
 * @param use reads what it wants; the file is closed after it
 * @returns what `use` returns
 * @throws {OptionError} when it is not a source; {@link WeightsError} when it cannot be read
 */
export async function withBytes<result>(
  functionName: string,
  value: unknown,
  use: (bytes: ByteSource) => Promise<result>,
): Promise<result> {
  const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
  if (typeof value === 'string' && value !== '' && fs !== undefined) {
    storeOf(functionName, 'source', value) // refuses addresses
    return withFile(functionName, fs, value, use)
  }
  return use(await inMemory(functionName, value))
}

async function inMemory(functionName: string, value: unknown): Promise<ByteSource> {
  if (value instanceof Uint8Array) return ofBytes('the bytes', value)
  if (value instanceof ArrayBuffer) return ofBytes('the bytes', new Uint8Array(value))
  if (typeof Blob !== 'undefined' && value instanceof Blob) return ofBlob(functionName, value)
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null || !('read' in value))) {
    throw new OptionError(`\`${functionName}\` received a bad \`source\`.`, {
      facts: { Expected: 'bytes, a Blob, a store or a path', Received: show(value) },
      fix: 'pass the file as a Uint8Array, a File of the page, a store such as http(url), or in Node its path',
    })
  }
  const store = storeOf(functionName, 'source', value)
  return ofBytes(store.name, await readStore(functionName, store))
}

function ofBytes(name: string, bytes: Uint8Array): ByteSource {
  return { name, size: bytes.length, read: async (begin, end) => bytes.subarray(begin, end) }
}

function ofBlob(functionName: string, blob: Blob): ByteSource {
  const name = 'name' in blob && typeof blob.name === 'string' ? blob.name : 'the Blob'
  return {
    name,
    size: blob.size,
    async read(begin, end) {
      try {
        return new Uint8Array(await blob.slice(begin, end).arrayBuffer())
      } catch (cause) {
        throw new WeightsError(`\`${functionName}\` cannot read ${name}.`, {
          facts: { Reason: String(cause) },
          fix: 'choose the file again: it was moved or changed after it was chosen',
          cause,
        })
      }
    },
  }
}

async function withFile<result>(
  functionName: string,
  fs: typeof import('node:fs/promises'),
  path: string,
  use: (bytes: ByteSource) => Promise<result>,
): Promise<result> {
  const failed = (cause: unknown) =>
    new WeightsError(`\`${functionName}\` cannot read ${path}.`, {
      facts: { Reason: cause instanceof Error ? cause.message : String(cause) },
      fix: 'check the path, and that it names a file that may be read',
      cause,
    })
  const handle = await fs.open(path, 'r').catch((cause: unknown) => {
    throw failed(cause)
  })
  try {
    const { size } = await handle.stat()
    return await use({
      name: path,
      size,
      async read(begin, end) {
        const bytes = new Uint8Array(end - begin)
        let filled = 0
        while (filled < bytes.length) {
          const { bytesRead } = await handle
            .read(bytes, filled, bytes.length - filled, begin + filled)
            .catch((cause) => {
              throw failed(cause)
            })
          if (bytesRead === 0) throw failed('the file was shortened while it was read')
          filled += bytesRead
        }
        return bytes
      },
    })
  } finally {
    await handle.close()
  }
}
