// A Parquet file, read column by column within one row group, by hyparquet (MIT). https://parquet.apache.org/docs/file-format/
import { DatasetError } from '@ae/core'
import { printable } from '@ae/core/internal'
import type { AsyncBuffer, Compressors, FileMetaData, SchemaTree } from 'hyparquet'
import { describe, fileError } from '../file-error.ts'
import type { ReadingOptions } from '../place.ts'
import { type FileSource, type OpenFile, openFile } from './open-file.ts'
import { exact, readColumn } from './parquet-column.ts'

/** What a column holds. */
type ColumnKind = 'numbers' | 'bytes' | 'lists' | 'images' | 'text' | 'binary' | 'dates' | 'others'

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
      const source = { opened, buffer, metadata, tree, groups, hyparquet, parquetHeader, compressors }
      return {
        file: opened.file,
        columns,
        groups,
        texts: new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
        read: (column: string, group: number) => guarded(() => readColumn(source, column, group), column),
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
  if (type !== 'BYTE_ARRAY' || converted === 'JSON' || converted === 'BSON') return 'others'
  return converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM'
    ? 'text'
    : 'binary'
}
