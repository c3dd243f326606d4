import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/networks.json' with { type: 'json' }
import { vae } from '../vae.ts'
import type { Architecture } from './architecture.ts'
import { convolutionLayer, transposedConvolutionLayer } from './convolution-layer.ts'
import { type ConvolutionalArchitectureOptions, convolutionalArchitecture } from './convolutional-architecture.ts'
import type { Layer, Network } from './network.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const pass = { inputGradient: false, training: false }
const shapesOf = ({ layers }: ReturnType<Architecture['encoder']>) => layers.map(({ outputShape }) => outputShape)

/** Both networks around a code, applied to two examples; what they own is disposed of. */
function roundTrip(
  options: ConvolutionalArchitectureOptions,
  inputShape: readonly number[],
  codeShape: readonly number[] = [5],
  parameters = 1,
) {
  const architecture = convolutionalArchitecture(options)
  const encoder = architecture.encoder({ inputShape, seed: 1 })
  const decoder = architecture.decoder({ codeShape, inputShape, parameters, seed: 1 })
  const shapes = tf.tidy(() => {
    const features = encoder.apply(tf.ones([2, ...inputShape]), pass)
    return [features.shape, decoder.apply(tf.ones([2, ...codeShape]), pass).shape]
  })
  const result = {
    encoder: shapesOf(encoder),
    decoder: shapesOf(decoder),
    shapes,
    filter: decoder.variables['decoder.1.weight']?.shape,
  }
  for (const network of [encoder, decoder]) tf.dispose([{ ...network.variables }, { ...network.state }])
  return result
}

describe.each(['transpose', 'resize'] as const)('upsampling by %s', (upsampling) => {
  test('mirrors odd sizes exactly, layer by layer', () =>
    expectNoLeak(() => {
      const { encoder, decoder, shapes, filter } = roundTrip({ channels: [3, 4, 6], upsampling }, [28, 25, 2])
      expect(encoder).toEqual([
        [14, 13, 3],
        [7, 7, 4],
        [4, 4, 6],
      ])
      expect(decoder).toEqual([
        [4, 4, 6],
        [7, 7, 4],
        [14, 13, 3],
        [28, 25, 2],
      ])
      expect(shapes).toEqual([
        [2, 4, 4, 6],
        [2, 28, 25, 2],
      ])
      expect(filter).toEqual(upsampling === 'transpose' ? [3, 3, 4, 6] : [3, 3, 6, 4])
    }))

  test('takes signals, dense layers and several parameters a feature', () => {
    const { encoder, decoder, shapes } = roundTrip({ channels: [4, 3], hidden: [7, 6], upsampling }, [9, 2], [5], 2)
    expect(encoder).toEqual([[5, 4], [3, 3], [7], [6]])
    expect(decoder).toEqual([[6], [7], [3, 3], [5, 4], [9, 2, 2]])
    expect(shapes).toEqual([
      [2, 6],
      [2, 9, 2, 2],
    ])
  })

  test('decodes a code that is a feature map by a convolution', () => {
    const { decoder, shapes } = roundTrip({ channels: [4, 3], upsampling }, [8, 8, 1], [2, 2, 7])
    expect(decoder).toEqual([
      [2, 2, 3],
      [4, 4, 4],
      [8, 8, 1],
    ])
    expect(shapes[1]).toEqual([2, 8, 8, 1])
  })

  test.each([1, 3])('takes stride %i', (stride) => {
    expect(roundTrip({ channels: [2, 2], stride, upsampling }, [10, 10, 1]).shapes[1]).toEqual([2, 10, 10, 1])
  })
})

test('a signal is an image of one column', () => {
  const architecture = convolutionalArchitecture({ channels: [3], stride: 2 })
  const ofSignal = architecture.encoder({ inputShape: [7, 2], seed: 1 })
  const ofImage = architecture.encoder({ inputShape: [7, 1, 2], seed: 1 })
  const x = tf.randomUniform([2, 7, 2], -1, 1, 'float32', 3)
  const weight = ofSignal.variables['encoder.0.weight'] as tf.Variable // [3, 1, 2, 3]
  const filter = tf.pad(weight, [
    [0, 0],
    [1, 1],
    [0, 0],
    [0, 0],
  ])
  ofImage.variables['encoder.0.weight']?.assign(filter)
  ofImage.variables['encoder.0.bias']?.assign(ofSignal.variables['encoder.0.bias'] as tf.Variable)
  expect(weight.shape).toEqual([3, 1, 2, 3])
  const image = ofImage.apply(tf.reshape(x, [2, 7, 1, 2]), pass)
  expectClose(ofSignal.apply(x, pass).dataSync(), image.dataSync(), { absolute: 1e-6 })
})

