// The calls of the packages other than core, losses and models.

import * as cli from '@ae/cli'
import { annotate, type Batch, writeSafetensors } from '@ae/core'
import * as datasets from '@ae/datasets'
import * as images from '@ae/images'
import * as metrics from '@ae/metrics'
import * as nodeGpu from '@ae/node-gpu'
import * as wasm from '@ae/wasm'
import * as web from '@ae/web'
import * as webgpu from '@ae/webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'
import { tableCalls } from './tables.ts'

const { callback, count, integer, listOf, nonNegative, number, object, oneOf, options, positive, seed, text } = kinds
const { models } = world

const digits = place(world.dataset, world.digits)
const isList = (value: unknown) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
const numbers: kinds.Kind = {
  name: 'numbers',
  isGood: (value) => isList(value) && Array.from(value as ArrayLike<unknown>).every(Number.isFinite),
}

const scores: kinds.Kind = {
  name: 'scores',
  isGood: (value) => {
    const all = isList(value) ? Array.from(value as ArrayLike<unknown>) : []
    return all.length > 0 && all.every((item) => typeof item === 'number' && !Number.isNaN(item))
  },
}
const twoScores: kinds.Kind = {
  name: 'two scores',
  isGood: (value) => scores.isGood(value) && (value as ArrayLike<number>).length === 2,
}
const twoLabels: kinds.Kind = {
  name: 'two labels, one of each class',
  isGood(value) {
    const [first, second, ...more] = isList(value) ? Array.from(value as ArrayLike<unknown>) : []
    const areLabels = [first, second].every((label) => [0, 1, false, true].includes(label as number))
    return areLabels && more.length === 0 && Boolean(first) !== Boolean(second)
  },
}
const scorable = kinds.object('a model', {
  inputShape: kinds.shape,
  codeSize: count,
  encode: callback,
  output: callback,
  likelihood: world.likelihood,
})
const flagging = { ...models.autoencoder, kind: 'autoencoder' }
annotate(flagging, { threshold: 1 })

const variational = place(world.variational, models.vae)
export const metricCalls: readonly Call[] = [
  call(
    'activeUnits',
    [variational, digits, place(options({ batchSize: count, threshold: nonNegative }), {})],
    metrics.activeUnits,
  ),
  call(
    'codeStatistics',
    [
      place(world.encoder, models.autoencoder),
      digits,
      place(options({ batchSize: count, bins: count, threshold: nonNegative }), {}),
    ],
    metrics.codeStatistics,
  ),
  call('klPerLatent', [variational, digits, place(options({ batchSize: count }), {})], metrics.klPerLatent),
  call(
    'totalCorrelation',
    [variational, digits, place(options({ samples: count, batchSize: count, seed }), { samples: 2 })],
    metrics.totalCorrelation,
  ),
  call(
    'importanceSampledLogLikelihood',
    [
      place(world.generative, models.vae),
      digits,
      place(options({ samples: count, batchSize: count, chunk: count, seed }), { samples: 2 }),
    ],
    metrics.importanceSampledLogLikelihood,
  ),
  call(
    'score',
    [
      place(scorable, models.autoencoder),
      place(kinds.either(world.dataset, kinds.batchOf(world.inputShape)), world.digits),
      place(options({ kind: oneOf('reconstruction'), samples: oneOf(0), seed, batchSize: count }), {}),
    ],
    metrics.score,
  ),
  call(
    'score.samples',
    [place(world.generative, models.vae), digits, place(options({ samples: integer(0), seed }), { samples: 2 })],
    metrics.score,
  ),
  call('isAnomaly', [place(scorable, flagging), digits, place(options({ batchSize: count }), {})], metrics.isAnomaly),
  call(
    'threshold',
    [place(scores, [1, 2]), place(options({ quantile: kinds.probability }, ['quantile']), { quantile: 0.5 })],
    metrics.threshold,
  ),
  call('threshold.contamination', [place(kinds.share, 0.1)], (contamination) =>
    metrics.threshold([1, 2], { contamination }),
  ),
  ...(['rocAuc', 'averagePrecision'] as const).map((name) =>
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: two functions of one kind
    call(name, [place(twoScores, [1, 2]), place(twoLabels, [0, 1])], metrics[name]),
  ),
]

