import type { Likelihood, SavableModel } from '@ae/core'
import { bernoulli } from '@ae/losses'
import { autoencoder, customArchitecture, vae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { exportOnnx, type OnnxOptions } from './export-onnx.ts'

beforeAll(() => tf.setBackend('cpu'))

const small = (options: object = {}) => vae({ inputShape: [6], hidden: [], latentSize: 2, ...options })

async function messageOf(model: SavableModel, options: OnnxOptions): Promise<string> {
  const before = tf.memory().numTensors
  try {
    return await exportOnnx(model, options).then(
      () => 'nothing',
      ({ message }) => message,
    )
  } finally {
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  }
}

test('a custom architecture is refused by the name of its layer', async () => {
  const network = (outputShape: number[], variable: tf.Variable) => ({
    outputShape,
    variables: { scale: variable },
    apply: (x: tf.Tensor) => tf.mul(tf.slice(x, [0, 0], [-1, outputShape[0] ?? 1]), variable),
  })
  const architecture = customArchitecture({
    encoder: () => network([4], tf.variable(tf.scalar(1))),
    decoder: () => network([2], tf.variable(tf.scalar(2))),
  })
  const make = () => vae({ inputShape: [2], latentSize: 2, architecture })
  expect(await messageOf(make(), { part: 'encoder' })).toMatchInlineSnapshot(`
    "\`exportOnnx\` cannot export the layer \`encoder.0\`: it is a function of a custom architecture.

    Expected: layers of denseArchitecture or convolutionalArchitecture
    Received: a function, encoder.0
    Fix:      build the model with denseArchitecture or convolutionalArchitecture"
  `)
  expect(await messageOf(make(), { part: 'decoder' })).toContain('the layer `decoder.0`')
})

test('a likelihood of the user is refused, except where it is not needed', async () => {
  const likelihood: Likelihood = { ...bernoulli, kind: 'mine', config: { kind: 'mine' } }
  expect(await messageOf(small({ likelihood }), { part: 'decoder' })).toMatchInlineSnapshot(`
    "\`exportOnnx\` cannot export the mean of a likelihood of your own.

    Expected: bernoulli, categorical, continuousBernoulli, discretizedLogistic, gaussian, laplace, mixed, squaredError
    Received: "mine"
    Fix:      train with a likelihood of @ae/losses, or export part: 'encoder', which needs none"
  `)
  expect(await messageOf(small({ likelihood }), { part: 'encoder' })).toBe('nothing')
})

test('a model of a kind that is not of @ae/models is refused', async () => {
  for (const kind of ['mine', 'toString', '__proto__'])
    expect(await messageOf({ ...small(), kind }, { part: 'encoder' })).toContain('of a kind that it does not know')
  expect(await messageOf({ ...small(), kind: 'mine' }, { part: 'encoder' })).toMatchInlineSnapshot(`
    "\`exportOnnx\` received a model of a kind that it does not know.

    Expected: a model of @ae/models
    Received: "mine"
    Fix:      export a model that a factory of @ae/models made; the layers of others are not known"
  `)
})

test('a model that was disposed of is refused', async () => {
  const model = small()
  model.dispose()
  expect(await messageOf(model, { part: 'encoder' })).toMatchInlineSnapshot(`
    "\`exportOnnx\` received a model that is disposed of.

    Fix: export it before dispose()"
  `)
})

test('variables that do not fit the options are refused', async () => {
  const model = small()
  expect(
    await messageOf({ ...model, config: { ...model.config, latentSize: 3 } }, { part: 'encoder' }),
  ).toMatchInlineSnapshot(`
    "\`exportOnnx\` received a model whose variables do not fit its options.

    Expected: mean.weight [6, 3]
    Received: [6, 2]
    Fix:      pass a model as its factory made it, e.g. vae({ inputShape, latentSize }) of @ae/models"
  `)
})

test('a sample is refused where no code is drawn', async () => {
  expect(await messageOf(small(), { part: 'decoder', code: 'sample' })).toMatchInlineSnapshot(`
    "\`exportOnnx\` received \`code: 'sample'\` for a part that draws no code.

    Expected: the encoder or autoencoder of a model with a Gaussian posterior, e.g. a vae
    Received: the decoder of a "vae"
    Fix:      leave \`code\` out: to sample, give the decoder standard normal numbers as its \`code\`"
  `)
  const plain = autoencoder({ inputShape: [6], hidden: [], codeSize: 2 })
  expect(await messageOf(plain, { part: 'encoder', code: 'sample' })).toContain('the encoder of a "autoencoder"')
})

test('a part that does not exist is refused', async () => {
  expect(await messageOf(small(), { part: 'both' as 'encoder' })).toMatchInlineSnapshot(`
    "\`exportOnnx\` received a bad \`part\`.

    Expected: one of encoder, decoder, autoencoder
    Received: "both"
    Fix:      pass one of encoder, decoder, autoencoder"
  `)
  expect(await messageOf(small(), {} as OnnxOptions)).toContain('needs the option `part`')
})
