import { load, memory, registerGradients, save, train, uniforms } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { gaussian } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { denoisingAutoencoder } from '../denoising-autoencoder.ts'
import { vae } from '../vae.ts'
import { convolutionalArchitecture } from './convolutional-architecture.ts'
import { denseArchitecture } from './dense-architecture.ts'
import { layersArchitecture, type NetworkLayer } from './layers-architecture.ts'
import { lossesOf, wavesOf } from './testing/small-data.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

/** Its decoder has a layer more than its encoder, and widths of its own. */
const lopsided = () =>
  layersArchitecture({
    encoder: [
      { kind: 'convolution', channels: 3, kernelSize: 3, stride: 2, activation: 'relu' },
      { kind: 'dense', shape: [7], activation: 'tanh', normalization: 'batch', epsilon: 1e-3 },
    ],
    decoder: [
      { kind: 'dense', shape: [20], activation: 'relu', normalization: 'batch' },
      {
        kind: 'transposedConvolution',
        inputShape: [2, 2, 5],
        channels: 4,
        kernelSize: 3,
        stride: 2,
        size: [3, 3],
        activation: 'elu',
      },
      { kind: 'resizedConvolution', channels: 2, kernelSize: 3, stride: 2, activation: 'swish' },
      { kind: 'convolution', channels: 1, kernelSize: 3 },
    ],
  })
const inputShape = [6, 6, 1]

test('networks that do not mirror each other train', async () => {
  using model = autoencoder({ inputShape, codeSize: 2, architecture: lopsided(), seed: 4 })
  expect(model.variables['encoder.1.weight']?.shape).toEqual([27, 7])
  expect(model.variables['decoder.1.weight']?.shape).toEqual([3, 3, 4, 5])
  const losses = await lossesOf(train(model, wavesOf(inputShape, 32), { epochs: 8, batchSize: 16, learningRate: 0.02 }))
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.9)
})

test('a likelihood with several parameters a feature gets them from the last layer', () => {
  const likelihood = gaussian({ standardDeviation: 'perFeature' })
  using model = vae({ inputShape, latentSize: 2, architecture: lopsided(), likelihood })
  tf.tidy(() => {
    expect(model.output(tf.zeros([3, 2])).shape).toEqual([3, ...inputShape, 2])
  })
})

test('the layers of the other architectures, described one by one, compute the same', () => {
  const inner = { activation: 'relu', normalization: 'layer' } as const
  const filter = { kernelSize: 3, stride: 2 }
  const rows: [number[], Parameters<typeof layersArchitecture>[0], ReturnType<typeof denseArchitecture>][] = [
    [
      [9],
      {
        encoder: [{ kind: 'dense', shape: [5], ...inner }],
        decoder: [
          { kind: 'dense', shape: [5], ...inner },
          { kind: 'dense', shape: [9] },
        ],
      },
      denseArchitecture({ hidden: [5], ...inner }),
    ],
    [
      [5, 5, 2],
      {
        encoder: [
          { kind: 'convolution', channels: 3, ...filter, ...inner },
          { kind: 'convolution', channels: 4, ...filter, ...inner },
        ],
        decoder: [
          { kind: 'dense', shape: [2, 2, 4], ...inner },
          { kind: 'transposedConvolution', channels: 3, size: [3, 3], ...filter, ...inner },
          { kind: 'transposedConvolution', channels: 2, size: [5, 5], ...filter },
        ],
      },
      convolutionalArchitecture({ channels: [3, 4], ...inner }),
    ],
  ]
  for (const [shape, layers, architecture] of rows) {
    using described = vae({ inputShape: shape, latentSize: 2, architecture: layersArchitecture(layers), seed: 3 })
    using usual = vae({ inputShape: shape, latentSize: 2, architecture, seed: 3 })
    tf.tidy(() => {
      const x = tf.tensor(uniforms('x', {}, 2 * shape.reduce((a, b) => a * b)), [2, ...shape])
      expect([...described.reconstruct(x).dataSync()]).toEqual([...usual.reconstruct(x).dataSync()])
    })
  }
})

test('it is saved and restored, also inside of a model that wraps another', async () => {
  using model = autoencoder({ inputShape, codeSize: 2, architecture: lopsided(), seed: 4 })
  using wrapped = denoisingAutoencoder({ model })
  const [plain, wrapping] = [memory(), memory()]
  await save(model, plain)
  await save(wrapped, wrapping)
  using first = await load(plain, autoencoder)
  using second = await load(wrapping, denoisingAutoencoder, autoencoder)
  for (const again of [first, second]) {
    tf.tidy(() => {
      const x = tf.ones([1, ...inputShape])
      expect([...again.reconstruct(x).dataSync()]).toEqual([...model.reconstruct(x).dataSync()])
    })
  }
  expect(first.config).toEqual(model.config)
})

describe('what it refuses', () => {
  const dense: NetworkLayer = { kind: 'dense', shape: [6] }
  const make = (encoder: readonly NetworkLayer[], decoder: readonly NetworkLayer[]) =>
    vae({ inputShape: [6], latentSize: 2, architecture: layersArchitecture({ encoder, decoder }) })

  test.each<[string, () => unknown, string]>([
    ['a decoder without layers', () => make([dense], []), 'received a bad `decoder`'],
    ['an end that is not linear', () => make([], [{ ...dense, activation: 'relu' }]), 'whose last layer is not linear'],
    [
      'an end of another shape',
      () => make([], [{ kind: 'dense', shape: [5] }]),
      'does not give the shape of an example',
    ],
    [
      'a convolution of a vector',
      () => make([{ kind: 'convolution', channels: 2, kernelSize: 3 }], [dense]),
      '`encoder[0]` of `layersArchitecture` cannot convolve its input',
    ],
    [
      'a size that the stride does not lead to',
      () =>
        make(
          [dense],
          [
            { kind: 'dense', shape: [2, 1] },
            { kind: 'transposedConvolution', channels: 1, kernelSize: 3, stride: 2, size: [6] },
          ],
        ),
      'cannot enlarge its input to that `size`',
    ],
    [
      'an `inputShape` of another size',
      () => make([{ kind: 'convolution', inputShape: [5, 1], channels: 2, kernelSize: 3 }], [dense]),
      'cannot take its input in the shape `inputShape`',
    ],
    ['a misspelt option', () => make([{ ...dense, size: 3 } as never], [dense]), 'has no option `size`'],
    ['a kind that there is not', () => make([{ ...dense, kind: 'pool' } as never], [dense]), 'received a bad `kind`'],
    ['a hole', () => make(new Array(1) as never, [dense]), 'received a bad `encoder`'],
    ['null for a layer', () => make([null as never], [dense]), 'received a bad `encoder`'],
  ])('%s', async (_, attempt, message) => {
    await expectNoLeak(() => {
      expect(attempt).toThrow(message)
    })
  })
})