const all = async (batches: AsyncIterable<Batch>) => {
  for await (const batch of batches) tf.dispose(batch as tf.TensorContainer)
  return 'all batches'
}
const labelsKind: kinds.Kind = {
  name: 'labels',
  isGood: (value) => ArrayBuffer.isView(value) || Array.isArray(value),
}
const passOptions = options({ batchSize: count, seed, epoch: integer(0) }, ['batchSize'])
const pass = place(passOptions, { batchSize: 2, seed: 1 })
const published = options({ split: oneOf('train', 'test'), from: kinds.name, limit: count, verify: kinds.flag })
const place4 = {
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
const place5 = kinds.either(kinds.either(place4, bytesOf), {
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
    Array.isArray(value) && value.length > 0 && value.every((one) => place4.isGood(one) || bytesOf.isGood(one)),
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
          { images: place5, labels: place5, minimum: arrayFile.minimum, maximum: arrayFile.maximum, name: kinds.name },
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
      place(place5, fixture('numpy/images.npy')),
      place(options({ ...arrayFile, labels: kinds.either(place5, labelsKind) }), {
        ...scale,
        labels: [3, 1, 2, 0, 1, 2],
      }),
    ],
    datasets.fromNpy,
  ),
  call(
    'fromNpz',
    [
      place(place5, fixture('numpy/stored.npz')),
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
      place(place5, fixture('parquet/fixed-lists.parquet')),
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
      place(place5, fixture('parquet/missing.parquet')),
      place(options({ columns: columnKinds, missing: missingCells, name: kinds.name }), { columns: { x: 'number' } }),
    ],
    datasets.tableFromParquet,
  ),
  call(
    'parquetRows',
    [
      place(place5, fixture('parquet/fixed-lists.parquet')),
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
      place(place5, tensors),
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
            from: place4,
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
      [place(options({ from: place4, split: oneOf('train', 'test'), limit: count }, ['from']), { from: '/nowhere' })],
      // biome-ignore lint/performance/noDynamicNamespaceImportAccess: two functions of one kind
      datasets[name],
    ),
  ),
  call(
    'idxFolder',
    [
      place(options({ from: place4, split: oneOf('train', 'test'), limit: count, name: kinds.name }, ['from']), {
        from: '/nowhere',
      }),
    ],
    datasets.idxFolder,
  ),
  call('imageFolder', [place(place4, '/nowhere'), place(pictureOptions, { shape: [2, 2, 1] })], datasets.imageFolder),
  call('fromImages', [place(pictures, [picture]), place(pictureOptions, { shape: [2, 2, 1] })], datasets.fromImages),
  call('mnist', [place(published, { limit: 2, from: '/nowhere' })], datasets.mnist),
  call('fashionMnist', [place(published, { limit: 2, from: '/nowhere' })], datasets.fashionMnist),
  ...tableCalls,
]

const isImages = (shape: readonly number[]) =>
  shape.every((n) => n > 0) && (shape.length === 3 || (shape.length === 4 && (shape[3] === 1 || shape[3] === 3)))
const isImage = (shape: readonly number[]) =>
  shape.every((n) => n > 0) && (shape.length === 2 || (shape.length === 3 && (shape[2] === 1 || shape[2] === 3)))
const batch = place(kinds.tensor(isImages, 'any'), world.images)
const image = place(kinds.tensor(isImage, 'any'), tf.zeros([4, 4, 1]))
const range = oneOf()
const layout = { columns: count, padding: integer(0), background: number(), scale: count }
const plot = { width: count, height: count, title: text, axisNames: listOf(text, 2, 2), textScale: count }
const drawing = options({ range, scale: count })
const texts = (many: number) => listOf(text, many, many)

