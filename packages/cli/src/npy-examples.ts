// The examples of a .npy file that is read as far as it is needed: a file where it lies, stdin once from its beginning to its end.
import { open } from 'node:fs/promises'
import { DatasetError, type Interval, type Shape, sizeOfShape } from '@ae/core'
import { decoders, type NpyHeader, type Refuse, readNpyHeader } from '@ae/core/internal'
import { type IndexedDataset, indexedDataset, type Values } from '@ae/datasets'
import type { ByteStream } from './byte-stream.ts'
import { assertFitting } from './fitting-shape.ts'

/** What examples must be. */
export interface NpyWish {
  /** The verb, for messages. */
  readonly verb: string
  /** The shape of an example. */
  readonly shape: Shape
  /** Between which values they must lie. Defaults to any. */
  readonly support?: Interval | undefined
  /** Whether bytes stand for a fraction of 255, as those of pictures. */
  readonly areBytesFractions: boolean
}

/** Bytes of an array, by their place. */
interface NpyBytes {
  readonly name: string
  /** Those from `begin` to `end`; fewer where the file ends. */
  read(begin: number, end: number): Promise<Uint8Array>
}

/**
 * A .npy file. It stays open until `close`.
 *
 * @returns undefined for an array in Fortran order or big-endian, which has to be read as a whole
 */
