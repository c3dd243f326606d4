// Files that earlier versions wrote: each loads and gives the numbers that it gave when it was written, and each checkpoint goes on.
// A row whose file is missing is written by `WRITE_FIXTURES=1 npx vitest run src/saved-models.test.ts`; one that exists is never
// written again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { evaluate, file, load, type ModelKind, memory, save, sizeOfShape, type Trainable, train } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { categorical, continuousBernoulli, discretizedLogistic, gaussian, laplace, squaredError } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { models } from './catalogue.ts'
import { conditionalVae } from './conditional-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { maskingNoise } from './corruption/corruption.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { iwae } from './iwae.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

// biome-ignore lint/suspicious/noExplicitAny: models of every kind in one table
type Any = any
type Row = readonly [name: string, make: () => Any, kind: ModelKind<Any>, wraps?: ModelKind<Any> | undefined]

const rows = { inputShape: [6], hidden: [5], seed: 2 }
const coded = { ...rows, codeSize: 4 }
const latent = { ...rows, latentSize: 3 }
const image = { inputShape: [5, 5, 1], seed: 2 }
const convolutional = (options = {}) => convolutionalArchitecture({ channels: [3], ...options })

/** The first row of each kind has a checkpoint too. */
const chosen: readonly Row[] = [
  ['autoencoder', () => autoencoder(coded), autoencoder],
  [
    'autoencoder-resized-layer-norm',
    () =>
      autoencoder({
        ...image,
        codeSize: 4,
        architecture: convolutional({ upsampling: 'resize', normalization: 'layer', hidden: [4] }),
      }),
    autoencoder,
  ],
  [
    'autoencoder-batch-norm',
    () =>
      autoencoder({
        inputShape: [6],
        codeSize: 4,
        codeActivation: 'tanh',
        likelihood: squaredError({ activation: 'linear' }),
        architecture: denseArchitecture({ hidden: [5], activation: 'softplus', normalization: 'batch' }),
      }),
    autoencoder,
  ],
  ['stacked-autoencoder', () => stackedAutoencoder(coded), stackedAutoencoder],
  ['sparse-autoencoder-kl', () => sparseAutoencoder(coded), sparseAutoencoder],
  [
    'sparse-autoencoder-l1',
    () => sparseAutoencoder({ ...coded, sparsity: { kind: 'l1', weight: 2 } }),
    sparseAutoencoder,
  ],
  [
    'sparse-autoencoder-top-k',
    () => sparseAutoencoder({ ...coded, sparsity: { kind: 'topK', count: 2 } }),
    sparseAutoencoder,
  ],
  [
    'denoising-autoencoder',
    () => denoisingAutoencoder({ model: autoencoder(coded), corruption: maskingNoise() }),
    denoisingAutoencoder,
    autoencoder,
  ],
  ['denoising-vae', () => denoisingAutoencoder({ model: vae(latent) }), denoisingAutoencoder, vae],
  [
    'contractive-autoencoder',
    () => contractiveAutoencoder({ ...coded, hidden: [], weight: 2 }),
    contractiveAutoencoder,
  ],
  ['contractive-autoencoder-deep', () => contractiveAutoencoder(coded), contractiveAutoencoder],
  ['vae', () => vae(latent), vae],
  ['vae-convolutional', () => vae({ ...image, latentSize: 3, architecture: convolutional() }), vae],
  ['vae-continuous-bernoulli', () => vae({ ...latent, likelihood: continuousBernoulli }), vae],
  ['vae-gaussian-shared', () => vae({ ...latent, likelihood: gaussian({ standardDeviation: 'shared' }) }), vae],
  [
    'vae-gaussian-per-feature',
    () => vae({ ...latent, likelihood: gaussian({ standardDeviation: 'perFeature' }) }),
    vae,
  ],
  ['vae-laplace-shared', () => vae({ ...latent, likelihood: laplace({ scale: 'shared' }) }), vae],
  ['vae-categorical', () => vae({ ...latent, likelihood: categorical({ classes: 4 }) }), vae],
  ['vae-discretized-logistic', () => vae({ ...latent, likelihood: discretizedLogistic({ levels: 8 }) }), vae],
  ['conditional-vae', () => conditionalVae({ ...latent, classes: 3 }), conditionalVae],
  [
    'conditional-vae-convolutional',
    () => conditionalVae({ ...image, latentSize: 3, classes: 3, architecture: convolutional() }),
    conditionalVae,
  ],
  ['iwae', () => iwae({ ...latent, samples: 3 }), iwae],
  [
    'iwae-gaussian-shared',
    () =>
      iwae({
        ...latent,
        gradient: 'doublyReparameterized',
        likelihood: gaussian({ standardDeviation: 'shared' }),
      }),
    iwae,
  ],
  ['beta-tc-vae', () => betaTcVae({ ...latent, exampleCount: 12 }), betaTcVae],
  ['vq-vae', () => vqVae({ ...rows, codebookSize: 3, embeddingSize: 2, positions: 2 }), vqVae],
  [
    'vq-vae-convolutional-loss',
    () =>
      vqVae({
        ...image,
        codebookSize: 4,
        embeddingSize: 2,
        codebook: 'loss',
        architecture: convolutional(),
        likelihood: gaussian({ standardDeviation: 'shared' }),
      }),
    vqVae,
  ],
]

