// Small valid values, and the kinds of function arguments: data, models, stores.
import { adam, memory, type Store, selectBackend, train } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { bernoulli } from '@ae/losses'
import {
  autoencoder,
  conditionalVae,
  denseArchitecture,
  iwae,
  maskingNoise,
  stackedAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as kinds from './kinds.ts'
import { type Kind, object } from './kinds.ts'

export const cpu = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'JavaScript' }) as const,
  async activate() {
    await tf.setBackend('cpu')
    return { name: 'cpu', device: 'JavaScript' }
  },
}
await selectBackend(cpu)

export const inputShape = [4, 4, 1] as const
const pixels = Float32Array.from({ length: 6 * 16 }, (_, i) => ((7 * i) % 11) / 10)
const labels = Uint8Array.of(0, 1, 0, 1, 1, 0)
export const digits = fromArray(pixels, { shape: inputShape, labels, name: 'pixels' })
export const labelledDigits = withLabels(digits)

const sizes = { inputShape, hidden: [5] } as const
export const models = {
  vae: vae({ ...sizes, latentSize: 2 }),
  iwae: iwae({ ...sizes, latentSize: 2 }),
  autoencoder: autoencoder({ ...sizes, codeSize: 3 }),
  conditionalVae: conditionalVae({ ...sizes, latentSize: 2, classes: 2 }),
  vqVae: vqVae({ ...sizes, codebookSize: 4, embeddingSize: 2, positions: 3 }),
  stackedAutoencoder: stackedAutoencoder({ ...sizes, codeSize: 3 }),
}

export const images = tf.tensor4d(pixels.slice(0, 32), [2, ...inputShape])
export const oneImage = tf.tensor4d(pixels.slice(0, 16), [1, ...inputShape])
export const latents = tf.tensor2d([0.1, -0.2, 0.3, 0.4], [2, 2])
export const codes = tf.tensor2d([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [2, 3])
export const labelsOfTwo = tf.tensor1d([0, 1], 'int32')
export const architecture = denseArchitecture({ hidden: [5] })
export const corruption = maskingNoise()

/** A store that holds a saved run of the small autoencoder. */
export async function checkpointOf(model: (typeof models)['autoencoder']): Promise<Store> {
  const store = memory()
  for await (const _ of train(model, digits, { epochs: 1, batchSize: 4, checkpoint: store })) break
  return store
}

const { optional } = kinds
export const anyNumber: Kind = { name: 'a number', isGood: (value) => typeof value === 'number' }
const interval = object('an interval', { minimum: anyNumber, maximum: anyNumber })
const config = object('a config', { kind: kinds.text })

export const dataset = object('a data set', {
  name: kinds.text,
  shape: kinds.shape,
  size: kinds.integer(0),
  range: interval,
  batches: kinds.callback,
})

export const likelihood = object('a likelihood', {
  kind: kinds.text,
  support: interval,
  negativeLogLikelihood: kinds.callback,
  mean: kinds.callback,
  config,
  parameters: optional(kinds.count),
  shared: optional(kinds.listOf(kinds.number())),
})

export const variables: Kind = {
  name: 'variables by name',
  isGood: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((variable) => variable instanceof tf.Variable && !variable.isDisposed),
}
const plain: Kind = { name: 'an object', isGood: (value) => typeof value === 'object' && value !== null }
const savable = { kind: kinds.text, config: plain, likelihood, variables, state: optional(variables) }
const someVariables: Kind = {
  name: 'variables by name, at least one',
  isGood: (value) => variables.isGood(value) && Object.keys(value as object).length > 0,
}
export const annotated = object('a model', { variables: someVariables })
const json: Kind = { name: 'JSON', isGood: (value) => isJson(value) }
export const notes = kinds.options({
  classNames: kinds.listOf(kinds.text),
  transform: json,
  threshold: kinds.number(),
  score: json,
  metrics: {
    name: 'finite numbers by name',
    isGood: (value) =>
      plain.isGood(value) &&
      isJson(value) &&
      !Array.isArray(value) &&
      Object.values(value as object).every(Number.isFinite),
  },
})
export const described = object('a model', { kind: kinds.text, config: plain, variables })
export const savableModel = object('a model', { ...savable, likelihood: object('a likelihood', { config }) })
export const trainable = object('a model', {
  ...savable,
  inputShape: kinds.shape,
  objective: kinds.objective,
  trace: kinds.callback,
})
const encodes = { inputShape: kinds.shape, codeSize: kinds.count, encode: kinds.callback }
export const encoder = object('an autoencoder', encodes)
export const anyAutoencoder = object('an autoencoder', { ...encodes, decode: kinds.callback })
export const decoder = object('an autoencoder', {
  inputShape: kinds.shape,
  codeSize: kinds.count,
  decode: kinds.callback,
})
export const variational = object('a variational autoencoder', {
  inputShape: kinds.shape,
  codeSize: kinds.count,
  posterior: kinds.callback,
})
export const generative = object('a variational autoencoder', {
  inputShape: kinds.shape,
  codeSize: kinds.count,
  posterior: kinds.callback,
  output: kinds.callback,
  likelihood,
})

/** The part of a likelihood that objectives read. */
export const measure = object('a likelihood', { negativeLogLikelihood: kinds.callback })

const storeObject = object('a store', { name: kinds.text, read: kinds.callback, write: kinds.callback })
/** A store, or the path of a file. */
export const store: Kind = { ...storeObject, isGood: (value) => kinds.name.isGood(value) || storeObject.isGood(value) }
const folderObject = object('a folder', {
  name: kinds.text,
  list: kinds.callback,
  file: kinds.callback,
  remove: kinds.callback,
})
/** A folder, or its path. */
export const folder: Kind = {
  ...folderObject,
  isGood: (value) => kinds.name.isGood(value) || folderObject.isGood(value),
}
/** A store, a folder, or a path. */
export const place: Kind = { ...folder, isGood: (value) => store.isGood(value) || folder.isGood(value) }
export const optimizer = object('an optimiser', { kind: kinds.text, config: plain, create: kinds.callback })
export const backend = object('a backend', {
  name: kinds.text,
  isAvailable: kinds.callback,
  activate: kinds.callback,
})
export const modelKind = object('a kind of model', { kind: kinds.text, fromConfig: kinds.callback })
export const architectureKind = object('an architecture', {
  encoder: kinds.callback,
  decoder: kinds.callback,
  config,
})
export const corruptionKind = object('a corruption', { corrupt: kinds.callback, config })
export const signal: Kind = { name: 'a signal', isGood: (value) => value instanceof AbortSignal }

/** Valid values in places where they do not belong. */
export const strays: readonly unknown[] = [
  digits,
  labelledDigits,
  Promise.resolve(digits),
  { ...digits, batches: undefined },
  { name: 'a store that cannot be read', write: async () => undefined },
  models.autoencoder,
  models.conditionalVae,
  { ...models.vae, trace: undefined },
  tf.train.adam(),
  adam(),
  bernoulli,
  { ...bernoulli, mean: undefined },
  memory(),
  architecture,
  corruption,
]

/** Whether JSON gives a value back. */
function isJson(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)
  }
  const isPlain = Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value))
  return isPlain && Object.values(value).every((item) => item === undefined || isJson(item))
}
