// Examples for a model that is there: from any door of `ae train`, in the model's shape, rows of a table through the model's transform.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatasetError, type Interval, OptionError, type Shape } from '@ae/core'
import {
  concat,
  type IndexedDataset,
  idxFolder,
  indexedDataset,
  type Labels,
  split,
  type Table,
  type TabularTransform,
} from '@ae/datasets'
import { byteStream } from './byte-stream.ts'
import { type DatasetName, datasets } from './data.ts'
import { assertThere, isDataFile, isFolder, pathOf, readDataFile } from './data-files.ts'
import { readPictures } from './data-folders.ts'
import { isPictureFolder, type Sniffed, sniff } from './data-sniff.ts'
import { assertFitting } from './fitting-shape.ts'
import { assertOneLabelEach, isLabelsFile, readLabels } from './labels-file.ts'
import { type NpyWish, npyFile, npyStream } from './npy-examples.ts'
import { terminalInput } from './open-model.ts'
import { type PlaceOfData, placeOfData } from './place-of-data.ts'
import { numbersOfTable, readTableFile, rowsOfPart } from './table-examples.ts'
import type { Io, Settings } from './verb.ts'

/** What examples a verb wants. */
export interface ExamplesWish {
  /** What was run, e.g. `ae encode`, for messages. */
  readonly verb: string
  /** The shape of an example. */
  readonly shape: Shape
  /** Between rows of a table and examples, if the model has one. */
  readonly transform?: TabularTransform | undefined
  /** Between which values they must lie. Defaults to any. */
  readonly support?: Interval | undefined
  /** The names of the model's classes: labels that have names become theirs. */
  readonly classNames?: readonly string[] | undefined
  /** Whether one pass in stored order is all that is made. */
  readonly isOnePass?: boolean
  /** Whether they are codes: bytes are numbers and no fractions, and of a table the columns z0, z1, ... are taken. */
  readonly areCodes?: boolean
}

/** Examples that are open. */
export interface OpenExamples {
  /** Their values and, if they are known, their labels. */
  readonly data: IndexedDataset
  /** The rows that they were made of, if they are those of a table. */
  readonly table?: Table | undefined
  /** Closes files, and removes what stdin was kept in. */
  close(): Promise<void>
}

interface Parts {
  readonly train: IndexedDataset
  readonly test?: IndexedDataset | undefined
  readonly table?: Table | undefined
  close?(): Promise<void>
}

/**
 * Opens the data that the settings name.
 *
 * @param settings the values of the flags of data
 * @param operand what stands for `settings.data`, where a verb takes several
 * @returns undefined if they name none
 * @throws {DatasetError} when it cannot be read, has another shape, or values that the model cannot take
 */
export async function openExamples(
  settings: Settings,
  io: Pick<Io, 'stdin'>,
  wish: ExamplesWish,
  operand: unknown = settings.data,
): Promise<OpenExamples | undefined> {
  const place = placeOfData(wish.verb, settings, operand)
  if (place === undefined) return undefined
  if (settings.model === '-' && 'path' in place && place.path === '-') {
    throw new OptionError(`\`${wish.verb}\` was asked to read both the model and the data from stdin.`, {
      facts: { Received: '- and -' },
      fix: 'pass the path of one of them',
    })
  }
  const labels = isLabelsFile(settings.labels) ? await readLabels(wish.verb, settings.labels) : undefined
  const parts = await partsAt(place, labels === undefined ? settings : { ...settings, labels: undefined }, io, wish)
  try {
    const { data, table } = chosenPart(labels === undefined ? parts : withLabelsFor(wish.verb, parts, labels), settings)
    const fitted = withClassesOf(wish, inShape(wish, data))
    const limit = settings.limit as number | undefined
    return {
      data: limit === undefined ? fitted : fitted.take(limit),
      table: limit === undefined ? table : table?.take(limit),
      close: async () => parts.close?.(),
    }
  } catch (error) {
    await parts.close?.()
    throw error
  }
}

