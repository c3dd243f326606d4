// The calls of the smaller packages.

import * as cli from '@ae/cli'
import * as images from '@ae/images'
import * as nodeGpu from '@ae/node-gpu'
import * as wasm from '@ae/wasm'
import * as web from '@ae/web'
import * as webgpu from '@ae/webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'
import { placeOfFile } from './datasets.ts'

const { callback, count, integer, isList, listOf, number, object, oneOf, options, positive, seed, text } = kinds
const { models } = world

const numbers: kinds.Kind = {
  name: 'numbers',
  isGood: (value) => isList(value) && Array.from(value as ArrayLike<unknown>).every(Number.isFinite),
}

const manyNumbers: kinds.Kind = {
  name: 'numbers, at least one',
  isGood: (value) => numbers.isGood(value) && (value as ArrayLike<number>).length > 0,
}
const epochKind: kinds.Kind = {
  name: 'an epoch with a total',
  isGood: (value) => {
    const { epoch, loss, validation } = (value ?? {}) as {
      epoch?: unknown
      loss?: { total?: unknown }
      validation?: unknown
    }
    return Number.isFinite(epoch) && Number.isFinite(loss?.total) && typeof (validation ?? {}) === 'object'
  },
}

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
    'lossCurves',
    [
      place(kinds.either(listOf(epochKind, 1), object('a history', { epochs: listOf(epochKind, 1) })), [
        { epoch: 1, loss: { total: 2 } },
      ]),
      place(
        options({
          ...plot,
          terms: listOf(oneOf('total'), 1),
          lineWidth: positive,
        }),
        {},
      ),
    ],
    images.lossCurves,
  ),
  call(
    'barChart',
    [place(manyNumbers, [1, -2]), place(options({ ...plot, names: listOf(text, 2, 2) }), { names: ['a', 'b'] })],
    images.barChart,
  ),
  call(
    'histogram',
    [
      place(
        {
          name: 'series',
          isGood: (value) =>
            manyNumbers.isGood(value) ||
            (!isList(value) &&
              typeof value === 'object' &&
              value !== null &&
              Object.keys(value).length > 0 &&
              Object.entries(value).every(([name, one]) => /^[ -~]*$/.test(name) && manyNumbers.isGood(one))),
        },
        { a: [1, 2], b: [3] },
      ),
      place(options({ ...plot, bins: kinds.entries, threshold: number(), heights: oneOf('count', 'share') }), {
        threshold: 2,
      }),
    ],
    images.histogram,
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

const isUrl: kinds.Kind = { name: 'a URL or a path', isGood: placeOfFile.isGood }
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
  call('indexedDbFolder', [place(kinds.name, 'vae')], web.indexedDbFolder),
  call('opfs', [place(kinds.name, 'runs/vae')], web.opfs),
  call('opfsFolder', [place(kinds.name, 'runs/vae')], web.opfsFolder),
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
