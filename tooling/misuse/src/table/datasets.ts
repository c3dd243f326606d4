// The calls of @ae/datasets, besides combinators and tables.
import { type Batch, writeSafetensors } from '@ae/core'
import * as datasets from '@ae/datasets'
import * as images from '@ae/images'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'
import { tableCalls } from './tables.ts'

const { callback, count, integer, listOf, number, object, oneOf, options, positive, seed, text } = kinds
const digits = place(world.dataset, world.digits)

const all = async (batches: AsyncIterable<Batch>) => {
  for await (const batch of batches) tf.dispose(batch as tf.TensorContainer)
  return 'all batches'
}
const labelsKind: kinds.Kind = {
  name: 'labels',
  isGood: (value) => ArrayBuffer.isView(value) || Array.isArray(value),
}
const shapeLabels: kinds.Kind = {
  name: 'labels of shapes()',
  isGood: (value) => kinds.isList(value) && Array.from(value).every(integer(0, 6143).isGood),
}
const passOptions = options({ batchSize: count, seed, epoch: integer(0) }, ['batchSize'])
const pass = place(passOptions, { batchSize: 2, seed: 1 })
const published = options({ split: oneOf('train', 'test'), from: kinds.name, limit: count, verify: kinds.flag })
export const placeOfFile = {
  name: 'a place',
  isGood: (value: unknown) => (typeof value === 'string' && value !== '') || value instanceof URL,
}
const bytesOf = {
  name: 'bytes',
  isGood: (value: unknown) => value instanceof ArrayBuffer || value instanceof Uint8Array,
}
const columnKinds: kinds.Kind = {
  name: 'kinds of columns',
  isGood: (value) => typeof value === 'object' && value !== null && Object.values(value).length === 0,
}
const missingCells: kinds.Kind = {
  name: 'texts and numbers',
  isGood: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number'),
}
/** A file: a place, a Blob or bytes. */
const fileSource = kinds.either(kinds.either(placeOfFile, bytesOf), {
  name: 'a Blob',
  isGood: (value: unknown) => value instanceof Blob,
})
const fixture = (name: string) => new URL(`../../../../packages/datasets/fixtures/${name}`, import.meta.url)
const tensors = writeSafetensors({
  metadata: new Map(),
  tensors: new Map([['x', { shape: [2, 3], data: new Float32Array(6) }]]),
})
/** `maximum` is above `minimum`, which is 0 unless it is given. */
const scale = { minimum: 0, maximum: 255 }
const arrayFile = {
  shape: oneOf(),
  minimum: number((value) => value < 255),
  maximum: positive,
  name: kinds.name,
}
const picture = await images.encodePng(tf.zeros([4, 4, 1]))
const pictures: kinds.Kind = {
  name: 'pictures',
  isGood: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => placeOfFile.isGood(one) || bytesOf.isGood(one)),
}
const pictureOptions = options(
  {
    shape: {
      name: 'a shape of images',
      isGood: (value) => Array.isArray(value) && value.length === 3 && (value[2] === 1 || value[2] === 3),
    },
    labels: kinds.either(oneOf('subfolders'), callback),
    classNames: listOf(text, 1),
    fit: oneOf('contain', 'cover', 'stretch'),
    filter: oneOf('box', 'bilinear', 'bicubic', 'lanczos'),
    background: kinds.probability,
    onBroken: oneOf('throw', 'skip'),
    cacheBytes: integer(0),
    maximumPixels: count,
    workers: integer(0),
    name: kinds.name,
    timeout: number((value) => value > 0 && value <= 86_400),
    signal: world.signal,
  },
  ['shape'],
)
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4)
const idxLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 5)

