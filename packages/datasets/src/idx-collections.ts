// Collections with the file format of MNIST: EMNIST, KMNIST and QMNIST, read from a folder that holds their published files.
import { assertOptions, oneOf, positiveInteger } from '@ae/core/internal'
import { mnistFiles, type PublishedDataset, type Split } from './catalogue.ts'
import { fileError, type Origin } from './file-error.ts'
import { type Request, type SplitFiles, splitAt } from './find-files.ts'
import { anyIdx } from './from-idx.ts'
import type { Idx } from './idx.ts'
import { type IdxForm, idxDataset } from './idx-dataset.ts'
import type { LabelledDataset, Labels } from './indexed-dataset.ts'
import { placeOption, type ReadingOptions, readingChecks } from './place.ts'

/** Options of {@link kmnist} and {@link qmnist}. */
export interface CollectionOptions extends ReadingOptions {
  /** The folder (Node) or URL that holds the published IDX files, plain or gzip. */
  readonly from: string | URL
  /** `train` or `test`. Defaults to `train`. */
  readonly split?: Split | undefined
  /** Only the first so many images, a positive integer; all when there are fewer. Defaults to all. */
  readonly limit?: number | undefined
}

/** The parts of EMNIST: which characters, and how many of each. */
export type EmnistSubset = 'byclass' | 'bymerge' | 'balanced' | 'letters' | 'digits' | 'mnist'

/** Options of {@link emnist}. */
export interface EmnistOptions extends CollectionOptions {
  /**
   * Which characters: `byclass` all 62, `bymerge` 47 because some small letters look as the capital ones, `balanced` the same 47
   * equally often, `letters` 26, `digits` and `mnist` 10. Defaults to `balanced`.
   */
  readonly subset?: EmnistSubset | undefined
}

const digits = '0123456789'
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const merged = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt'

/** The characters of each part, by label. */
const emnistClasses: Readonly<Record<EmnistSubset, string>> = {
  balanced: merged,
  bymerge: merged,
  byclass: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  letters: capitals,
  digits,
  mnist: digits,
}

/**
 * EMNIST: handwritten letters and digits, grey images `[28, 28, 1]` with values in [0, 1]. The published files hold each image
 * mirrored at its diagonal, and count the labels of `letters` from 1; here images are upright, and labels count from 0.
 *
 * The files are those of NIST's `gzip.zip`, such as `emnist-letters-train-images-idx3-ubyte.gz`.
 *
 * @param options where the files are, and which
 * @returns the dataset; `classNames` of its notes are the characters
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when a file is missing, corrupt or truncated, or the two do not fit
 * @throws the signal's reason when it aborts
 * @see Cohen, Afshar, Tapson and van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017
 * @example
 * ```ts
 * const letters = await emnist({ from: 'emnist/gzip', subset: 'letters', split: 'test' })
 * ```
 */
export async function emnist(options: EmnistOptions): Promise<LabelledDataset> {
  const subset = options?.subset ?? 'balanced'
  const names = (split: string) => fileNames(`emnist-${subset}-${split}`, 'labels-idx1-ubyte')
  const { images, labels, request } = await filesOf('emnist', options, names, {
    subset: oneOf(...Object.keys(emnistClasses)),
  })
  const classNames = [...emnistClasses[subset]]
  const upright = { ...anyIdx, limit: request.limit, classNames, valuesOf: transposed }
  const form: IdxForm = subset === 'letters' ? { ...upright, labelsOf: countedFrom0 } : upright
  return idxDataset('emnist', `emnist/${subset}/${options.split ?? 'train'}`, { images, labels }, form)
}

/**
 * Kuzushiji-MNIST: ten characters of cursive Japanese, grey images `[28, 28, 1]` with values in [0, 1].
 *
 * @param options where the files are, which have the names of MNIST's
 * @returns the dataset; `classNames` of its notes are the characters
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when a file is missing, corrupt or truncated, or the two do not fit
 * @throws the signal's reason when it aborts
 * @see Clanuwat and others, "Deep learning for classical Japanese literature", 2018
 */
