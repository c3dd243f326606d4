// Embeddings for TensorBoard's projector: the codes and their labels as tables, the images as one picture, and the list of these
// files (tensorboard/plugins/projector/projector_config.proto), in the folder of the event file.
import { OptionError, ShapeError } from '@ae/core'
import { assertOptions, assertTensor, joinBytes, nonNegativeInteger, positiveInteger, show } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LogFile } from './log-file.ts'
import { pngOf } from './png.ts'

/** Codes: a tensor `[count, codeSize]`, rows, or plain numbers as `encodeAll` of `@ae/metrics` gives them. */
export type EmbeddedCodes =
  | Tensor
  | readonly ArrayLike<number>[]
  | {
      /** `[count, codeSize]`, row after row. */
      readonly values: ArrayLike<number>
      /** How many codes. */
      readonly count: number
      /** The length of each. */
      readonly codeSize: number
    }

/** What the projector shows at each point. */
export interface EmbeddingOptions {
  /** Optimiser steps made so far, an integer of at least 0. Defaults to 0. */
  readonly step?: number | undefined
  /** One label per code, which colours its point: numbers, or texts without tabs and line breaks. Defaults to none. */
  readonly labels?: ArrayLike<number | string> | undefined
  /** One image per code, drawn at its point. Defaults to none. */
  readonly images?: EmbeddingImages | undefined
}

/** The images of an embedding, in one picture. */
export interface EmbeddingImages {
  /**
   * The bytes of a PNG file with all images side by side, in rows of `Math.ceil(Math.sqrt(count))`, the first at the upper left:
   * `await encodePng(grid(images, { padding: 0 }))` of `@ae/images` gives it.
   */
  readonly png: Uint8Array
  /** Pixels from top to bottom of one image. */
  readonly height: number
  /** Pixels from left to right of one image. */
  readonly width: number
}

/** The files of an embedding, and its entry in the projector's list. */
interface EmbeddingFiles {
  readonly name: string
  readonly entry: string
  readonly files: Readonly<Record<string, Uint8Array>>
}

/**
 * Checks an embedding and makes its files.
 *
 * @param tag its name
 * @param codes `[count, codeSize]`, borrowed
 * @param options see {@link EmbeddingOptions}
 */
export async function embeddingFiles(
  tag: string,
  codes: EmbeddedCodes,
  options: EmbeddingOptions,
): Promise<EmbeddingFiles> {
  assertOptions('embedding', options, {
    step: nonNegativeInteger,
    labels: (value) =>
      isLabels(value) ? undefined : 'an array of numbers, or of strings without tabs and line breaks',
    images: (value) => (typeof value === 'object' && value !== null ? undefined : '{ png, height, width }'),
  })
  const { step = 0, labels, images } = options
  const rows = await rowsOf(codes)
  if (labels !== undefined && labels.length !== rows.length) {
    throw new ShapeError('`embedding` received the wrong number of `labels`.', {
      facts: { Expected: `${rows.length}, one per code`, Received: String(labels.length) },
      fix: 'pass the labels of these codes, in their order',
    })
  }
  const folder = `projector/${String(step).padStart(5, '0')}-${encodeURIComponent(tag).replaceAll('*', '%2A')}`
  const name = `${tag}:${String(step).padStart(5, '0')}`
  const files: Record<string, Uint8Array> = {
    [`${folder}/tensors.tsv`]: table(rows.map((row) => row.map(digits).join('\t'))),
  }
  const lines = [`tensor_name: ${JSON.stringify(name)}`, `tensor_path: "${folder}/tensors.tsv"`]
  if (labels !== undefined) {
    files[`${folder}/metadata.tsv`] = table(Array.from(labels, String))
    lines.push(`metadata_path: "${folder}/metadata.tsv"`)
  }
  if (images !== undefined) {
    files[`${folder}/sprite.png`] = spriteOf(images, rows.length)
    const { width, height } = images
    lines.push(`sprite { image_path: "${folder}/sprite.png" single_image_dim: ${width} single_image_dim: ${height} }`)
  }
  return { name, files, entry: `embeddings {\n${lines.map((line) => `  ${line}\n`).join('')}}\n` }
}

