// One column of one row group of a Parquet file: its pages are checked, then decoded here if they hold plain numbers without gaps,
// and by hyparquet otherwise.
import type * as Hyparquet from 'hyparquet'
import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData, SchemaTree } from 'hyparquet'
import type { OpenFile } from './open-file.ts'
import { flatNumbers } from './parquet-flat.ts'
import { type CheckedPage, checkedPages } from './parquet-pages.ts'

/** An open file with what reads it. */
interface ParquetSource {
  readonly opened: OpenFile
  readonly buffer: AsyncBuffer
  readonly metadata: FileMetaData
  readonly tree: SchemaTree
  /** The rows of each group. */
  readonly groups: readonly number[]
  readonly hyparquet: typeof Hyparquet
  readonly parquetHeader: Parameters<typeof checkedPages>[2]
  readonly compressors: Compressors
}

/** One leaf of the column, its pages checked. */
interface Chunk {
  /** Which of the row group's. */
  readonly index: number
  readonly claim: ColumnMetaData
  /** Where it lies in the file. */
  readonly start: number
  readonly bytes: Uint8Array
  readonly pages: readonly CheckedPage[]
  readonly maxDefinition: number
  readonly isFlat: boolean
}

/**
 * A value a row.
 *
 * @throws {Error} a short reason, when the file is damaged or packed in an unknown way
 */
export async function readColumn(source: ParquetSource, column: string, group: number): Promise<ArrayLike<unknown>> {
  const rows = source.groups[group] as number
  const chunks = await chunksOf(source, column, group)
  const [only] = chunks
  const node = source.tree.children.find(({ element }) => element.name === column)
  if (only === undefined || node === undefined) throw new Error('the row group lacks it')
  if (only.isFlat && node.children.length === 0) {
    const { pages, maxDefinition, claim } = only
    const unpackPage = (page: CheckedPage) => unpack(page.stored, page.length, claim.codec, source.compressors)
    const numbers = flatNumbers(pages, node.element, { rows, maxDefinition }, unpackPage)
    if (numbers !== undefined) return numbers
  }
  const values = await readByLibrary(source, column, group, chunks)
  if (values.length !== rows) throw new Error(`it has ${values.length} values for ${rows} rows`)
  return values
}

async function chunksOf(source: ParquetSource, column: string, group: number): Promise<readonly Chunk[]> {
  const { opened, metadata, tree, groups, parquetHeader } = source
  const rows = groups[group] as number
  const chunks: Chunk[] = []
  for (const [index, { meta_data: claim }] of (metadata.row_groups[group]?.columns ?? []).entries()) {
    if (claim === undefined || claim.path_in_schema[0] !== column) continue
    const { start, end } = rangeOf(claim)
    if (!(start >= 4 && end >= start && end <= opened.length)) throw new Error('it lies beyond the end of the file')
    const bytes = await opened.read(start, end)
    const { isFlat, ...levels } = levelsOf(tree, claim.path_in_schema)
    const count = Number(claim.num_values)
    if (isFlat ? count !== rows : count < rows) throw new Error(`it has ${count} values for ${rows} rows`)
    const pages = checkedPages(bytes, { codec: claim.codec, type: claim.type, count, ...levels }, parquetHeader)
    chunks.push({ index, claim, start, bytes, pages, maxDefinition: levels.maxDefinition, isFlat })
  }
  return chunks
}

/** hyparquet gets the bytes that were checked, and unpacks each page by a function that checks what comes out. */
async function readByLibrary(
  { buffer, metadata, groups, hyparquet, compressors }: ParquetSource,
  column: string,
  group: number,
  chunks: readonly Chunk[],
): Promise<ArrayLike<unknown>> {
  const unpackers: Record<string, (input: Uint8Array, length: number) => Uint8Array> = {}
  const codecs = new Map<number, string>()
  for (const { index, claim, pages } of chunks) {
    const packed = pages.filter(({ isPacked }) => isPacked)
    const codec = `checked-${index}`
    let page = 0
    codecs.set(index, codec)
    unpackers[codec] = (input, length) => {
      const content = unpack(input, length, claim.codec, compressors)
      packed[page++]?.check(content)
      return content
    }
  }
  const row_groups = metadata.row_groups.map((each, i) => {
    if (i !== group) return each
    const columns = each.columns.map((chunk, index) => {
      const codec = codecs.get(index) as ColumnMetaData['codec'] | undefined
      return codec === undefined || chunk.meta_data === undefined
        ? chunk
        : { ...chunk, meta_data: { ...chunk.meta_data, codec } }
    })
    return { ...each, columns }
  })
  const file: AsyncBuffer = {
    byteLength: buffer.byteLength,
    async slice(start, end = buffer.byteLength) {
      const held = chunks.find((chunk) => chunk.start <= start && end <= chunk.start + chunk.bytes.length)
      if (held === undefined) return buffer.slice(start, end)
      return exact(held.bytes.subarray(start - held.start, end - held.start))
    },
  }
  const scan = await hyparquet.parquetScan({
    file,
    metadata: { ...metadata, row_groups },
    columns: [column],
    compressors: unpackers as Compressors,
    utf8: false,
    geoparquet: false,
    useOffsetIndex: false,
  })
  const rowStart = groups.slice(0, group).reduce((sum, rows) => sum + rows, 0)
  return scan.readColumn({ column, rowStart, rowEnd: rowStart + (groups[group] as number) })
}

/** The bytes as an ArrayBuffer of their own. */
export function exact(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
  return isWhole ? buffer : new Uint8Array(bytes).buffer
}

function rangeOf({ dictionary_page_offset, data_page_offset, total_compressed_size }: ColumnMetaData) {
  const dictionary = Number(dictionary_page_offset ?? 0)
  const start = dictionary > 0 && dictionary < Number(data_page_offset) ? dictionary : Number(data_page_offset)
  return { start, end: start + Number(total_compressed_size) }
}

/** The highest levels of a leaf: how many of its ancestors may be missing, and how many are lists. */
function levelsOf(tree: SchemaTree, path: readonly string[]) {
  let node = tree.children.find(({ element }) => element.name === path[0])
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