export async function kmnist(options: CollectionOptions): Promise<LabelledDataset> {
  const { images, labels, request } = await filesOf('kmnist', options, (split) => {
    const { images, labels } = mnistFiles.splits[split]
    return { images: images.name, labels: labels.name }
  })
  const form = { ...anyIdx, limit: request.limit, classNames: [...'おきすつなはまやれを'] }
  return idxDataset('kmnist', `kmnist/${options.split ?? 'train'}`, { images, labels }, form)
}

/**
 * QMNIST: the digits of MNIST with all 60,000 of the test set, grey images `[28, 28, 1]` with values in [0, 1]. Of the eight columns
 * of its labels the first is taken, the digit.
 *
 * @param options where the files are, such as `qmnist-test-labels-idx2-int.gz`
 * @returns the dataset; `classNames` of its notes are the digits
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when a file is missing, corrupt or truncated, or the two do not fit
 * @throws the signal's reason when it aborts
 * @see Yadav and Bottou, "Cold case: the lost MNIST digits", 2019
 */
export async function qmnist(options: CollectionOptions): Promise<LabelledDataset> {
  const names = (split: string) => fileNames(`qmnist-${split}`, 'labels-idx2-int')
  const { images, labels, request } = await filesOf('qmnist', options, names)
  const form = { ...anyIdx, limit: request.limit, classNames: [...digits] }
  return idxDataset('qmnist', `qmnist/${options.split ?? 'train'}`, { images, labels }, form)
}

/** Turns square images of bytes upright, where they are. */
function transposed({ values, shape }: Idx, origin: Origin): Uint8Array {
  const [, side = 0, width, ...channels] = shape
  if (side !== width || channels.length > 0 || !(values instanceof Uint8Array)) {
    throw fileError(origin, 'images that are not square', {
      facts: { Expected: '[28, 28] bytes', Received: `[${shape.slice(1).join(', ')}]` },
      fix: 'use fromIdx for other images',
    })
  }
  for (let first = 0; first < values.length; first += side * side) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < row; column++) {
        const [a, b] = [first + row * side + column, first + column * side + row]
        const value = values[a] as number
        values[a] = values[b] as number
        values[b] = value
      }
    }
  }
  return values
}

function countedFrom0({ values }: Idx, origin: Origin): Labels {
  const low = values.findIndex((label) => label < 1)
  if (low < 0) return Int32Array.from(values, (label) => label - 1)
  throw fileError(origin, 'labels that do not count from 1', {
    facts: { Expected: 'labels from 1', Received: `${values[low]} at index ${low}` },
    fix: 'pass the published file of this part',
  })
}

function fileNames(prefix: string, labels: string): Record<keyof SplitFiles, string> {
  return { images: `${prefix}-images-idx3-ubyte`, labels: `${prefix}-${labels}` }
}

/** The two files of one split. */
async function filesOf(
  caller: string,
  options: CollectionOptions,
  namesOf: (split: Split) => Record<keyof SplitFiles, string>,
  more: Parameters<typeof assertOptions>[2] = {},
): Promise<SplitFiles & { readonly request: Request }> {
  const checks = { from: placeOption, split: oneOf('train', 'test'), limit: positiveInteger }
  assertOptions(caller, options, { ...checks, ...more, ...readingChecks() }, ['from'])
  const { split = 'train', limit, timeout, signal, from } = options
  const request = { caller, verify: false, limit, timeout, signal }
  const names = namesOf(split)
  const unknown = { bytes: 0, sha256: '' } // not verified
  const wanted: PublishedDataset['splits'][Split] = {
    images: { ...unknown, name: names.images },
    labels: { ...unknown, name: names.labels },
  }
  return { ...(await splitAt(String(from), wanted, request)), request }
}