export async function npyFile(path: string, wish: NpyWish) {
  const handle = await open(path)
  try {
    const read = async (begin: number, end: number) => {
      const bytes = new Uint8Array(end - begin)
      let at = 0
      for (let count = 1; count > 0 && at < bytes.length; at += count) {
        count = (await handle.read(bytes, at, bytes.length - at, begin + at)).bytesRead
      }
      return bytes.subarray(0, at)
    }
    const header = await headerOf({ name: path, read }, wish)
    if (header.isFortran || header.isBigEndian) {
      await handle.close()
      return undefined
    }
    const { size } = await handle.stat()
    if (size !== header.end) {
      const [problem, fix] =
        size < header.end
          ? ['a truncated .npy file', 'copy or save the file again']
          : ['an .npy file with bytes after its end', 'save one array in a file with np.save, or several with np.savez']
      throw refusing(wish.verb, path)(problem, {
        facts: { Expected: `${header.end} bytes for [${header.shape.join(', ')}]`, Received: `${size} bytes` },
        fix,
      })
    }
    return { data: datasetOf({ name: path, read }, header, wish), close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** A .npy file on stdin, of which one pass can be made, in stored order. */
export async function npyStream(stream: ByteStream, wish: NpyWish): Promise<IndexedDataset | undefined> {
  const name = 'stdin'
  const header = await headerOf({ name, read: async (_, end) => stream.peek(end) }, wish)
  if (header.isFortran || header.isBigEndian) return undefined
  await stream.take(header.start)
  let at = header.start
  return datasetOf(
    {
      name,
      async read(begin, end) {
        if (begin !== at) throw new Error(`stdin is at byte ${at}, and byte ${begin} was asked for`)
        const bytes = await stream.take(end - begin)
        at += bytes.length
        if (at < header.end || (await stream.peek(1)).length === 0) return bytes
        throw refusing(wish.verb, name)('an .npy file with bytes after its end', {
          facts: { Expected: `${header.end} bytes for [${header.shape.join(', ')}]` },
          fix: 'send one array: several files need several commands',
        })
      },
    },
    header,
    wish,
  )
}

async function headerOf(bytes: NpyBytes, { verb }: NpyWish): Promise<NpyHeader> {
  for (let count = 128; ; ) {
    const beginning = await bytes.read(0, count)
    const header = readNpyHeader(beginning, refusing(verb, bytes.name))
    if (!('needs' in header)) return header
    if (beginning.length < count || header.needs <= count) {
      throw refusing(verb, bytes.name)('a truncated .npy file', {
        facts: { Expected: `a header of ${header.needs} bytes`, Received: `${beginning.length} bytes` },
        fix: 'copy or save the file again',
      })
    }
    count = header.needs
  }
}

function datasetOf(bytes: NpyBytes, header: NpyHeader, wish: NpyWish): IndexedDataset {
  const { verb, shape, support = { minimum: -Infinity, maximum: Infinity }, areBytesFractions } = wish
  const [size = 0, ...example] = header.shape
  const { name } = bytes
  if (header.shape.length === 0 || size === 0) {
    throw refusing(verb, name)('an array without examples', {
      facts: {
        Expected: 'an array whose first axis counts the examples',
        Received: `[${header.shape.join(', ')}]`,
      },
      fix: 'pass an array of at least one example',
    })
  }
  assertFitting(verb, name, example, shape)
  const exampleSize = sizeOfShape(shape)
  const exampleBytes = (header.end - header.start) / size
  const isFraction = header.dtype === 'U8' && areBytesFractions
  const decode = (stored: Uint8Array): Values => {
    const values = decoders[header.dtype]?.(stored) ?? stored
    if (values instanceof Float32Array) return values
    return isFraction ? Uint8Array.from(values) : Float32Array.from(values)
  }
  const rowsFrom = async (first: number, count: number): Promise<Values> => {
    const begin = header.start + first * exampleBytes
    const stored = await bytes.read(begin, begin + count * exampleBytes)
    if (stored.length < count * exampleBytes) {
      throw refusing(verb, name)('a truncated .npy file', {
        facts: { Expected: `${size} examples`, Received: `${first + Math.floor(stored.length / exampleBytes)}` },
        fix: 'copy or save the file again',
      })
    }
    const values = decode(stored)
    if (!isFraction) assertWithin(values, { verb, name, first, exampleSize, support })
    return values
  }
  return indexedDataset({
    name,
    shape,
    size,
    range: isFraction ? { minimum: 0, maximum: 1 } : support, // each value is compared when it is read
    async read(indices) {
      const parts: Values[] = []
      for (const [first, count] of runsOf(indices)) parts.push(await rowsFrom(first, count))
      return parts.length === 1 ? (parts[0] as Values) : joined(parts, isFraction)
    },
  })
}

/** Places that follow each other, as the first and how many. */
function* runsOf(indices: Uint32Array): Generator<readonly [first: number, count: number]> {
  let start = 0
  for (let i = 1; i <= indices.length; i++) {
    if (i < indices.length && indices[i] === (indices[i - 1] as number) + 1) continue
    yield [indices[start] as number, i - start]
    start = i
  }
}

function joined(parts: readonly Values[], areBytes: boolean): Values {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const all = areBytes ? new Uint8Array(length) : new Float32Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

interface Place {
  readonly verb: string
  readonly name: string
  readonly first: number
  readonly exampleSize: number
  readonly support: Interval
}

/** @throws {DatasetError} when a value is NaN, infinite, or beyond what the model takes */
function assertWithin(values: Values, { verb, name, first, exampleSize, support }: Place): void {
  const { minimum, maximum } = support
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value >= minimum && value <= maximum && Number.isFinite(value)) continue
    const isNumber = Number.isFinite(value)
    const example = first + Math.floor(i / exampleSize)
    throw new DatasetError(
      `\`${verb}\` received a value that ${isNumber ? 'the model cannot take' : 'is not finite'}.`,
      {
        facts: {
          File: name,
          Expected: Number.isFinite(minimum + maximum) ? `values in [${minimum}, ${maximum}]` : 'finite numbers',
          Received: `${value}: example ${example}, value ${i % exampleSize} of it`,
        },
        fix: isNumber
          ? `scale the values as those were that the model was trained on`
          : 'remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32',
      },
    )
  }
}

function refusing(verb: string, name: string): Refuse {
  return (what, { facts = {}, ...details }) =>
    new DatasetError(`\`${verb}\` received ${what}.`, { ...details, facts: { File: name, ...facts } })
}
