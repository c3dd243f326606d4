// The models trained with @tensorflow/tfjs-layers imported as well: that import replaces our gradients with tfjs's.
import { randomNormal, type Trace, type Trainable, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { squaredError } from '@ae/losses'
import { autoencoder, convolutionalArchitecture, vqVae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import type * as layersModule from '@tensorflow/tfjs-layers'
import { crosses } from './crosses.ts'

type Layers = typeof layersModule

/** Trains our models, and a user's own model; returns the losses of each, one per epoch. */
export async function trainOurs(): Promise<Record<string, number[]>> {
  const inputShape = [28, 28, 1]
  const models = {
    convolutional: autoencoder({
      inputShape,
      codeSize: 4,
      architecture: convolutionalArchitecture({ channels: [4, 8] }),
      seed: 1,
    }),
    vqVae: vqVae({ inputShape, seed: 1 }),
    own: attention(),
  }
  const losses: Record<string, number[]> = {}
  for (const [name, model] of Object.entries(models)) {
    const data = fromArray(crosses(32), { shape: inputShape })
    losses[name] = []
    const epochs = train<Trace, 'reconstruction'>(model, data, {
      epochs: 3,
      batchSize: 16,
      seed: 2,
      learningRate: 0.01,
    })
    for await (const { loss } of epochs) losses[name].push(loss.reconstruction)
    model.dispose()
  }
  return losses
}

/** Attention between the rows of an image after a depthwise convolution, with a table of position embeddings. */
function attention(): Trainable<Trace, 'reconstruction'> {
  const inputShape = [28, 28, 1]
  const weight = (name: string, ...shape: number[]) =>
    tf.tidy(() => tf.variable(tf.mul(randomNormal(shape, `init/${name}`, { seed: 1 }), 0.2)))
  const variables = {
    filter: weight('filter', 3, 3, 1, 2),
    places: weight('places', 28, 56),
    queries: weight('queries', 56, 8),
    keys: weight('keys', 56, 8),
    values: weight('values', 56, 28),
  }
  const likelihood = squaredError()
  const dispose = () => tf.dispose(variables)
  return {
    kind: 'attention',
    config: {},
    inputShape,
    likelihood,
    variables,
    trace(x) {
      const seen = tf.depthwiseConv2d(x as tf.Tensor4D, variables.filter as tf.Tensor4D, 1, 'same')
      const places = tf.gather(variables.places, tf.range(0, 28, 1, 'int32'))
      const rows = tf.add(tf.reshape(seen, [-1, 28, 56]), places)
      const project = (matrix: tf.Tensor) => tf.einsum('bri,io->bro', rows, matrix)
      const scores = tf.einsum('bqd,bkd->bqk', project(variables.queries), project(variables.keys))
      const code = tf.einsum('bqk,bkd->bqd', tf.softmax(scores), project(variables.values))
      const output = tf.reshape(code, x.shape)
      return { input: x, target: x, code: tf.reshape(code, [-1, 28 * 28]), output, likelihood }
    },
    objective: ({ output, target }) => ({ reconstruction: likelihood.negativeLogLikelihood(output, target) }),
    dispose,
    [Symbol.dispose]: dispose,
  }
}

/** Trains tf.layers models; returns the losses of each, one per epoch. */
export async function trainLayers({ layers, sequential }: Layers): Promise<Record<string, number[]>> {
  const kernelInitializer = 'zeros'
  const seeded = () => ({ className: 'GlorotNormal', config: { seed: 3 } }) as never
  const images = sequential({
    layers: [
      layers.depthwiseConv2d({
        inputShape: [28, 28, 1],
        kernelSize: 3,
        depthMultiplier: 2,
        padding: 'same',
        depthwiseInitializer: seeded(),
      }),
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: seeded() }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', kernelInitializer: seeded() }),
    ],
  })
  const words = sequential({
    layers: [
      layers.embedding({ inputDim: 28, outputDim: 4, inputLength: 6, embeddingsInitializer: seeded() }),
      layers.lstm({ units: 5, kernelInitializer: seeded(), recurrentInitializer: seeded() }),
      layers.dense({ units: 1, kernelInitializer }),
    ],
  })
  const pixels = tf.tensor4d(
    Float32Array.from(crosses(32), (byte) => byte / 255),
    [32, 28, 28, 1],
  )
  const indices = tf.tensor2d(
    Array.from({ length: 32 * 6 }, (_, i) => (i * 7) % 28),
    [32, 6],
  )
  const sums = tf.mean(indices, 1, true)
  const losses = {
    images: await fit(images, pixels, pixels),
    words: await fit(words, indices, sums),
  }
  tf.dispose([pixels, indices, sums])
  return losses
}

async function fit(model: layersModule.Sequential, x: tf.Tensor, y: tf.Tensor): Promise<number[]> {
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' })
  const { history } = await model.fit(x, y, { epochs: 4, batchSize: 16, shuffle: false, verbose: 0 })
  model.dispose()
  return history.loss as number[]
}