export const imageCalls: readonly Call[] = [
  call('grid', [batch, place(options(layout), {})], images.grid),
  call(
    'captionedGrid',
    [
      batch,
      place(
        options({
          ...layout,
          captions: texts(2),
          rowLabels: texts(1),
          columnLabels: listOf(text, 1, 2),
          title: text,
          textScale: count,
          ink: number(),
        }),
        { captions: ['a', 'b'] },
      ),
    ],
    images.captionedGrid,
  ),
  call(
    'comparisonGrid',
    [
      place(
        listOf(
          kinds.tensor((shape) => isImages(shape)),
          1,
        ),
        [world.images, world.images],
      ),
      place(options(layout), {}),
    ],
    images.comparisonGrid,
  ),
  call('encodePng', [image, place(options({ range }), {})], images.encodePng),
  call(
    'encodeAnimation',
    [
      batch,
      place(
        options({
          range,
          framesPerSecond: number((n) => n >= 0.1 && n <= 60),
          loops: kinds.either(integer(1, 2 ** 31 - 1), oneOf(Number.POSITIVE_INFINITY)),
          scale: count,
        }),
        {},
      ),
    ],
    images.encodeAnimation,
  ),
  call(
    'lineChart',
    [
      place(
        {
          name: 'series',
          isGood: (value) =>
            typeof value === 'object' &&
            value !== null &&
            Object.keys(value).length > 0 &&
            Object.entries(value).every(
              ([name, values]) => /^[ -~]*$/.test(name) && numbers.isGood(values) && (values as number[]).length > 0,
            ),
        },
        { loss: [1, 2] },
      ),
      place(options({ ...plot, x: numbers, lineWidth: positive }), { x: [1, 2] }),
    ],
    images.lineChart,
  ),
  call(
    'scatterPlot',
    [
      place(
        kinds.tensor((shape) => shape.length === 2 && shape[1] === 2, 'any'),
        world.latents,
      ),
      place(
        options({
          ...plot,
          labels: oneOf(),
          labelNames: listOf(text, 2),
          radius: positive,
          opacity: number((n) => n > 0 && n <= 1),
        }),
        { labels: [0, 1], labelNames: ['a', 'b'] },
      ),
    ],
    images.scatterPlot,
  ),
  call(
    'readImages',
    [
      place(
        object('pixels', {
          width: oneOf(1),
          height: oneOf(1),
          data: { name: 'bytes', isGood: (value) => value instanceof Uint8Array && value.length === 4 },
        }),
        { width: 1, height: 1, data: new Uint8Array(4) },
      ),
      place(
        options(
          {
            shape: oneOf(),
            fit: oneOf('contain', 'cover', 'stretch'),
            ink: oneOf('light', 'dark'),
            background: kinds.probability,
          },
          ['shape'],
        ),
        { shape: [2, 2, 1] },
      ),
    ],
    images.readImages,
  ),
  call('toImageData', [image, place(drawing, {})], images.toImageData),
  call('toBlobUrl', [image, place(drawing, {})], images.toBlobUrl),
  call(
    'drawOnCanvas',
    [image, place(object('a canvas', { getContext: callback }), { getContext: () => null }), place(drawing, {})],
    images.drawOnCanvas,
  ),
]

const isUrl: kinds.Kind = { name: 'a URL or a path', isGood: place4.isGood }
const threads = { binary: isUrl, threads: count, vectorBits: oneOf(128, 256) }
export const wasmCalls: readonly Call[] = [call('wasmBackend', [place(options(threads), {})], wasm.wasmBackend)]

const info = {
  vendor: kinds.optional(text),
  architecture: kinds.optional(text),
  device: kinds.optional(text),
  description: kinds.optional(text),
}
const adapterInfo = { vendor: 'a', architecture: 'b', device: '', description: '', isFallbackAdapter: false }
/** A function cannot be distinguished from a class before it is called. */
const isClass: kinds.Kind = {
  name: 'a class',
  isGood: (value) => /^class /.test(String(typeof value === 'function' && value)),
}

export const webgpuCalls: readonly Call[] = [
  call('describeAdapter', [place(object('what an adapter says of itself', info), adapterInfo)], webgpu.describeAdapter),
  call('activateWebgpu', [place(isClass, undefined)], webgpu.activateWebgpu),
  call('activateWebgpu.open', [place(oneOf(), undefined)], (opening) => webgpu.activateWebgpu(async () => opening)),
]

