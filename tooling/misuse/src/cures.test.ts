// The fixes that errors suggest for likely mistakes, followed to the letter: the call then works.
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
  type Objective,
  type SavableModel,
  type Store,
  save,
  sizeOfShape,
  train,
} from '@ae/core'
import { fromArray, fromTensor, withLabels } from '@ae/datasets'
import { encodePng, grid } from '@ae/images'
import {
  bernoulli,
  betaTotalCorrelation,
  gaussian,
  klDivergence,
  klSparsity,
  negativeElbo,
  reconstruction,
  sum,
  weighted,
} from '@ae/losses'
import { importanceSampledLogLikelihood } from '@ae/metrics'
import {
  autoencoder,
  conditionalVae,
  convolutionalArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  interpolate,
  pretrain,
  stackedAutoencoder,
  traverse,
  type VaeOptions,
  vae,
  vqVae,
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
// biome-ignore lint/suspicious/noExplicitAny: mistakes are values that types refuse
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

const checkpointOf = async (what: Wrong, options: object) => {
  const store = memory()
  await epoch(what, data, { ...options, checkpoint: store })
  return store
}
const quantised = () => vqVae({ inputShape, codebookSize: 4, embeddingSize: 2, positions: 3, hidden: [8] })
const uncalled = (objective: unknown, called: Objective<never, string>, fix: string): Row[] => [
  [
    'an objective that is not made',
    () => epoch(model(), data, { objective }),
    fix,
    () => epoch(model(), data, { objective: called }),
  ],
]

/** What is wrong, the mistaken call, a part of the suggested fix, and the fixed call. */
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
    'await fromTensor(x)',
    () => fromTensor(batch),
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
    'for a file on this machine pass its path in place of the store',
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
  ...uncalled(negativeElbo, negativeElbo(), 'negativeElbo()'),
  ...uncalled(klSparsity, klSparsity(), 'klSparsity()'),
  ...uncalled(reconstruction, reconstruction(), 'reconstruction(), where reconstruction was passed'),
  ...uncalled(sum, sum(reconstruction(), klDivergence()), 'sum(reconstruction(), klDivergence())'),
  ...uncalled(weighted, weighted(2, reconstruction()), 'weighted(2, reconstruction())'),
  ...uncalled(
    betaTotalCorrelation,
    betaTotalCorrelation({ exampleCount: data.size }),
    'betaTotalCorrelation({ exampleCount: data.size })',
  ),
  [
    'a factory for a model',
    () => epoch(vae, data),
    'vae({ inputShape: data.shape, latentSize: 10 })',
    () => epoch(vae({ inputShape: data.shape, latentSize: 10 }), data),
  ],
  [
    'a walk of a conditional model',
    () => interpolate(conditional(2) as Wrong, tf.slice(batch, 0, 1), tf.slice(batch, 0, 1)),
    'pass model.forLabel(label)',
    () => interpolate(conditional(2).forLabel(1), tf.slice(batch, 0, 1), tf.slice(batch, 0, 1)),
  ],
  [
    'the latents of a conditional model',
    () => traverse(conditional(2) as Wrong),
    'pass model.forLabel(label)',
    () => traverse(conditional(2).forLabel(1)),
  ],
  [
    'a likelihood of a conditional model, which forLabel does not give',
    () => importanceSampledLogLikelihood(conditional(2) as Wrong, data),
    'pass a model, e.g. vae({ inputShape, latentSize })',
    () => importanceSampledLogLikelihood(model(), data, { samples: 2 }),
  ],
  [
    'a walk between codes',
    () => interpolate(model(), tf.zeros([1, 2]), tf.zeros([1, 2])),
    'of codes pass model.decode(from)',
    () => interpolate(model(), model().decode(tf.zeros([1, 2])), model().decode(tf.zeros([1, 2]))),
  ],
  [
    'an example where its code is held',
    () => traverse(model(), { around: tf.slice(batch, 0, 1) as Wrong }),
    'model.encode(around)',
    () => traverse(model(), { around: model().encode(tf.slice(batch, 0, 1)) }),
  ],
  [
    'a model that no memory holds',
    () => vae({ inputShape: [1e8, 1e8], latentSize: 2 }),
    'lower the sizes in the options, e.g. inputShape, hidden or the length of the code',
    () => vae({ inputShape: [8, 8], latentSize: 2 }),
  ],
  [
    'labels of halves',
    () => fromArray(values, { shape: inputShape, labels: labels.map((label) => label + 0.5) }),
    '0 for the first, 1 for the second and so on',
    () => fromArray(values, { shape: inputShape, labels }),
  ],
  [
    'a label that is not a number',
    () => conditional(2).sample([true] as Wrong),
    "pass the number of each example's class, an integer from 0 to 1",
    () => conditional(2).sample([1]),
  ],
  [
    'a label beyond the classes',
    () => conditional(2).sample([4]),
    'pass labels from 0 to 1, or make the model with classes: 5',
    () => [conditional(2).sample([1]), conditional(5).sample([4])],
  ],
  [
    'a count where labels are wanted',
    () => conditional(2).sample(3 as Wrong),
    'one for each example, e.g. [0]',
    () => conditional(2).sample([0]),
  ],
  [
    'a label less than examples',
    () => conditional(2).encode(batch, [1, 0]),
    'pass 3 of them, the label of each example',
    () => conditional(2).encode(batch, [1, 0, 1]),
  ],
  [
    'examples without their labels',
    () => conditional(2).trace(batch as Wrong),
    'pass { examples, labels }',
    () => conditional(2).trace({ examples: batch, labels: tf.tensor1d([0, 1, 1], 'int32') }),
  ],
  [
    'an index beyond the codebook',
    () => quantised().decodeIndices(tf.tensor2d([[0, 1, 4]], [1, 3], 'int32')),
    'pass indices that encodeIndices of this model gave',
    () => quantised().decodeIndices(quantised().encodeIndices(batch)),
  ],
  ...(
    [
      [
        'rows of pixels',
        [4, 16],
        '4 images, one per row: tf.reshape(images, [-1, 4, 4, 1])',
        (x) => tf.reshape(x, [-1, 4, 4, 1]),
      ],
      ['one image', [4, 16], 'one image: tf.expandDims(images, 0)', (x) => tf.expandDims(x, 0)],
      [
        'images with the channels first',
        [2, 3, 8, 8],
        'tf.transpose(images, [0, 2, 3, 1])',
        (x) => tf.transpose(x, [0, 2, 3, 1]),
      ],
      [
        'images with opacity',
        [2, 8, 8, 4],
        'tf.slice(images, [0, 0, 0, 0], [-1, -1, -1, 3])',
        (x) => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 3]),
      ],
      [
        'images of two channels',
        [2, 8, 8, 2],
        'tf.slice(images, [0, 0, 0, 0], [-1, -1, -1, 1])',
        (x) => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 1]),
      ],
    ] satisfies [string, number[], string, (x: tf.Tensor) => tf.Tensor][]
  ).map(([what, shape, fix, cure]): Row => {
    const images = tf.zeros(shape)
    return [`a grid of ${what}`, () => grid(images), fix, () => grid(cure(images))]
  }),
  [
    'another objective than that of the checkpoint',
    async () => epoch(model(), data, { resume: await checkpointOf(model(), {}), objective: negativeElbo({ beta: 5 }) }),
    'to go on with this one, `load` the model from the checkpoint and train it without resume',
    async () => epoch(await load(await checkpointOf(model(), {}), vae), data, { objective: negativeElbo({ beta: 5 }) }),
  ],
]

