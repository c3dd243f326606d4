// A Parquet file, read column by column within one row group, by hyparquet (MIT). https://parquet.apache.org/docs/file-format/
import { DatasetError } from '@ae/core'
import { printable } from '@ae/core/internal'
import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData, SchemaTree } from 'hyparquet'
import { describe, fileError } from '../file-error.ts'
import type { ReadingOptions } from '../place.ts'
import { type FileSource, type OpenFile, openFile } from './open-file.ts'
import { checkedPages } from './parquet-pages.ts'

/** What a column holds. */
export type ColumnKind = 'numbers' | 'bytes' | 'lists' | 'images' | 'text' | 'binary' | 'dates' | 'others'

/** A column of the topmost level. */
export interface ParquetColumn {
  readonly name: string
  /** `bytes` are numbers of type uint8; `lists` hold numbers, also nested; `images` are structs with a field `bytes`. */
  readonly kind: ColumnKind
  /** Whether the numbers in the lists are of type uint8. */
  readonly holdsBytes: boolean
  /** For messages, e.g. `list of INT32`. */
  readonly type: string
}

/** An open Parquet file. */
export interface ParquetFile {
  /** Its path or URL, or the name of the argument. */
  readonly file: string
  readonly columns: readonly ParquetColumn[]
  /** The number of rows of each row group. */
  readonly groups: readonly number[]
  /** Text that the writer added, by key. */
  readonly texts: ReadonlyMap<string, string>
  /**
   * One column of one row group: a value a row; missing ones are null or undefined.
   *
   * @throws {DatasetError} when the file is damaged, or packed or encoded in an unknown way
   */
  read(column: string, group: number): Promise<ArrayLike<unknown>>
  close(): Promise<void>
}

/**
 * Opens a Parquet file.
 *
 * @param caller the public function, for messages
 * @throws {DatasetError} when there is none, or it is damaged
 */
export async function openParquet(caller: string, source: FileSource, reading: ReadingOptions): Promise<ParquetFile> {
  const opened = await openFile(caller, 'source', source, reading)
  const origin = { caller, file: opened.file }
  const guarded = async <result>(read: () => Promise<result>, where = ''): Promise<result> => {
    try {
      return await read()
    } catch (cause) {
      reading.signal?.throwIfAborted()
      if (DatasetError.isInstance(cause)) throw cause
      const isParquet = await isParquetFile(opened)
      throw fileError(origin, isParquet ? 'a damaged Parquet file' : 'a file that is not Parquet', {
        facts: { ...(where && { Column: where }), Reason: printable(describe(cause), 200) },
        fix: isParquet ? 'download or write the file again' : 'pass a file written by to_parquet or write_parquet',
        cause,
      })
    }
  }
  try {
    return await guarded(async () => {
      const [hyparquet, { parquetHeader }, { compressors: all, decompressZstd }] = await Promise.all([
        import('hyparquet'),
        import('hyparquet/src/column.js'),
        import('hyparquet-compressors'),
      ])
      // A frame of zstd says how long it is, and would be believed.
      const ZSTD = (input: Uint8Array, length: number) => decompressZstd(input, new Uint8Array(length))
      const compressors: Compressors = { ...all, ZSTD }
      if (opened.length < 12) throw new Error('it is too short')
      const buffer: AsyncBuffer = {
        byteLength: opened.length,
        slice: async (start, end) => exact(await readWithin(opened, start, end ?? opened.length)),
      }
      const metadata = await hyparquet.parquetMetadataAsync(buffer, { geoparquet: false })
      const tree = hyparquet.parquetSchema(metadata)
      const groups = assertPossible(metadata, opened.length)
      const columns = tree.children.map(columnOf)
      const starts = groups.map((_, i) => groups.slice(0, i).reduce((sum, count) => sum + count, 0))
      const read = async (column: string, group: number): Promise<ArrayLike<unknown>> => {
        const rows = groups[group] as number
        const node = tree.children.find(({ element }) => element.name === column)
        const chunks: { start: number; bytes: Uint8Array }[] = []
        const unpackers: Record<string, (input: Uint8Array, length: number) => Uint8Array> = {}
        const checked = await Promise.all(
          (metadata.row_groups[group]?.columns ?? []).map(async (chunk, i) => {
            const claim = chunk.meta_data
            if (claim === undefined || claim.path_in_schema[0] !== column || node === undefined) return chunk
            const { start, end } = rangeOf(claim)
            if (!(start >= 4 && end >= start && end <= opened.length))
              throw new Error('a column lies beyond the end of the file')
            const bytes = await opened.read(start, end)
            const { isFlat, ...levels } = levelsOf(node, claim.path_in_schema)
            const count = Number(claim.num_values)
            if (isFlat ? count !== rows : count < rows) throw new Error(`it has ${count} values for ${rows} rows`)
            const pages = checkedPages(bytes, { codec: claim.codec, type: claim.type, count, ...levels }, parquetHeader)
            const packed = pages.filter(({ isPacked }) => isPacked)
            let page = 0
            const codec = `checked-${i}`
            unpackers[codec] = (input, length) => {
              const content = unpack(input, length, claim.codec, compressors)
              packed[page++]?.check(content)
              return content
            }
            chunks.push({ start, bytes })
            return { ...chunk, meta_data: { ...claim, codec: codec as ColumnMetaData['codec'] } }
          }),
        )
        if (chunks.length === 0) throw new Error('the row group lacks it')
        const row_groups = metadata.row_groups.map((each, i) => (i === group ? { ...each, columns: checked } : each))
        const file: AsyncBuffer = {
          byteLength: opened.length,
          async slice(start, end = opened.length) {
            const held = chunks.find((chunk) => chunk.start <= start && end <= chunk.start + chunk.bytes.length)
            if (held === undefined) return buffer.slice(start, end)
            return exact(held.bytes.subarray(start - held.start, end - held.start))
          },
        }
        const first = starts[group] as number
        const scan = await hyparquet.parquetScan({
          file,
          metadata: { ...metadata, row_groups },
          columns: [column],
          compressors: unpackers as Compressors,
          utf8: false,
          geoparquet: false,
          useOffsetIndex: false,
        })
        const values = await scan.readColumn({ column, rowStart: first, rowEnd: first + rows })
        if (values.length !== rows) throw new Error(`it has ${values.length} values for ${rows} rows`)
        return values
      }
      return {
        file: opened.file,
        columns,
        groups,
        texts: new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
        read: (column: string, group: number) => guarded(() => read(column, group), column),
        close: () => opened.close(),
      }
    })
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function isParquetFile(opened: OpenFile): Promise<boolean> {
  if (opened.length < 4) return false
  return new TextDecoder().decode(await opened.read(0, 4)) === 'PAR1'
}

async function readWithin(opened: OpenFile, start: number, end: number): Promise<Uint8Array> {
  if (!(start >= 0 && start <= end && end <= opened.length)) throw new Error('it points beyond its end')
  return opened.read(start, end)
}

/** The bytes as an ArrayBuffer of their own. */
function exact(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
  return isWhole ? buffer : new Uint8Array(bytes).buffer
}

/** The rows of each group, if its numbers do not contradict each other and are possible for a file of this length. */
function assertPossible(metadata: FileMetaData, length: number): readonly number[] {
  const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows))
  const most = Math.max(2 ** 22, 1000 * length)
  let values = 0
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data: claim, crypto_metadata } of columns) {
      if (claim === undefined || crypto_metadata !== undefined) throw new Error('it is encrypted')
      values += Number(claim.num_values)
    }
  }
  const total = groups.reduce((sum, rows) => sum + rows, 0)
  const areCounts = [...groups, values].every((count) => Number.isSafeInteger(count) && count >= 0)
  if (!areCounts || total !== Number(metadata.num_rows)) throw new Error('its row counts contradict each other')
  if (Math.max(total, values) > most) throw new Error(`it claims ${values} values in ${length} bytes`)
  return groups
}

