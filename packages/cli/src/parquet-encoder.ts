// Arrays and rows as Parquet, by hyparquet-writer: SNAPPY, a column for each number, as in a CSV file.
import { sizeOfShape } from '@ae/core'
import type { Row } from '@ae/datasets'
import { type BasicType, ByteWriter, ParquetWriter, parquetWriteBuffer, schemaFromColumnData } from 'hyparquet-writer'
import { type ArrayColumn, type ArrayValues, columnNames, type Encoder } from './encoder.ts'

const nothing = new Uint8Array(0)

/**
 * Row groups leave as soon as they are full, so that memory holds one.
 *
 * @param groupBytes of the numbers of a row group at most. Defaults to 16 MiB
 */
export function parquetEncoder(
  columns: readonly ArrayColumn[],
  count: number,
  groupBytes: number = 2 ** 24,
): Encoder<readonly ArrayValues[]> {
  const names = columns.map(columnNames)
  const width = names.flat().length
  const most = Math.max(1, Math.min(count, Math.floor(groupBytes / 4 / width)))
  const group = columns.map(({ type }, i) =>
    (names[i] ?? []).map((name) => ({
      name,
      type: type === 'float32' ? ('FLOAT' as const) : ('INT32' as const),
      nullable: false,
      data: new (type === 'float32' ? Float32Array : Int32Array)(most),
    })),
  )
  const writer = new ByteWriter()
  const file = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: group.flat() }) })
  let filled = 0
  const flush = () => {
    const columnData = group.flat().map((column) => ({ ...column, data: column.data.subarray(0, filled) }))
    if (filled > 0) file.write({ columnData, rowGroupSize: most })
    filled = 0
  }
  const taken = () => {
    const bytes = writer.getBytes().slice()
    writer.index = 0
    return bytes
  }
  return {
    begin: () => nothing, // the writer's first bytes leave with the first rows
    rows(arrays) {
      const rows = (arrays[0]?.length ?? 0) / sizeOfShape(columns[0]?.shape ?? [])
      for (let row = 0; row < rows; row++) {
        for (const [i, values] of arrays.entries()) {
          const own = group[i] ?? []
          for (let j = 0; j < own.length; j++)
            (own[j] as { data: ArrayValues }).data[filled] = values[row * own.length + j] ?? 0
        }
        if (++filled === most) flush()
      }
      return taken()
    },
    end() {
      flush()
      file.finish()
      return taken()
    },
  }
}

/** Rows of a table; they are collected, since the type of a column is that of all its cells. */
export function parquetRowsEncoder(): Encoder<readonly Row[]> {
  const all: Row[] = []
  return {
    begin: () => nothing,
    rows(rows) {
      all.push(...rows)
      return nothing
    },
    end: () =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: Object.keys(all[0] ?? {}).map((name) => {
            const data = all.map((row) => row[name] ?? null)
            return { name, type: typeOf(data), nullable: true, data }
          }),
        }),
      ),
  }
}

function typeOf(cells: readonly (Row[string] | null)[]): BasicType {
  const cell = cells.find((cell) => cell !== null)
  if (cell instanceof Date) return 'TIMESTAMP'
  if (typeof cell === 'number') return 'DOUBLE'
  return typeof cell === 'boolean' ? 'BOOLEAN' : 'STRING'
}