test.each([
  ['convolution', convolutionLayer],
  ['transposedConvolution', transposedConvolutionLayer],
] as const)('a %s starts within the bounds of PyTorch', (kind, create) => {
  const { channels, out, window, largest } = oracle.initialisation
  const [inputShape, outputShape] = [
    [2, 2, channels],
    [2, 2, out],
  ]
  const rest = {
    inputShape,
    outputShape,
    kernelSize: window,
    stride: 1,
    normalization: 'none',
    activation: 'linear',
  } as const
  const ours = { weight: 0, bias: 0 }
  for (let seed = 0; seed < 400; seed++) {
    const { variables } = create({ name: 'n', seed, ...rest })
    for (const part of ['weight', 'bias'] as const) {
      ours[part] = Math.max(ours[part], ...(variables[`n.${part}`]?.dataSync() ?? []).map(Math.abs))
    }
    tf.dispose({ ...variables })
  }
  expectClose([ours.weight, ours.bias], [largest[kind].weight, largest[kind].bias], { relative: 0.005 })
})

test.each([
  ['transpose', [6]],
  ['resize', []],
] as const)('hidden layers are normalised and activated, the last is not (%s)', (upsampling, hidden) => {
  const architecture = convolutionalArchitecture({ channels: [2, 3], hidden, upsampling, normalization: 'layer' })
  const encoder = architecture.encoder({ inputShape: [6, 6, 1], seed: 1 })
  const decoder = architecture.decoder({ codeShape: [4], inputShape: [6, 6, 1], parameters: 1, seed: 1 })
  const isNormalised = (network: Network) =>
    network.layers.map((layer, i) => Object.keys(layer.variables).some((name) => name.includes(`.${i}.normalization.`)))
  expect(isNormalised(encoder)).toEqual(encoder.layers.map(() => true))
  expect(isNormalised(decoder)).toEqual(decoder.layers.map((_, i) => i < decoder.layers.length - 1))
  const lowest = (layer: Layer, shape: readonly number[]) =>
    Math.min(...layer.apply(tf.randomUniform([3, ...shape], -1, 1, 'float32', 1), pass).dataSync())
  const shapes = [[4], ...decoder.layers.map(({ outputShape }) => outputShape)]
  const isActivated = decoder.layers.map((layer, i) => lowest(layer, shapes[i] ?? []) === 0)
  expect(isActivated).toEqual(isNormalised(decoder))
})

test('refuses rows of a table', () => {
  expect(() => roundTrip({}, [784])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`convolutionalArchitecture\` cannot take examples of this shape.

    Expected: [height, width, channels] or [length, channels]
    Received: [784]
    Fix:      reshape the data, e.g. to [784, 1], or use denseArchitecture]
  `)
})

test('refuses to divide a single pixel', () => {
  expect(() => roundTrip({ channels: [1, 1, 1, 1] }, [4, 3, 1])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`convolutionalArchitecture\` has too many \`channels\`: the examples shrink to one pixel before the last convolution.

    Expected: more than one pixel before each of 4 convolutions with stride 2
    Received: [4, 3, 1] -> [2, 2, 1] -> [1, 1, 1]
    Fix:      use fewer channels, e.g. channels: [1, 1], or stride: 1]
  `)
})

test('refuses a code that is a feature map of another size, and any feature map behind dense layers', () => {
  expect(() => roundTrip({}, [8, 8, 1], [3, 3, 4])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`convolutionalArchitecture\` cannot decode a code of this shape.

    Expected: [codeSize], or the smallest feature map: [2, 2, codeSize]
    Received: [3, 3, 4]
    Fix:      give the code the size of the smallest feature map]
  `)
  expect(() => roundTrip({ hidden: [5] }, [8, 8, 1], [2, 2, 4])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`convolutionalArchitecture\` cannot decode a code of this shape.

    Expected: [codeSize]
    Received: [2, 2, 4]
    Fix:      leave \`hidden\` out: behind dense layers a code is a vector]
  `)
})

test('refuses to have no channels', () => {
  expect(() => convolutionalArchitecture({ channels: [] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`convolutionalArchitecture\` received a bad \`channels\`.

    Expected: an array of at least one positive integer, e.g. [32, 64]
    Received: []
    Fix:      pass an array of at least one positive integer, e.g. [32, 64]]
  `)
})

test.each([
  [[784], [784, 1]],
  [
    [8, 28, 28, 3],
    [224, 28, 3],
  ],
  [
    [2, 8, 28, 28, 3],
    [448, 28, 3],
  ],
])('refuses examples of shape %j and names one that it takes', (shape, taken) => {
  const make = (inputShape: number[]) => vae({ inputShape, latentSize: 2, architecture: convolutionalArchitecture() })
  expect(() => make(shape)).toThrow(`reshape the data, e.g. to [${taken.join(', ')}], or use denseArchitecture`)
  make(taken).dispose()
})