function rangeOf({ dictionary_page_offset, data_page_offset, total_compressed_size }: ColumnMetaData) {
  const dictionary = Number(dictionary_page_offset ?? 0)
  const start = dictionary > 0 && dictionary < Number(data_page_offset) ? dictionary : Number(data_page_offset)
  return { start, end: start + Number(total_compressed_size) }
}

/** The highest levels of a leaf: how many of its ancestors may be missing, and how many are lists. */
function levelsOf(column: SchemaTree, path: readonly string[]) {
  let node: SchemaTree | undefined = column
  let maxDefinition = 0
  let maxRepetition = 0
  for (let depth = 1; node !== undefined; depth++) {
    const { repetition_type } = node.element
    if (repetition_type !== 'REQUIRED') maxDefinition++
    if (repetition_type === 'REPEATED') maxRepetition++
    node = node.children.find(({ element }) => element.name === path[depth])
  }
  return { maxDefinition, maxRepetition, isFlat: maxRepetition === 0 }
}

function unpack(input: Uint8Array, length: number, codec: string, compressors: Compressors): Uint8Array {
  if (codec === 'UNCOMPRESSED') return input
  const unpackAll = compressors[codec as keyof Compressors]
  if (unpackAll === undefined) throw new Error(`it is packed by ${codec}`)
  return unpackAll(input, length)
}

function columnOf(node: SchemaTree): ParquetColumn {
  const { element } = node
  const leaf = leafOf(node)
  const kind = kindOf(node)
  const holdsBytes = kind === 'bytes' || (kind === 'lists' && leaf !== undefined && kindOf(leaf) === 'bytes')
  const leafType = leaf?.element.logical_type?.type ?? leaf?.element.converted_type ?? leaf?.element.type ?? 'struct'
  return { name: element.name, kind, holdsBytes, type: kind === 'lists' ? `list of ${leafType}` : leafType }
}

/** The only leaf below a node; undefined below a struct of several. */
function leafOf(node: SchemaTree): SchemaTree | undefined {
  const [child, another] = node.children
  if (another !== undefined) return undefined
  return child === undefined ? node : leafOf(child)
}

function kindOf(node: SchemaTree): ColumnKind {
  const { type, converted_type: converted, logical_type: logical, repetition_type } = node.element
  if (node.children.length > 0 || repetition_type === 'REPEATED') {
    if (node.children.some(({ element }) => element.name === 'bytes' && element.type === 'BYTE_ARRAY')) return 'images'
    const leaf = leafOf(node)
    if (leaf === undefined || converted === 'MAP' || node.children[0]?.element.repetition_type !== 'REPEATED')
      return 'others'
    return /^(?:numbers|bytes)$/.test(kindOf(leaf)) ? 'lists' : 'others'
  }
  if (converted === 'UINT_8' || (logical?.type === 'INTEGER' && logical.bitWidth === 8 && !logical.isSigned))
    return 'bytes'
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL' || logical?.type === 'FLOAT16') return 'numbers'
  if (/^(?:DATE|TIME)/.test(`${converted ?? logical?.type ?? ''}`) || type === 'INT96') return 'dates'
  if (/^(?:BOOLEAN|INT32|INT64|FLOAT|DOUBLE)$/.test(type ?? '')) return 'numbers'
  if (type !== 'BYTE_ARRAY') return 'others'
  return converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM'
    ? 'text'
    : 'binary'
}
