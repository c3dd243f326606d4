// The cures of likely mistakes, followed to the letter: what was refused then works.
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  AutoencoderError,
  adam,
  http,
  load,
  memory,
  type SavableModel,
  type Store,
  save,
  sizeOfShape,
  train,
} from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { encodePng, grid } from '@ae/images'
import { bernoulli, gaussian } from '@ae/losses'
import {
  autoencoder,
  conditionalVae,
  convolutionalArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  interpolate,
  type VaeOptions,
  vae,
} from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { inputShape } from './world.ts'

const size = sizeOfShape(inputShape)
const values = Array.from({ length: 24 }, (_, i) => Array.from({ length: size }, (_, j) => ((i * 7 + j * 3) % 10) / 10))
const labels = values.map((_, i) => i % 2)
const data = fromArray(values, { shape: inputShape, labels })
const labelledFrom = (first: number) =>
  withLabels(fromArray(values, { shape: inputShape, labels: labels.map((label) => label + first) }))
const model = (more: object = {}) => vae({ inputShape, latentSize: 2, hidden: [8], ...more })
const conditional = (classes: number) => conditionalVae({ inputShape, latentSize: 2, classes, hidden: [8] })
const normalised = () =>
  autoencoder({ inputShape, architecture: denseArchitecture({ hidden: [4], normalization: 'batch' }) })
const inner = autoencoder({ inputShape, hidden: [] })
const saved = async (what: SavableModel) => {
  const store = memory()
  await save(what, store)
  return store
}
// biome-ignore lint/suspicious/noExplicitAny: mistakes are made of what types refuse
type Wrong = any
const epoch = async (who: Wrong, what: Wrong, options: Wrong = {}) => {
  for await (const _ of train(who, what, { epochs: 1, batchSize: 8, ...options }));
}
const savedFile = join(tmpdir(), `ae-cures-${process.pid}.safetensors`)
afterAll(() => rm(savedFile, { force: true }))
const savedAs = async (path: string) => {
  await save(model(), path)
  return path
}
const storeOfContent = async (content: (bytes: Uint8Array) => unknown): Promise<Store> => {
  const bytes = new Uint8Array(await (await saved(model())).read())
  return { name: 'mine', read: async () => content(bytes) as Wrong, write: async () => {} }
}
const example = tf.zeros([...inputShape])
const batch = tf.zeros([3, ...inputShape])
const flat = tf.zeros([3, size])
const architecture = { ...denseArchitecture({ hidden: [8] }), config: { kind: 'custom' } }
const mine: VaeOptions = {
  inputShape,
  latentSize: 2,
  likelihood: { ...bernoulli, kind: 'mine', config: { kind: 'mine' } },
}

/** What is wrong, how it is done, a part of the cure, and the same with the cure. */
type Row = readonly [what: string, mistake: () => unknown, fix: string, cured: () => unknown]