const preference = { powerPreference: oneOf('high-performance', 'low-power') }
export const nodeGpuCalls: readonly Call[] = [
  call('webgpuBackend', [place(options(preference), {})], nodeGpu.webgpuBackend),
  call('cudaBackend', [place(options({ device: integer(0), memoryGrowth: kinds.flag }), {})], nodeGpu.cudaBackend),
  call('nativeBackend', [place(options({ threads: count }), {})], nodeGpu.nativeBackend),
  call('diagnose', [place(options({ seconds: positive, deadline: positive }), {})], nodeGpu.diagnose),
  call(
    'describeDiagnosis',
    [
      place(
        object('a diagnosis', {
          machine: oneOf(),
          packages: { name: 'packages', isGood: (value) => typeof value === 'object' && value !== null },
          candidates: listOf(oneOf()),
          working: listOf(text),
        }),
        {
          schema: 1,
          machine: { node: '20', platform: 'linux', processor: 'x', threads: 1, memoryBytes: 1, nvidiaGpus: [] },
          packages: {},
          candidates: [],
          working: [],
          fastest: null,
        },
      ),
    ],
    nodeGpu.describeDiagnosis,
  ),
  call(
    'linkLibtensorflow',
    [
      place(
        options(
          {
            from: kinds.name,
            package: oneOf('tfjs-node', 'tfjs-node-gpu'),
            onProgress: callback,
            places: listOf(kinds.name),
          },
          ['from'],
        ),
        {
          from: '/nowhere',
          places: ['/nowhere'],
        },
      ),
    ],
    nodeGpu.linkLibtensorflow,
  ),
]

const service = options(
  {
    models: listOf(world.modelKind, 1),
    backends: listOf(world.backend, 1),
    data: { name: 'functions', isGood: (value) => isRecordOf(value, callback) },
    objectives: { name: 'objectives', isGood: (value) => isRecordOf(value, kinds.objective) },
    optimizers: { name: 'optimisers', isGood: (value) => isRecordOf(value, world.optimizer) },
    onEpoch: callback,
  },
  ['models', 'backends'],
)
const isRecordOf = (value: unknown, of: kinds.Kind) =>
  typeof value === 'object' && value !== null && Object.values(value).every((item) => of.isGood(item))
const { vae } = await import('@ae/models')

export const webCalls: readonly Call[] = [
  call('download', [place(kinds.name, 'vae.safetensors')], web.download),
  call('indexedDb', [place(kinds.name, 'vae')], web.indexedDb),
  call('opfs', [place(kinds.name, 'runs/vae')], web.opfs),
  call(
    'webgpuBackend',
    [place(options({ ...preference, softwareAdapter: oneOf('refuse', 'accept') }), {})],
    web.webgpuBackend,
  ),
  call('webglBackend', [place(options({ softwareAdapter: oneOf('refuse', 'accept') }), {})], web.webglBackend),
  call('serveTraining', [place(service, { models: [vae], backends: [world.cpu] })], web.serveTraining),
  call(
    'trainInWorker',
    [
      place(callback, () => {
        throw new Error('there is no Worker here')
      }),
      place(world.trainable, models.autoencoder),
      place(kinds.either(world.dataset, kinds.name), world.digits),
      place(
        options({
          epochs: integer(0),
          batchSize: count,
          learningRate: positive,
          optimizer: kinds.name,
          seed,
          objective: kinds.name,
          validation: kinds.either(world.dataset, kinds.name),
          onProgress: callback,
          signal: world.signal,
          checkpoint: world.store,
          resume: world.store,
          weights: oneOf('each epoch', 'at the end'),
          whenBackendIsLost: oneOf('stop', 'continue'),
          onBackend: callback,
          canvas: oneOf(),
          startSeconds: positive,
        }),
        {},
      ),
    ],
    (create, model, data, chosen) => web.trainInWorker(create, model, data as never, chosen).next(),
  ),
]

export const cliCalls: readonly Call[] = [call('main', [place(listOf(text), ['--version'])], cli.main)]