export const datasetCalls: readonly Call[] = [
  call(
    'fromArray',
    [
      place(
        {
          name: 'values',
          isGood: (value) =>
            value instanceof Float32Array || value instanceof Uint8Array || value instanceof Float64Array,
        },
        new Float32Array(8),
      ),
      place(options({ shape: oneOf(), labels: oneOf(), name: kinds.name }, ['shape']), { shape: [4], labels: [0, 1] }),
    ],
    datasets.fromArray,
  ),
  call('fromArray.take', [place(count, 2)], (many) => ({ taken: world.digits.take(many).size })),
  call('fromArray.batches', [pass], (chosen) => all(world.digits.batches(chosen))),
  call(
    'indexedDataset',
    [
      place(
        options(
          {
            name: kinds.name,
            shape: kinds.shape,
            size: count,
            range: oneOf(),
            labels: oneOf(),
            checksum: callback,
            read: callback,
          },
          ['name', 'shape', 'size', 'range', 'read'],
        ),
        { name: 'zeros', shape: [4], size: 2, range: { minimum: 0, maximum: 0 }, read: () => new Uint8Array(8) },
      ),
    ],
    datasets.indexedDataset,
  ),
  call('binarize', [digits, place(options({ seed }), {})], datasets.binarize),
  call('binarize.batches', [pass], (chosen) => all(datasets.binarize(world.digits).batches(chosen))),
  call(
    'withLabels',
    [place(object('a labelled data set', { ...world.dataset.members, labels: labelsKind }), world.digits)],
    datasets.withLabels,
  ),
  call('withLabels.batches', [pass], (chosen) => all(world.labelledDigits.batches(chosen))),
  call(
    'prefetch',
    [
      place(
        {
          name: 'batches',
          isGood: (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
        },
        world.digits.batches({ batchSize: 2 }),
      ),
      place(kinds.optional(integer(0)), 1),
    ],
    datasets.prefetch,
  ),
  call('decodeIdx', [place(oneOf(), idx)], datasets.decodeIdx),
  call(
    'fromIdx',
    [
      place(
        options(
          {
            images: fileSource,
            labels: fileSource,
            minimum: arrayFile.minimum,
            maximum: arrayFile.maximum,
            name: kinds.name,
          },
          ['images'],
        ),
        { images: idx, labels: idxLabels, ...scale },
      ),
    ],
    datasets.fromIdx,
  ),
  call(
    'fromNpy',
    [
      place(fileSource, fixture('numpy/images.npy')),
      place(options({ ...arrayFile, labels: kinds.either(fileSource, labelsKind) }), {
        ...scale,
        labels: [3, 1, 2, 0, 1, 2],
      }),
    ],
    datasets.fromNpy,
  ),
  call(
    'fromNpz',
    [
      place(fileSource, fixture('numpy/stored.npz')),
      place(
        options({ ...arrayFile, examples: kinds.name, labels: kinds.either(kinds.name, oneOf()), split: kinds.name }),
        { ...scale, examples: 'x', labels: 'y' },
      ),
    ],
    datasets.fromNpz,
  ),
  call(
    'fromParquet',
    [
      place(fileSource, fixture('parquet/fixed-lists.parquet')),
      place(
        options({
          ...arrayFile,
          columns: kinds.either(kinds.name, kinds.listOf(kinds.name, 1)),
          labels: kinds.name,
        }),
        { ...scale, columns: 'x', labels: 'label' },
      ),
    ],
    datasets.fromParquet,
  ),
  call(
    'tableFromParquet',
    [
      place(fileSource, fixture('parquet/missing.parquet')),
      place(options({ columns: columnKinds, missing: missingCells, name: kinds.name }), { columns: { x: 'number' } }),
    ],
    datasets.tableFromParquet,
  ),
  call(
    'parquetRows',
    [
      place(fileSource, fixture('parquet/fixed-lists.parquet')),
      place(options({ columns: kinds.either(kinds.name, kinds.listOf(kinds.name, 1)), labels: kinds.name }), {}),
    ],
    async (source, chosen) => {
      for await (const rows of datasets.parquetRows(source, chosen)) return rows
      return undefined
    },
  ),
  call(
    'fromSafetensors',
    [
      place(fileSource, tensors),
      place(options({ ...arrayFile, examples: kinds.name, labels: kinds.name }), { ...scale, examples: 'x' }),
    ],
    datasets.fromSafetensors,
  ),
  call(
    'emnist',
    [
      place(
        options(
          {
            from: placeOfFile,
            split: oneOf('train', 'test'),
            limit: count,
            subset: oneOf('balanced', 'bymerge', 'byclass', 'letters', 'digits', 'mnist'),
          },
          ['from'],
        ),
        { from: '/nowhere' },
      ),
    ],
    datasets.emnist,
  ),
  ...(['kmnist', 'qmnist'] as const).map((name) =>
    call(
      name,
      [
        place(options({ from: placeOfFile, split: oneOf('train', 'test'), limit: count }, ['from']), {
          from: '/nowhere',
        }),
      ],
      // biome-ignore lint/performance/noDynamicNamespaceImportAccess: two functions of one kind
      datasets[name],
    ),
  ),
  call(
    'idxFolder',
    [
      place(options({ from: placeOfFile, split: oneOf('train', 'test'), limit: count, name: kinds.name }, ['from']), {
        from: '/nowhere',
      }),
    ],
    datasets.idxFolder,
  ),
  call(
    'imageFolder',
    [place(placeOfFile, '/nowhere'), place(pictureOptions, { shape: [2, 2, 1] })],
    datasets.imageFolder,
  ),
  call('fromImages', [place(pictures, [picture]), place(pictureOptions, { shape: [2, 2, 1] })], datasets.fromImages),
  call('shapes', [place(options({ imageSize: oneOf(32, 64) }), {})], datasets.shapes),
  call('shapeFactors', [place(shapeLabels, [0, 6143])], datasets.shapeFactors),
  call('mnist', [place(published, { limit: 2, from: '/nowhere' })], datasets.mnist),
  call('fashionMnist', [place(published, { limit: 2, from: '/nowhere' })], datasets.fashionMnist),
  ...tableCalls,
]
