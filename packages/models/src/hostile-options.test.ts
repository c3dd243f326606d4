// Files whose options ask for more than their weights: refused at once, whatever the kind and whichever the option.
import {
  type Json,
  load,
  type ModelKind,
  memory,
  readSafetensors,
  type SavableModel,
  type Store,
  save,
  WeightsError,
  writeSafetensors,
} from '@ae/core'
import { categorical, gaussian } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { conditionalVae } from './conditional-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { iwae } from './iwae.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const inputShape = [8, 8, 1]
const small = { inputShape, hidden: [6, 5], seed: 1 }
const convolutional = convolutionalArchitecture({ channels: [3, 4], normalization: 'batch', hidden: [6] })
const kinds = [
  autoencoder,
  betaTcVae,
  conditionalVae,
  contractiveAutoencoder,
  denoisingAutoencoder,
  iwae,
  sparseAutoencoder,
  stackedAutoencoder,
  vae,
  vqVae,
] as unknown as [ModelKind, ...ModelKind[]]

const models: Readonly<Record<string, () => SavableModel>> = {
  autoencoder: () => autoencoder({ ...small, codeSize: 4 }),
  betaTcVae: () => betaTcVae({ ...small, latentSize: 3, exampleCount: 100 }),
  conditionalVae: () => conditionalVae({ ...small, latentSize: 3, classes: 4 }),
  contractiveAutoencoder: () => contractiveAutoencoder({ inputShape, codeSize: 4 }),
  'denoisingAutoencoder of a vae': () =>
    denoisingAutoencoder({ model: vae({ ...small, latentSize: 3 }) }) as SavableModel,
  iwae: () => iwae({ ...small, latentSize: 3 }),
  sparseAutoencoder: () => sparseAutoencoder({ ...small, codeSize: 4, sparsity: { kind: 'topK', count: 2 } }),
  stackedAutoencoder: () => stackedAutoencoder({ ...small, codeSize: 4 }),
  vae: () => vae({ ...small, latentSize: 3, likelihood: gaussian({ standardDeviation: 'shared' }) }),
  'a vae of categories': () => vae({ ...small, latentSize: 3, likelihood: categorical({ classes: 4 }) }),
  'a normalised vae': () =>
    vae({ inputShape, latentSize: 3, architecture: denseArchitecture({ hidden: [6], normalization: 'layer' }) }),
  'a convolutional vae': () => vae({ inputShape, latentSize: 3, architecture: convolutional }),
  vqVae: () => vqVae({ ...small, codebookSize: 5, embeddingSize: 2, positions: 3 }),
  'a convolutional vqVae': () =>
    vqVae({
      inputShape,
      codebookSize: 5,
      embeddingSize: 2,
      architecture: convolutionalArchitecture({ channels: [3] }),
    }),
}

const numbers = [0, 1, 2, 7, 0.5, -1, 10_000, 1e6, 1e9, 2 ** 31, 2 ** 53 - 1, 1e300]
const others: readonly Json[] = [
  null,
  '',
  'x'.repeat(1000),
  [],
  {},
  true,
  [1e9],
  Array(9).fill(10_000),
  Array(20_000).fill(1),
]

describe.each(Object.keys(models))('%s: a file', (title) => {
  test('with any one of its options replaced is loaded or refused, in little time and memory', {
    timeout: 60_000,
  }, async () => {
    const { config, store } = await saved(title)
    const before = { tensors: tf.memory().numTensors, resident: process.memoryUsage().rss }
    const outcomes = { loaded: 0, refused: 0 }
    for (const path of pathsOf(config)) {
      for (const value of [...numbers, ...others]) {
        const started = performance.now()
        outcomes[await attempt(store(replaced(config, path, value)))]++
        expect(performance.now() - started, `${path.join('.')} = ${JSON.stringify(value).slice(0, 50)}`).toBeLessThan(
          2000,
        )
      }
    }
    expect(outcomes.refused).toBeGreaterThan(50)
    expect(tf.memory().numTensors).toBe(before.tensors)
    expect(process.memoryUsage().rss - before.resident).toBeLessThan(300e6)
  })
})

test('a hidden layer that a file has no weights for is refused by name, before it takes memory', async () => {
  const { config, store } = await saved('vae')
  const hidden = Array(9).fill(10_000)
  const file = store(replaced(config, ['architecture', 'hidden'], hidden))
  expect(await messageOf(load(file, vae))).toMatchInlineSnapshot(`
    "WeightsError: \`load\` cannot use memory: its options ask for weights that it does not have.

    Expected: encoder.0.weight [64, 10000]
    Received: [64, 6]
    Fix:      save the model again, or load it with the version that wrote it"
  `)
})

test('a custom kind that passes the options of the file on to a factory is refused too', async () => {
  const { config, store } = await saved('a convolutional vae')
  const file = store(replaced(config, ['latentSize'], 1e6))
  const fromConfig = ({ latentSize }: Readonly<Record<string, Json | undefined>>) =>
    vae({ inputShape, latentSize: Number(latentSize), architecture: convolutional })
  expect(await messageOf(load(file, { kind: 'vae', fromConfig }))).toContain(
    'its options ask for weights that it does not have',
  )
})