async function partsAt(
  place: PlaceOfData,
  settings: Settings,
  io: Pick<Io, 'stdin'>,
  wish: ExamplesWish,
): Promise<Parts> {
  if ('dataset' in place) {
    const load = datasets[place.dataset as DatasetName]
    return { train: await load({ split: 'train' }), test: await load({ split: 'test' }) }
  }
  const { path: given, kind } = place
  if (given !== '-') {
    await assertThere(given)
    const path = pathOf(given)
    if (!(await isFolder(path)) && ((await isDataFile(given)) || kind !== undefined))
      return fileAt(path, settings, wish, kind)
    if (kind !== undefined && kind !== 'images') throw notOfKind(wish.verb, given, kind, 'a folder')
    const isIdx = kind !== 'images' && !((await isFolder(path)) && (await isPictureFolder(path)))
    if (!isIdx) return readPictures(given, { labels: settings.labels as string | undefined, shape: wish.shape })
    return {
      train: await idxFolder({ from: given, split: 'train' }),
      test: await idxFolder({ from: given, split: 'test' }),
    }
  }
  if (io.stdin.isTTY) throw terminalInput(wish.verb)
  const stream = byteStream(io.stdin as AsyncIterable<Uint8Array>)
  const beginning = Buffer.from(await stream.peek(6)).toString('latin1')
  if (beginning === '\x93NUMPY' && wish.isOnePass && settings.labels === undefined && settings.split === undefined) {
    const train = await npyStream(stream, npyWish(wish))
    if (train !== undefined) return { train, close: () => stream.close() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'ae-stdin-'))
  const close = () => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'stdin')
    await writeFile(path, await stream.rest())
    const parts = await fileAt(path, settings, wish, kind)
    return {
      ...parts,
      async close() {
        await parts.close?.()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function fileAt(
  path: string,
  settings: Settings,
  wish: ExamplesWish,
  kind: Exclude<PlaceOfData, { dataset: string }>['kind'],
): Promise<Parts> {
  const sniffed = await sniff(path)
  if (kind !== undefined && kind !== sniffed) throw notOfKind(wish.verb, path, kind, sniffed)
  const { examples, missing } = settings as Readonly<Record<string, string | undefined>>
  const labels = (settings.targetColumn ?? settings.labels) as string | undefined
  if (sniffed === 'npy' && labels === undefined && !/^https?:/i.test(path)) {
    const opened = await npyFile(path, npyWish(wish))
    if (opened !== undefined) return { train: opened.data, close: opened.close }
  }
  const isTable = sniffed === 'csv' || sniffed === 'json' || (sniffed === 'parquet' && wish.transform !== undefined)
  if (!isTable) {
    const { train, test } = await readDataFile(path, { examples, labels, missing, shape: undefined })
    return { train, test }
  }
  const table = await readTableFile(path, sniffed, { verb: wish.verb, transform: wish.transform, missing })
  if (!('columns' in table)) return { train: table }
  const { transform } = wish
  if (transform === undefined) return { train: numbersOfTable(table, { ...wish, examples, labels }) }
  const chosen = rowsOfPart(table, settings.split, Object.keys(transform.kinds))
  return { train: transform.apply(chosen, { labels }), table: chosen }
}

/** The part that `--split` says; of rows it was chosen before. */
function chosenPart(
  { train, test, table }: Parts,
  { split: part }: Settings,
): { readonly data: IndexedDataset; readonly table?: Table | undefined } {
  if (table !== undefined || part === undefined) return { data: test ?? train, table }
  if (part === 'all') return { data: test === undefined ? train : concat(train, test) }
  if (test !== undefined) return { data: part === 'train' ? train : test }
  const share = Math.max(0.1, 1 / train.size)
  const [most, rest] = split(train, { fractions: [1 - share, share] }) // as `ae train` divides it
  return { data: part === 'train' ? most : rest }
}

/** The same values in the wanted shape. */
function inShape({ verb, shape, support }: ExamplesWish, data: IndexedDataset): IndexedDataset {
  assertFitting(verb, data.name, data.shape, shape)
  const { minimum, maximum } = data.range
  if (support !== undefined && (minimum < support.minimum || maximum > support.maximum)) {
    throw new DatasetError(`\`${verb}\` received values that the model cannot take.`, {
      facts: {
        Expected: `values in [${support.minimum}, ${support.maximum}]`,
        Received: `values in [${minimum}, ${maximum}] (${data.name})`,
      },
      fix: 'scale the values as those were that the model was trained on',
    })
  }
  if (data.shape.join() === shape.join()) return data
  const { name, size, range, labels, notes, checksum } = data
  return indexedDataset({ name, shape, size, range, labels, notes, checksum, read: (indices) => data.read(indices) })
}

/** Labels that have names, by the model's names: a folder or a table may have fewer classes, or others. */
function withClassesOf({ verb, classNames }: ExamplesWish, data: IndexedDataset): IndexedDataset {
  const own = data.notes?.classNames
  const { labels } = data
  if (
    classNames === undefined ||
    own === undefined ||
    labels === undefined ||
    own.join('\n') === classNames.join('\n')
  ) {
    return data
  }
  const places = own.map((name) => classNames.indexOf(name))
  const renamed = Int32Array.from(labels, (label) => places[label] ?? -1)
  const unknown = renamed.indexOf(-1)
  if (unknown >= 0) {
    throw new DatasetError(`\`${verb}\` received a class that the model does not have.`, {
      facts: { Expected: classNames.join(', '), Received: String(own[labels[unknown] as number]) },
      fix: 'leave its examples out, or train a model with that class',
    })
  }
  return relabelled(data, renamed)
}

/** Data in one piece with labels of its own; the rows of a table were chosen before, and so are labels with them. */
function withLabelsFor(verb: string, { train, ...rest }: Parts, labels: Int32Array): Parts {
  assertOneLabelEach(verb, labels, train)
  return { ...rest, train: relabelled(train, labels) }
}

/** The same examples with other labels. */
function relabelled(data: IndexedDataset, labels: Labels): IndexedDataset {
  const { name, shape, size, range, notes } = data
  return indexedDataset({ name, shape, size, range, labels, notes, read: (indices) => data.read(indices) })
}

function npyWish({ verb, shape, support, areCodes }: ExamplesWish): NpyWish {
  return { verb, shape, support, areBytesFractions: areCodes !== true }
}

function notOfKind(verb: string, path: string, kind: string, found: Sniffed): OptionError {
  return new OptionError(`\`${verb}\` received something else than --${kind} says.`, {
    facts: { Path: path, Expected: kind, Received: found },
    fix: 'pass it with --data, which takes every kind',
  })
}
