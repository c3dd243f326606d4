// The user's own pictures or table as data. They are read in this Worker and go nowhere else.
import { DatasetError, type Json } from '@ae/core'
import { fromArray, fromCsv, fromImages, type IndexedDataset, tabularTransform } from '@ae/datasets'

/** Own data, and what became of the files. */
export interface OwnData {
  readonly data: IndexedDataset & { readonly likelihood?: Json }
  readonly kind: 'pictures' | 'table'
  readonly problems: readonly string[]
}

/** How large own pictures become, in pixels. */
const side = 28

/**
 * Reads files: one CSV as a table, anything else as pictures, grey if none has a colour.
 *
 * @throws {DatasetError} when there is nothing to learn in them
 */
export async function readOwn(files: readonly File[]): Promise<OwnData> {
  const tables = files.filter(({ name, type }) => /\.(csv|tsv)(\.gz)?$/i.test(name) || type === 'text/csv')
  const [table] = tables
  if (table === undefined) return readPictures(files)
  const others = files.filter((file) => file !== table)
  return {
    ...(await readTable(table)),
    problems: others.map(({ name }) => `${name}: only one table is read at a time`),
  }
}

async function readTable(file: File): Promise<Omit<OwnData, 'problems'>> {
  const table = await fromCsv(file, /\.tsv/i.test(file.name) ? { delimiter: '\t' } : {})
  const transform = tabularTransform(table)
  const data = transform.apply(table)
  return {
    data: Object.assign(data, { likelihood: { kind: 'mixed', ...transform.likelihood } as unknown as Json }),
    kind: 'table',
  }
}

async function readPictures(files: readonly File[]): Promise<OwnData> {
  const pictures = await fromImages(files, {
    shape: [side, side, 3],
    fit: 'cover',
    onBroken: 'skip',
    workers: 0,
    name: 'yours',
  })
  const problems = pictures.skipped.map(({ file, reason }) => `${file}: ${reason}`)
  if (pictures.size === 0) throw new DatasetError('No file is a picture.', { fix: 'choose PNG, JPEG or WebP files' })
  const values = await pictures.read(Uint32Array.from({ length: pictures.size }, (_, i) => i))
  const isGrey = values.every((value, i) => value === values[i - (i % 3)])
  const data = isGrey
    ? fromArray(
        values.filter((_, i) => i % 3 === 0),
        { shape: [side, side, 1], name: 'yours' },
      )
    : pictures
  return { data, kind: 'pictures', problems }
}