test('a custom kind may give the weights other names', async () => {
  const renamed = (model: SavableModel): SavableModel => ({
    ...model,
    kind: 'renamed',
    variables: Object.fromEntries(
      Object.entries(model.variables).map(([name, variable]) => [`inner.${name}`, variable]),
    ),
  })
  const store = memory()
  const model = renamed(autoencoder({ ...small, codeSize: 4 }))
  await save(model, store)
  const again = await load(store, {
    kind: 'renamed',
    fromConfig: (...saved) => renamed(autoencoder.fromConfig(...saved)),
  })
  expect(Object.keys(again.variables)).toEqual(Object.keys(model.variables))
  model.dispose()
  again.dispose()
})

test.each([
  ['layers', (config: Json) => replaced(config, ['architecture', 'hidden'], Array(900_000).fill(6))],
  [
    'convolutions',
    (config: Json) =>
      replaced(config, ['architecture'], { kind: 'convolutional', channels: Array(900_000).fill(3), stride: 1 }),
  ],
  ['axes', (config: Json) => replaced(config, ['inputShape'], Array(900_000).fill(1))],
])('900,000 %s are refused in little time', { timeout: 60_000 }, async (_title, change) => {
  const { config, store } = await saved('vae')
  const file = store(change(config))
  const started = performance.now()
  expect(await attempt(file)).toBe('refused')
  expect(performance.now() - started).toBeLessThan(3000)
})

test('100,000 models in one another are refused in little time', { timeout: 60_000 }, async () => {
  const { text } = await saved('denoisingAutoencoder of a vae')
  const depth = 100_000
  const started = performance.now()
  const file = text(`${'{"model":{"kind":"denoisingAutoencoder","config":'.repeat(depth)}{}${'}}'.repeat(depth)}`)
  expect(await attempt(file)).toBe('refused')
  expect(performance.now() - started).toBeLessThan(3000)
})

/** A saved model, and stores of the same file with other options. */
async function saved(title: string) {
  const store = memory()
  const model = (models[title] as () => SavableModel)()
  await save(model, store)
  model.dispose()
  const { metadata, tensors } = readSafetensors(await store.read())
  const text = (config: string): Store => {
    const texts = new Map(metadata).set('config', config)
    texts.delete('checksum') // as one who wants to harm does
    return memory(writeSafetensors({ metadata: texts, tensors }))
  }
  const config: Json = JSON.parse(metadata.get('config') ?? '')
  return { config, text, store: (config: Json) => text(JSON.stringify(config)) }
}

async function attempt(store: Store): Promise<'loaded' | 'refused'> {
  try {
    ;(await load(store, ...kinds)).dispose()
    return 'loaded'
  } catch (error) {
    if (WeightsError.isInstance(error)) return 'refused'
    throw error
  }
}

async function messageOf(failing: Promise<unknown>): Promise<string> {
  return failing.then(() => 'nothing was thrown', String)
}

const hostile = `\u001b]0;title\u0007\u009b31m\r\nFix: run this\u2028\u202e${'x'.repeat(2e6)}`

test.each<[string, (config: Json) => Json]>([
  ['the name of an option', (config) => ({ ...(config as object), [hostile]: 1 })],
  ['an option', (config) => replaced(config, ['latentSize'], hostile)],
  ['the kind of a likelihood', (config) => replaced(config, ['likelihood'], { kind: hostile })],
  [
    'the name of an option of a likelihood',
    (config) => replaced(config, ['likelihood'], { kind: 'gaussian', [hostile]: 1 }),
  ],
  ['the kind of an architecture', (config) => replaced(config, ['architecture'], { kind: hostile })],
  [
    'the name of an option of an architecture',
    (config) => replaced(config, ['architecture'], { kind: 'dense', [hostile]: 1 }),
  ],
  ['a kind that cannot be told', (config) => replaced(config, ['likelihood', 'kind'], { toString: 1, valueOf: 1 })],
])('text for a terminal as %s stays text, and short', async (_title, change) => {
  const { config, store } = await saved('a normalised vae')
  const started = performance.now()
  for (let error = await load(store(change(config)), ...kinds).catch((error) => error); error; error = error.cause) {
    expect(error).toBeInstanceOf(Error)
    expect(error.message).not.toMatch(/[^\P{Cc}\n]|[\u2028\u202e]/u)
    expect(error.message.match(/^Fix:/gm)?.length ?? 0).toBeLessThanOrEqual(1)
    expect(error.message.length).toBeLessThan(10_000)
  }
  expect(performance.now() - started).toBeLessThan(3000)
})

type Path = readonly (string | number)[]

/** Where the values of a JSON are, those inside others included. */
function pathsOf(json: Json | undefined, path: Path = []): Path[] {
  const inner = typeof json === 'object' && json !== null ? Object.entries(json) : []
  const own = path.length === 0 ? [] : [path]
  return [...own, ...inner.flatMap(([name, value]) => pathsOf(value as Json, [...path, name]))]
}

function replaced(json: Json, [name, ...path]: Path, value: Json): Json {
  if (name === undefined) return value
  const copy: Record<string, Json> | Json[] = Array.isArray(json) ? [...json] : { ...(json as Record<string, Json>) }
  const target = copy as Record<string, Json>
  target[name] = replaced(target[name] as Json, path, value)
  return copy
}