const rows: readonly Row[] = [
  ['one image', () => model().encode(example), 'tf.expandDims(x, 0)', () => model().encode(tf.expandDims(example, 0))],
  [
    'flat images',
    () => model().encode(flat),
    `tf.reshape(x, [-1, ${inputShape.join(', ')}])`,
    () => model().encode(tf.reshape(flat, [-1, ...inputShape])),
  ],
  [
    'codes of another length',
    () => model().decode(tf.zeros([3, 5])),
    'pass code of shape [batch, 2], or make the model with latentSize: 5',
    () => [model().decode(tf.zeros([3, 2])), model({ latentSize: 5 }).decode(tf.zeros([3, 5]))],
  ],
  [
    'codes where a conditional model is told the labels',
    () => conditional(2).decode(tf.zeros([1, 5]), [0]),
    'latentSize: 5',
    () => conditionalVae({ inputShape, latentSize: 5, classes: 2 }).decode(tf.zeros([1, 5]), [0]),
  ],
  [
    'a walk from several images',
    () => interpolate(model(), batch, tf.slice(batch, 0, 1)),
    'tf.slice(from, 0, 1)',
    () => interpolate(model(), tf.slice(batch, 0, 1), tf.slice(batch, 0, 1)),
  ],
  [
    'nested arrays for a tensor',
    () => model().encode([example.arraySync()] as Wrong),
    'tf.tensor(x)',
    () => model().encode(tf.tensor([example.arraySync()] as Wrong)),
  ],
  [
    'float64 numbers for a tensor',
    () => model().encode(new Float64Array(size) as Wrong),
    'tf.tensor(Float32Array.from(x), shape)',
    () => model().encode(tf.tensor(Float32Array.from(new Float64Array(size)), [1, ...inputShape])),
  ],
  [
    'whole numbers',
    () => model().encode(tf.zeros([1, ...inputShape], 'int32')),
    "tf.cast(x, 'float32')",
    () => model().encode(tf.cast(tf.zeros([1, ...inputShape], 'int32'), 'float32')),
  ],
  [
    'a data set for a tensor',
    () => model().encode(data as Wrong),
    'for await (const batch of x.batches({ batchSize: 128 }))',
    async () => {
      for await (const batch of data.batches({ batchSize: 128 })) model().encode(batch)
    },
  ],
  [
    'data not awaited',
    () => epoch(model(), Promise.resolve(data)),
    'await data',
    async () => epoch(model(), await data),
  ],
  [
    'labels for a model that takes none',
    () => epoch(model(), labelledFrom(0)),
    'pass that without withLabels',
    () => epoch(model(), data),
  ],
  [
    'no labels for a model that takes them',
    () => epoch(conditional(2), data),
    'withLabels(digits)',
    () => epoch(conditional(2), withLabels(data)),
  ],
  [
    'labels that count from 1',
    () => epoch(conditional(2), labelledFrom(1)),
    'subtract 1 from each label',
    () => epoch(conditional(2), labelledFrom(0)),
  ],
  [
    'labels of more classes',
    () => epoch(conditional(2), labelledFrom(5)),
    'make the model with classes: 7',
    () => epoch(conditional(7), labelledFrom(5)),
  ],
  [
    'an optimiser of tfjs',
    () => epoch(model(), data, { optimizer: tf.train.adam(0.001) }),
    'adam()',
    () => epoch(model(), data, { optimizer: adam() }),
  ],
  [
    'a rate beside an optimiser',
    () => epoch(model(), data, { optimizer: adam(), learningRate: 0.1 }),
    'optimizer: adam({ learningRate: 0.0003 })',
    () => epoch(model(), data, { optimizer: adam({ learningRate: 0.0003 }) }),
  ],
  [
    'a likelihood by name',
    () => model({ likelihood: 'bernoulli' }),
    'bernoulli',
    () => model({ likelihood: bernoulli }),
  ],
  ['a misspelt option', () => vae({ inputShape, latentsize: 2 } as Wrong), 'did you mean latentSize?', () => model()],
  [
    'no options',
    () => vae(null as Wrong),
    '{ inputShape: …, latentSize: … }',
    () => vae({ inputShape, latentSize: 2 }),
  ],
  [
    'a model for other data',
    () => epoch(vae({ inputShape: [size], latentSize: 2 }), data),
    'inputShape: data.shape',
    () => epoch(vae({ inputShape: data.shape, latentSize: 2 }), data),
  ],
  [
    'values out of range',
    () =>
      epoch(
        model(),
        fromArray(
          values.map((row) => row.map((value) => 9 * value)),
          { shape: inputShape },
        ),
      ),
    'give the model another likelihood',
    () =>
      epoch(
        model({ likelihood: gaussian() }),
        fromArray(
          values.map((row) => row.map((value) => 9 * value)),
          { shape: inputShape },
        ),
      ),
  ],
  [
    'validation data without labels',
    () => epoch(conditional(2), withLabels(data), { validation: data }),
    'withLabels(digits)',
    () => epoch(conditional(2), withLabels(data), { validation: withLabels(data) }),
  ],
  [
    'validation data with labels',
    () => epoch(model(), data, { validation: withLabels(data) }),
    'pass that without withLabels',
    () => epoch(model(), data, { validation: data }),
  ],
  [
    'data in a tensor',
    () => fromArray(batch as Wrong, { shape: inputShape }),
    'fromArray(Float32Array.from(await x.data()), { shape: x.shape.slice(1) })',
    async () => fromArray(Float32Array.from(await batch.data()), { shape: batch.shape.slice(1) }),
  ],
  [
    'data as text',
    () => fromArray([['1', '2']] as Wrong, { shape: [2] }),
    'Number(value)',
    () => fromArray([['1', '2'].map((value) => Number(value))], { shape: [2] }),
  ],
  [
    'data of big integers',
    () => fromArray(new BigInt64Array(2) as Wrong, { shape: [2] }),
    'Float32Array.from(values, Number)',
    () => fromArray(Float32Array.from(new BigInt64Array(2) as Wrong, Number), { shape: [2] }),
  ],
  ['a batch as a picture', () => encodePng(batch), 'grid(image)', () => encodePng(grid(batch))],
  [
    'rows for convolutions',
    () => vae({ inputShape: [16], latentSize: 2, architecture: convolutionalArchitecture() }),
    '[16, 1]',
    () => vae({ inputShape: [16, 1], latentSize: 2, architecture: convolutionalArchitecture() }),
  ],
  [
    'batch normalisation of one example',
    () => epoch(normalised(), data, { batchSize: 1 }),
    'batchSize: 2 or more',
    () => epoch(normalised(), data, { batchSize: 2 }),
  ],
  [
    'a file of another kind',
    async () => load(await saved(model()), autoencoder),
    'pass the factory of that kind too',
    async () => load(await saved(model()), autoencoder, vae),
  ],
  [
    'a file of a wrapped model',
    async () => load(await saved(denoisingAutoencoder({ model: inner })), denoisingAutoencoder),
    'load(store, denoisingAutoencoder, autoencoder)',
    async () => load(await saved(denoisingAutoencoder({ model: inner })), denoisingAutoencoder, autoencoder),
  ],
  [
    "a file of functions of one's own",
    async () => load(await saved(model({ architecture, hidden: undefined })), vae),
    "load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })",
    async () =>
      load(await saved(model({ architecture, hidden: undefined })), {
        kind: 'vae',
        fromConfig: () => model({ architecture, hidden: undefined }),
      }),
  ],
  [
    'a server without its protocol',
    () => http('localhost:8080/vae.safetensors'),
    'put https:// or http:// in front',
    () => http('http://localhost:8080/vae.safetensors'),
  ],
  [
    'an address that is not whole',
    () => http('vae.safetensors').read(),
    'pass the whole address, e.g. https://example.org/vae.safetensors',
    () => http('https://example.org/vae.safetensors'),
  ],
  [
    'the address of a file',
    () => http(String(pathToFileURL(savedFile))),
    'pass the path of the file in place of the store',
    async () => load(await savedAs(savedFile), vae),
  ],
  [
    'a path of Windows',
    () => http('C:\\models\\vae.safetensors'),
    'for a file of this machine pass its path in place of the store',
    async () => load(await savedAs(savedFile), vae),
  ],
  [
    'a password in an address',
    () => http('https://user:password@example.org/vae.safetensors'),
    "pass headers: { authorization: 'Basic ' + btoa('user:password') }",
    () => http('https://example.org/vae.safetensors', { headers: { authorization: `Basic ${btoa('user:password')}` } }),
  ],
  ['an empty address', () => http(''), 'https://example.org/', () => http('https://example.org/')],
  [
    'another protocol',
    () => http(new URL('ftp://example.org/vae.safetensors')),
    'download the file by other means, and read it from this machine',
    async () => load(await savedAs(savedFile), vae),
  ],
  [
    'a store that gives an ArrayBuffer',
    async () => load(await storeOfContent((bytes) => bytes.buffer), vae),
    'new Uint8Array(content)',
    async () => load(await storeOfContent((bytes) => new Uint8Array(bytes.buffer)), vae),
  ],
  [
    'a store that gives an array',
    async () => load(await storeOfContent((bytes) => [...bytes]), vae),
    'Uint8Array.from(content)',
    async () => load(await storeOfContent((bytes) => Uint8Array.from([...bytes])), vae),
  ],
  [
    'a store that gives a Response',
    async () => load(await storeOfContent((bytes) => new Response(bytes as Wrong)), vae),
    'new Uint8Array(await content.arrayBuffer())',
    async () =>
      load(
        await storeOfContent(async (bytes) => new Uint8Array(await new Response(bytes as Wrong).arrayBuffer())),
        vae,
      ),
  ],
  [
    'the first run of several with resume',
    () => epoch(model(), data, { checkpoint: savedFile, resume: memory() }),
    'leave `resume` out of the first run',
    () => epoch(model(), data, { checkpoint: savedFile }),
  ],
  [
    'a kind that gives nothing',
    async () => load(await saved(model()), { kind: 'vae', fromConfig: () => undefined } as Wrong),
    'let fromConfig return a model',
    async () => load(await saved(model()), { kind: 'vae', fromConfig: () => model() }),
  ],
  [
    "a file of a likelihood of one's own",
    async () => load(await saved(vae(mine)), vae),
    "load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })",
    async () => load(await saved(vae(mine)), { kind: 'vae', fromConfig: () => vae({ ...mine }) }),
  ],
]

test.each(rows)('%s: the cure works', async (_, mistake, fix, cured) => {
  const error = await (async () => mistake())().then(
    () => 'no error',
    (error: unknown) => error,
  )
  expect(AutoencoderError.isInstance(error) ? error.fix : error).toContain(fix)
  expect(String(error)).toContain('Fix:')
  await cured()
})
