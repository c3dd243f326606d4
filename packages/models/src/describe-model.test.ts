import { type SavableModel, type Shape, sizeOfShape } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { models } from './catalogue.ts'
import { describeModel, type ModelDescription } from './describe-model.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { customArchitecture } from './networks/custom-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { normalizations } from './networks/normalization.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

/** The variables that a description says there are, with their shapes. */
function variablesOf({
  inputShape,
  encoder,
  code,
  condition,
  codeShape,
  decoder,
}: ModelDescription): Record<string, Shape> {
  const variables: Record<string, Shape> = {}
  const add = (layers: ModelDescription['encoder'], first: Shape) => {
    let before = first
    for (const layer of layers) {
      if (layer.type === 'custom') return before
      const { name, outputShape, normalization } = layer
      const channels = outputShape.at(-1) ?? 1
      if (layer.type === 'dense') variables[`${name}.weight`] = [sizeOfShape(before), sizeOfShape(outputShape)]
      else {
        expect(layer.inputShape).toEqual(before)
        const axes = before.length - 1
        const outputs = sizeOfShape(outputShape.slice(axes))
        const ends = [before.at(-1) ?? 1, outputs]
        const window = [layer.kernelSize, axes === 1 ? 1 : layer.kernelSize]
        variables[`${name}.weight`] = [...window, ...(layer.type === 'transposedConvolution' ? ends.reverse() : ends)]
      }
      const outputs =
        layer.type === 'dense' ? sizeOfShape(outputShape) : sizeOfShape(outputShape.slice(before.length - 1))
      if (normalization !== 'batch') variables[`${name}.bias`] = [outputs]
      const own = { none: [], layer: ['weight', 'bias'], batch: ['weight', 'bias', 'mean', 'variance'] }[normalization]
      for (const part of own) variables[`${name}.normalization.${part}`] = [channels]
      before = outputShape
    }
    return before
  }
  const joined = (shape: Shape) => (condition === undefined ? shape : [sizeOfShape(shape) + condition.classes])
  const features = joined(add(encoder, inputShape))
  if (code.type === 'deterministic') add([code.layer], features)
  else if (code.type === 'gaussian') for (const layer of [code.mean, code.logVariance]) add([layer], features)
  else {
    add([code.layer], code.ofPositions ? features.slice(-1) : features)
    variables.codebook = [code.codebookSize, code.embeddingSize]
    variables['codebook.usage'] = [code.codebookSize]
  }
  add(decoder, joined(codeShape))
  return variables
}

function expectDescribed(model: SavableModel): void {
  const description = describeModel(model)
  if (description === undefined) throw new Error('not described')
  const own = Object.entries({ ...model.variables, ...model.state }).filter(([name]) => name !== 'likelihood.shared')
  expect(variablesOf(description)).toEqual(Object.fromEntries(own.map(([name, { shape }]) => [name, shape])))
  model.dispose()
}

const architectures = normalizations.flatMap((normalization) => [
  denseArchitecture({ hidden: [8, 6], normalization }),
  convolutionalArchitecture({ channels: [3, 4], normalization }),
  convolutionalArchitecture({
    channels: [3],
    normalization,
    upsampling: 'resize',
    kernelSize: 2,
    stride: 3,
    hidden: [5],
  }),
])

test.each(models)('a description of $name has its variables', (row) => {
  for (const architecture of architectures) {
    for (const inputShape of [
      [9, 7, 2],
      [13, 3],
    ])
      expectDescribed(row.create({ inputShape, ...row.small.options, architecture }))
  }
})

test('a code of a vector for each place of a feature map is described', () => {
  expectDescribed(vqVae({ inputShape: [9, 7, 2], architecture: convolutionalArchitecture({ channels: [3, 4] }) }))
})

test('a custom layer is described by its name', () => {
  const network = (outputShape: readonly number[]) => ({ outputShape, variables: {}, apply: (x: tf.Tensor) => x })
  const architecture = customArchitecture({ encoder: () => network([2]), decoder: () => network([2]) })
  using model = vae({ inputShape: [2], latentSize: 2, architecture })
  expect(describeModel(model)).toMatchObject({
    encoder: [{ type: 'custom', name: 'encoder.0', outputShape: undefined }],
    decoder: [{ type: 'custom', name: 'decoder.0' }],
  })
})

test('a model that this package did not make has no description', () => {
  using model = vae({ inputShape: [2], hidden: [], latentSize: 2 })
  for (const kind of ['mine', 'toString', '__proto__', 'denoisingAutoencoder'])
    expect(describeModel({ ...model, kind })).toBeUndefined()
  expect(describeModel({ ...model, config: {} })).toBeUndefined()
})