/** And the other models of the catalogue, one of each. */
const saved: readonly Row[] = [
  ...chosen,
  ...models
    .filter(({ factory }) => chosen.every(([, , kind]) => kind !== factory))
    .map(
      ({ name, create, small, factory, wraps }): Row => [
        name,
        () => create({ ...rows, ...small.options }),
        factory,
        wraps,
      ],
    ),
]

interface Numbers {
  readonly reconstruct: readonly number[]
  readonly encode: readonly number[]
  readonly sample?: readonly number[]
  readonly evaluate: Readonly<Record<string, number>>
  /** Of a run that a checkpoint ends after the first of two epochs. */
  readonly resumed?: Readonly<Record<string, number>>
}

const folder = new URL('../fixtures/', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, folder))
const numbersPath = path('expected.json')
const expected: Record<string, Numbers> = existsSync(numbersPath) ? JSON.parse(readFileSync(numbersPath, 'utf8')) : {}
const isFirstOfKind = ([name, , kind]: Row) => saved.find((row) => row[2] === kind)?.[0] === name

describe.each(saved.map((row) => ({ name: row[0], row })))('$name', ({ row }) => {
  const [name, make, kind, wraps] = row
  const kinds = wraps === undefined ? [] : [wraps]
  const [modelFile, checkpointFile] = [`${name}.safetensors`, `${name}.checkpoint.safetensors`]

  if (process.env.WRITE_FIXTURES !== undefined && !existsSync(path(modelFile))) {
    test('is written', async () => {
      const checkpoint = memory()
      using model = make()
      const run = train(model, dataOf(model), { ...training, checkpoint })
      await run.next()
      await run.return()
      await save(model, file(path(modelFile)))
      const numbers = await numbersOf(model)
      if (!isFirstOfKind(row)) expected[name] = numbers
      else {
        await file(path(checkpointFile)).write(await checkpoint.read())
        expected[name] = { ...numbers, resumed: await resumedLoss(make(), checkpointFile) }
      }
      const lines = Object.entries(expected).map((line) => line.map((part) => JSON.stringify(part)).join(': '))
      writeFileSync(numbersPath, `{\n${lines.join(',\n')}\n}\n`)
    })
  }

  test('loads, and gives the numbers that it gave', () =>
    expectNoLeak(async () => {
      using model = await load(file(path(modelFile)), kind, ...kinds)
      expectNumbers(await numbersOf(model), expected[name] as Numbers)
    }))

  if (!isFirstOfKind(row)) return

  test('goes on from its checkpoint, as it went on', async () => {
    const loss = await resumedLoss(make(), checkpointFile)
    expectSame(loss, expected[name]?.resumed ?? {})
  })
})

const training = { batchSize: 4, epochs: 2, seed: 3, learningRate: 0.02 }

/** 12 examples, with labels where the model takes them. */
function dataOf({ inputShape, classes }: Any) {
  const values = Array.from({ length: 12 * sizeOfShape(inputShape) }, (_, i) => ((i * 37) % 8) / 7)
  const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 3)
  const data = fromArray(Float32Array.from(values), { shape: inputShape, labels })
  return (classes === undefined ? data : withLabels(data)) as Any
}

async function numbersOf(model: Any): Promise<Numbers> {
  const values = Array.from({ length: 2 * sizeOfShape(model.inputShape) }, (_, i) => ((i * 5) % 4) / 3)
  const x = tf.tensor(values, [2, ...model.inputShape])
  const labels = model.classes === undefined ? [] : [[2, 0]]
  const valuesOf = (y: tf.Tensor) => {
    const numbers = [...y.dataSync()]
    y.dispose()
    return numbers
  }
  const numbers = {
    reconstruct: valuesOf(model.reconstruct(x, ...labels)),
    encode: valuesOf(model.encode(x, ...labels)),
    ...('sample' in model ? { sample: valuesOf(model.sample(labels[0] ?? 2, { seed: 5, temperature: 0.9 })) } : {}),
    evaluate: await evaluate(model as Trainable, dataOf(model), { seed: 4, batchSize: 5 }),
  }
  x.dispose()
  return numbers
}

async function resumedLoss(model: Any, checkpointFile: string) {
  using owned = model
  for await (const { loss } of train(owned, dataOf(owned), { ...training, resume: file(path(checkpointFile)) }))
    return loss
  return {}
}

function expectNumbers(actual: Numbers, { reconstruct, encode, sample, evaluate }: Numbers): void {
  expectClose(actual.reconstruct, reconstruct, { relative: 1e-6 })
  expectClose(actual.encode, encode, { absolute: 1e-6 })
  expectClose(actual.sample ?? [], sample ?? [], { relative: 1e-6 })
  expectSame(actual.evaluate, evaluate)
}

function expectSame(actual: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  expectClose(Object.values(actual), Object.values(expected), { relative: 1e-6 })
}