/** Adds an embedding to the projector's list, unless it is on it. */
export async function listEmbedding(list: LogFile, { name, entry }: EmbeddingFiles): Promise<void> {
  const content = await list.read()
  if (new TextDecoder().decode(content).includes(`tensor_name: ${JSON.stringify(name)}\n`)) return
  await list.replace(joinBytes([content, new TextEncoder().encode(entry)]))
}

async function rowsOf(codes: unknown): Promise<readonly number[][]> {
  if (Array.isArray(codes)) {
    if (codes.length === 0 || !Array.from(codes).every(isList)) throw badCodes(show(codes))
    const rows = Array.from(codes, (row) => Array.from<number>(row))
    assertFinite(rows)
    if (rows.every((row) => row.length === rows[0]?.length && row.length > 0)) return rows
    throw badShape('rows of one length', 'rows of different lengths')
  }
  const { values, count, codeSize } = (codes ?? {}) as Readonly<Record<string, unknown>>
  if (isList(values) && values.length > 0 && values.length === Number(count) * Number(codeSize)) {
    return rowsIn(values as ArrayLike<number>, Number(codeSize))
  }
  assertTensor('embedding', 'codes', codes)
  const [rows = 0, size = 0] = codes.shape
  if (codes.rank === 2 && rows > 0 && size > 0) return rowsIn(await codes.data(), size)
  throw badShape('[count, codeSize], at least one code', `[${codes.shape.join(', ')}]`)
}

function rowsIn(values: ArrayLike<number>, size: number): number[][] {
  const all = Array.from(values)
  const rows = Array.from({ length: all.length / size }, (_, row) => all.slice(row * size, (row + 1) * size))
  assertFinite(rows)
  return rows
}

function assertFinite(rows: readonly number[][]): void {
  for (const [row, values] of rows.entries()) {
    const column = values.findIndex((value) => !Number.isFinite(value))
    if (column >= 0) throw badCodes(`${show(values[column])} in row ${row}, column ${column}`)
  }
}

function badCodes(received: string): OptionError {
  return new OptionError('`embedding` received bad `codes`.', {
    facts: { Expected: 'a tensor of shape [count, codeSize], or rows, of finite numbers', Received: received },
    fix: 'pass the codes of some examples, e.g. model.encode(x)',
  })
}

function badShape(expected: string, received: string): ShapeError {
  return new ShapeError('`embedding` received `codes` of the wrong shape.', {
    facts: { Expected: expected, Received: received },
    fix: 'pass one row per example, e.g. model.encode(x)',
  })
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

function isLabels(value: unknown): boolean {
  return (
    isList(value) &&
    Array.from(value).every((label) =>
      typeof label === 'string' ? !/[\t\r\n]/.test(label) && label !== '' : Number.isFinite(label),
    )
  )
}

/** Nine digits, which tell every float32 from its neighbours. */
function digits(value: number): string {
  return String(Number(value.toPrecision(9)))
}

function table(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}

function spriteOf(images: EmbeddingImages, count: number): Uint8Array {
  assertOptions('embedding', images, { png: () => undefined, height: positiveInteger, width: positiveInteger }, [
    'png',
    'height',
    'width',
  ])
  const png = pngOf('embedding', 'images.png', images.png)
  const columns = Math.ceil(Math.sqrt(count))
  const [width, height] = [columns * images.width, Math.ceil(count / columns) * images.height]
  if (png.width === width && png.height === height) return png.bytes
  throw new ShapeError('`embedding` received a picture of `images` of the wrong size.', {
    facts: {
      Expected: `${width} x ${height} pixels, ${columns} images in a row`,
      Received: `${png.width} x ${png.height}`,
    },
    fix: 'pass png: await encodePng(grid(images, { padding: 0 })), and the height and width of one image',
  })
}