test.each(rows)('%s: the fix works', async (_, mistake, fix, cured) => {
  const error = await (async () => mistake())().then(
    () => 'no error',
    (error: unknown) => error,
  )
  expect(AutoencoderError.isInstance(error) ? error.fix : error).toContain(fix)
  expect(String(error)).toContain('Fix:')
  await cured()
})

test('pretrain names itself', async () => {
  const stacked = () => stackedAutoencoder({ inputShape, hidden: [8, 4] })
  const run = async (what: Wrong, from: Wrong, options: object = {}) => {
    for await (const _ of pretrain(what, from, options));
  }
  const broken = { ...data, batches: () => [] }
  const disposed = stacked()
  disposed.dispose()
  for (const mistake of [
    () => run(vae, data),
    () => run(stacked(), Promise.resolve(data)),
    () => run(stacked(), fromArray([[1, 2]], { shape: [2] })),
    () => run(stacked(), withLabels(data)),
    () => run(stacked(), broken),
    () => run(stacked(), data, { learningRate: 1e30 }),
    () => run(stacked(), data, { epoch: 1 }),
    () => run(disposed, data),
  ]) {
    const error = await mistake().catch((error: unknown) => error)
    expect(AutoencoderError.isInstance(error), String(error)).toBe(true)
    expect(String(error)).toMatch(/^\w+: (`pretrain`|`reconstruct\w*`|`trace`)/)
    expect(String(error)).not.toContain('`train`')
  }
})
