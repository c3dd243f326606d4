// The formats that arrays are written in, one row each: how rows of numbers become bytes, piece by piece where the format allows it.
import { OptionError, type Shape, type StoredTensor, sizeOfShape, writeSafetensors } from '@ae/core'
import { joinBytes, npyHeader } from '@ae/core/internal'
import { zipSync } from 'fflate'
import { type ArrayColumn, type ArrayValues, columnNames, type Encoder } from './encoder.ts'
import { parquetEncoder } from './parquet-encoder.ts'
import type { arrayFormatNames } from './verbs/of-a-model.ts'

/** A format of arrays. */
export interface ArrayFormat {
  readonly what: string
  readonly ending: RegExp
  /** Whether a terminal may show it. */
  readonly isText: boolean
  /** @param count how many rows there will be */
  encoder(columns: readonly ArrayColumn[], count: number): Encoder<readonly ArrayValues[]>
}

/** By the names that `--format` takes. */
export const arrayFormats = {
  npy: { what: 'one array of NumPy', ending: /\.npy$/i, isText: false, encoder: npyEncoder },
  npz: {
    what: 'an archive of NumPy, collected in memory',
    ending: /\.npz$/i,
    isText: false,
    encoder: collecting((arrays) =>
      zipSync(
        Object.fromEntries(
          [...arrays].map(([name, { shape, data }]) => {
            const type = data instanceof Float32Array ? 'float32' : 'int32'
            return [`${name}.npy`, [joinBytes([npyHeader(shape, type), bytesOf(data)]), { level: 0 }]]
          }),
        ),
      ),
    ),
  },
  safetensors: {
    what: 'tensors by name, collected in memory',
    ending: /\.safetensors$/i,
    isText: false,
    encoder: collecting((tensors) => writeSafetensors({ metadata: new Map(), tensors })),
  },
  parquet: {
    what: 'a column for each number',
    ending: /\.(?:parquet|pq)$/i,
    isText: false,
    encoder: parquetEncoder,
  },
  csv: { what: 'comma-separated values', ending: /\.csv$/i, isText: true, encoder: csvEncoder },
  jsonl: {
    what: 'JSON lines, one object an example',
    ending: /\.(?:jsonl|ndjson)$/i,
    isText: true,
    encoder: (columns) => jsonEncoder(columns, ['', '', '\n', '']),
  },
  json: {
    what: 'a JSON array of objects',
    ending: /\.json$/i,
    isText: true,
    encoder: (columns) => jsonEncoder(columns, ['[\n', ',\n', '', '\n]\n']),
  },
} as const satisfies Readonly<Record<(typeof arrayFormatNames)[number], ArrayFormat>>

/** A name of {@link arrayFormats}. */
type ArrayFormatName = keyof typeof arrayFormats

/**
 * What writes arrays in a format.
 *
 * @throws {OptionError} when the format holds one array and there are several
 */
export function encoderFor(
  verb: string,
  format: string,
  columns: readonly ArrayColumn[],
  count: number,
): Encoder<readonly ArrayValues[]> {
  if (!(format in arrayFormats)) throw new Error(`${format} was let through`)
  if (format === 'npy' && columns.length > 1) {
    throw new OptionError(`\`${verb}\` cannot write several arrays as .npy, which holds one.`, {
      facts: {
        Expected: 'npz, safetensors, parquet, csv, jsonl or json',
        Received: columns.map(({ name }) => name).join(', '),
      },
      fix: 'pass --out with the ending .npz, or --format npz',
    })
  }
  return arrayFormats[format as ArrayFormatName].encoder(columns, count)
}

const text = new TextEncoder()
const nothing = new Uint8Array(0)

function npyEncoder([column]: readonly ArrayColumn[], count: number): Encoder<readonly ArrayValues[]> {
  const { shape = [], type = 'float32' } = column ?? {}
  return {
    begin: () => npyHeader([count, ...shape], type),
    rows: ([values]) => (values === undefined ? nothing : bytesOf(values)),
    end: () => nothing,
  }
}

/** Formats whose header says where each array ends: rows are kept until the last. */
function collecting(write: (arrays: ReadonlyMap<string, StoredTensor>) => Uint8Array): ArrayFormat['encoder'] {
  return (columns, count) => {
    const arrays = columns.map(({ name, shape, type }) => {
      const data = new (type === 'float32' ? Float32Array : Int32Array)(count * sizeOfShape(shape))
      return { name, shape: [count, ...shape], data, at: 0 }
    })
    return {
      begin: () => nothing,
      rows(rows) {
        for (const [i, array] of arrays.entries()) {
          const values = rows[i] ?? []
          array.data.set(values, array.at)
          array.at += values.length
        }
        return nothing
      },
      end: () => write(new Map(arrays.map(({ name, shape, data }) => [name, { shape, data }]))),
    }
  }
}

function csvEncoder(columns: readonly ArrayColumn[]): Encoder<readonly ArrayValues[]> {
  return {
    begin: () => text.encode(`${columns.flatMap(columnNames).join(',')}\n`),
    rows: (rows) => text.encode(linesOf(columns, rows, (fields) => `${fields.flat().join(',')}\n`)),
    end: () => nothing,
  }
}

function jsonEncoder(
  columns: readonly ArrayColumn[],
  [first, between, after, last]: readonly [string, string, string, string],
): Encoder<readonly ArrayValues[]> {
  let isFirst = true
  return {
    begin: () => text.encode(first),
    rows: (rows) =>
      text.encode(
        linesOf(columns, rows, (fields) => {
          const members = columns.map(({ name, shape }, i) => `"${name}":${nested(fields[i] ?? [], shape)}`)
          const line = `${isFirst ? '' : between}{${members.join(',')}}${after}`
          isFirst = false
          return line
        }),
      ),
    end: () => text.encode(last),
  }
}

/** A line for each row, from the texts of its numbers, array by array. */
function linesOf(
  columns: readonly ArrayColumn[],
  rows: readonly ArrayValues[],
  line: (fields: readonly (readonly string[])[]) => string,
): string {
  const sizes = columns.map(({ shape }) => sizeOfShape(shape))
  const count = (rows[0]?.length ?? 0) / (sizes[0] ?? 1)
  let lines = ''
  for (let row = 0; row < count; row++) {
    lines += line(
      sizes.map((size, i) => Array.from({ length: size }, (_, at) => shortest(Number(rows[i]?.[row * size + at])))),
    )
  }
  return lines
}

/** The fewest digits that give the same float32 again. */
function shortest(value: number): string {
  if (Number.isInteger(value)) return String(value)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const rounded = Math.fround(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === rounded) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

/** Numbers as nested lists in JSON. NaN and infinite values, which JSON does not have, become null. */
function nested(fields: readonly string[], shape: Shape): string {
  const [length, ...rest] = shape
  if (length === undefined) return /^-?\d/.test(fields[0] ?? '') ? String(fields[0]) : 'null'
  const size = sizeOfShape(rest)
  const parts = Array.from({ length }, (_, i) => nested(fields.slice(i * size, (i + 1) * size), rest))
  return `[${parts.join(',')}]`
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
