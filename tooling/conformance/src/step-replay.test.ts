// Replayed steps against those that run through tfjs: the same numbers, to the bit.
import {
  type Batch,
  type Dataset,
  extendBackend,
  isRepeatable,
  repeatable,
  type Trace,
  type Trainable,
  type TrainOptions,
  train,
  uniforms,
} from '@ae/core'
import { extensionOf } from '@ae/core/internal'
import { fromArray, withLabels } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { bernoulliNegativeLogLikelihood, klDivergence, reconstruction, squaredError, sum, weighted } from '@ae/losses'
import {
  autoencoder,
  conditionalVae,
  contractiveAutoencoder,
  convolutionalArchitecture,
  customArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  iwae,
  pretrain,
  saltAndPepperNoise,
  stackedAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import {
  type AdversarialModel,
  type AdversarialTrace,
  adversarialModel,
} from '../../../packages/core/src/testing/adversarial-model.ts'
import { valuesOf } from './closeness.ts'
import { onBackend, tfjsName } from './on-backend.ts'
import { smallModels } from './small-models.ts'

/** The models whose steps all run through tfjs, with the reason. */
const notReplayed: Readonly<Record<string, string>> = {
  'vq-vae, decoder': 'its pass is not marked: it is changed by the test',
}

onBackend('the steps of training', () => {
  test('are replayed by the backend wasm, and by no other', () => {
    expect(extensionOf(tf.backend()).stepPlayer === undefined).toBe(tfjsName !== 'wasm')
  })

  if (tfjsName !== 'wasm') return

  /** What `run` gives when every step runs through tfjs. */
  const throughTfjs = async <result>(run: () => Promise<result>): Promise<result> => {
    const active = tf.backend()
    const { stepPlayer } = extensionOf(active)
    extendBackend(active, { stepPlayer: undefined })
    try {
      return await run()
    } finally {
      extendBackend(active, { stepPlayer })
    }
  }

  const models = Object.entries({ ...smallModels, ...moreModels }).filter(([name]) => name !== 'conditional vae')
  describe.each(models)('%s', (name, make) => {
    test('gives the same numbers to the bit, and leaves nothing behind', () =>
      expectNoLeak(async () => {
        const { numbers, passes } = await trained(make())
        expect(numbers).toEqual((await throughTfjs(() => trained(make()))).numbers)
        expect(passes).toBe(name in notReplayed ? 9 : 3)
      }))
  })

  test('conditional vae gives the same numbers to the bit, and leaves nothing behind', () =>
    expectNoLeak(async () => {
      const run = () =>
        trained(
          conditionalVae({ inputShape: [6], hidden: [5], latentSize: 3, classes: 3 }),
          {},
          withLabels(
            fromArray(examples([6]), { shape: [6], labels: Uint8Array.from({ length: 20 }, (_, i) => i % 3) }),
          ),
        )
      const { numbers, passes } = await run()
      expect(numbers).toEqual((await throughTfjs(run)).numbers)
      expect(passes).toBe(3)
    }))

  test('follow noise, and schedules of the learning rate and of weights', async () => {
    const model = () => denoisingAutoencoder({ model: vae({ inputShape: [6], hidden: [5], latentSize: 2 }) })
    const options = {
      learningRate: (step: number) => 0.01 / (1 + step),
      objective: sum(
        reconstruction(),
        weighted((step) => step / 10, klDivergence()),
      ),
    }
    const { numbers, passes } = await trained(model(), options)
    expect(numbers).toEqual((await throughTfjs(() => trained(model(), options))).numbers)
    expect(passes).toBe(3)
  })

  test('follow an objective with a gradient in it', async () => {
    const flattened = (model: ReturnType<typeof autoencoder>) => {
      const value = ({ code }: Trace) => {
        const slope = tf.grad((z: tf.Tensor) => tf.sum(model.decode(z as tf.Tensor2D)))(code)
        return tf.sum(tf.mul(slope, slope), 1)
      }
      return { ...model, objective: sum(reconstruction(), { terms: { flatness: { value } } }) }
    }
    const run = () => trained(flattened(autoencoder({ inputShape: [6], hidden: [5], codeSize: 4, activation: 'tanh' })))
    const { numbers } = await run()
    expect(numbers).toEqual((await throughTfjs(run)).numbers)
  })

  test('of layers that are pretrained are the same to the bit', async () => {
    const pretrained = async (isOwn: boolean) => {
      const { pairs, ...model } = stackedAutoencoder({ inputShape: [6], hidden: [5], codeSize: 4 })
      let passes = 0
      const count = ({ apply, ...layer }: (typeof pairs)[number]['encoder']): typeof apply =>
        repeatable(
          (...pass) => {
            passes++
            return apply.call(layer, ...pass)
          },
          isOwn ? [() => {}] : [apply],
        )
      const counted = pairs.map((pair) => ({ ...pair, decoder: { ...pair.decoder, apply: count(pair.decoder) } }))
      const losses: number[] = []
      const run = pretrain({ ...model, pairs: counted }, data([6]), { epochs: 3, batchSize: 8 })
      for await (const { loss } of run) losses.push(loss.total)
      const weights = await valuesOf(model.variables)
      model.dispose()
      return { numbers: { losses, weights }, passes }
    }
    const { numbers, passes } = await pretrained(false)
    expect(numbers).toEqual((await throughTfjs(() => pretrained(false))).numbers)
    expect(passes).toBe(2 * 3)
    expect(await pretrained(true)).toEqual({ numbers, passes: 2 * 9 }) // layers that somebody put into the pairs
  })

  test('of a model and its player are replayed, each for itself, and the same to the bit', async () => {
    const adversarial = async () => {
      const passes = { model: 0, discriminator: 0 }
      const inner = adversarialModel({}, (player) => passes[player === undefined ? 'model' : 'discriminator']++)
      const model = ofOwnKernels(inner)
      const losses: object[] = []
      const run = train(model, data(model.inputShape), { epochs: 3, batchSize: 8, seed: 3 })
      for await (const { loss } of run) losses.push(loss)
      const weights = await valuesOf({ ...model.variables, ...model.players?.discriminator?.variables })
      model.dispose()
      return { numbers: { losses, weights }, passes }
    }
    const { numbers, passes } = await adversarial()
    const byEngine = await throughTfjs(adversarial)
    expect(numbers).toEqual(byEngine.numbers)
    expect(byEngine.passes).toEqual({ model: 9, discriminator: 9 })
    expect(passes).toEqual({ model: 3, discriminator: 3 })
  })

  test('of two models that are trained in turns are the same to the bit', async () => {
    const together = async () => {
      const models = [smallModels.vae, smallModels['autoencoder, convolutional']].map((make) => make?.() as Trainable)
      const runs = models.map((model) => train(model, data(model.inputShape), { epochs: 4, batchSize: 8, seed: 3 }))
      const losses: unknown[] = []
      for (let epoch = 0; epoch < 4; epoch++) for (const run of runs) losses.push((await run.next()).value?.loss)
      for (const run of runs) await run.return()
      const weights = await Promise.all(models.map(({ variables }) => valuesOf(variables)))
      for (const model of models) model.dispose()
      return { losses, weights }
    }
    expect(await together()).toEqual(await throughTfjs(together))
  })

  test.each(Object.entries(ownNetworks))('of networks that run %s are the same to the bit', async (_, network) => {
    const { numbers, passes } = await trained(withNetwork(network))
    expect(numbers).toEqual((await throughTfjs(() => trained(withNetwork(network)))).numbers)
    expect(passes).toBe(3)
  })

  test('a model of somebody else, whose pass is not marked, is never replayed', async () => {
    const { trace, ...model } = autoencoder({ inputShape: [6], codeSize: 2 })
    const unmarked = { ...model, trace: (...pass: Parameters<typeof trace>) => trace(...pass) }
    expect(isRepeatable(unmarked.trace)).toBe(false)
    expect((await trained(unmarked)).passes).toBe(9)
  })
})

/** Models that the other suites do not need. */
const moreModels: Readonly<Record<string, () => Trainable>> = {
  'vq-vae': () => vqVae({ inputShape: [6], hidden: [5], codebookSize: 3, embeddingSize: 2, positions: 2 }),
  'vq-vae, codebook by gradient, many restarts': () =>
    vqVae({
      inputShape: [6],
      hidden: [5],
      codebookSize: 40,
      embeddingSize: 2,
      positions: 2,
      codebook: 'loss',
      decay: 0.5,
    }),
  'iwae, doubly reparameterised': () =>
    iwae({ inputShape: [6], hidden: [5], latentSize: 3, samples: 3, gradient: 'doublyReparameterized' }),
  'denoising autoencoder, salt and pepper': () =>
    denoisingAutoencoder({ model: autoencoder({ inputShape: [6], codeSize: 4 }), corruption: saltAndPepperNoise() }),
  'contractive autoencoder, convolutional': () =>
    contractiveAutoencoder({
      inputShape: [5, 5, 1],
      codeSize: 4,
      architecture: convolutionalArchitecture({ channels: [3] }),
    }),
}

/** The adversarial model with losses whose kernels are ours. */
function ofOwnKernels(model: AdversarialModel): AdversarialModel {
  const { discriminator } = model.players as NonNullable<AdversarialModel['players']>
  const { variables = {}, optimizer } = discriminator ?? {}
  const score = (code: tf.Tensor2D) =>
    tf.add(tf.matMul(code, variables.slope as tf.Tensor), variables.offset as tf.Tensor)
  const against = (code: tf.Tensor2D, label: number) =>
    bernoulliNegativeLogLikelihood(score(code), (label === 1 ? tf.ones : tf.zeros)([code.shape[0], 1]))
  const discrimination = ({ code, prior }: AdversarialTrace) => tf.add(against(code, 0), against(prior, 1))
  return {
    ...model,
    objective: {
      terms: {
        reconstruction: { value: ({ output, target }) => squaredError().negativeLogLikelihood(output, target) },
        fooling: { value: ({ code }) => against(code, 1), weight: (step) => step / 10 },
      },
    },
    players: {
      discriminator: { variables, optimizer, objective: { terms: { discrimination: { value: discrimination } } } },
    },
  }
}

type OwnNetwork = readonly [shape: readonly number[], apply: (x: tf.Tensor4D, w: tf.Variable) => tf.Tensor]

/** Networks of one weight, on kernels of @ae/wasm, kernels of tfjs, and kernels that compute in JavaScript. */
const ownNetworks: Readonly<Record<string, OwnNetwork>> = {
  depthwiseConv2d: [[3, 3, 1, 1], (x, w) => tf.depthwiseConv2d(x, w as tf.Tensor4D, 1, 'same')],
  separableConv2d: [
    [3, 3, 1, 1],
    (x, w) => tf.separableConv2d(x, w as tf.Tensor4D, tf.ones([1, 1, 1, 1]) as tf.Tensor4D, 1, 'same'),
  ],
  prelu: [[5, 5, 1], (x, w) => tf.prelu(tf.sub(x, 0.5), w)],
  cos: [[5, 5, 1], (x, w) => tf.cos(tf.mul(x, w))],
  clipByValue: [[5, 5, 1], (x, w) => tf.clipByValue(tf.mul(x, w), 0, 0.5)],
  selu: [[5, 5, 1], (x, w) => tf.selu(tf.sub(x, w))],
  pad: [
    [3, 5, 1],
    (x, w) =>
      tf.mul(
        x,
        tf.pad(w as tf.Tensor3D, [
          [1, 1],
          [0, 0],
          [0, 0],
        ]),
      ),
  ],
  slice: [[7, 5, 1], (x, w) => tf.mul(x, tf.slice(w as tf.Tensor3D, [1, 0, 0], [5, 5, 1]))],
  where: [[5, 5, 1], (x, w) => tf.where(tf.greater(x, 0.5), tf.mul(x, w), x)],
  einsum: [[5, 5], (x, w) => tf.einsum('bijc,jk->bikc', x, w)],
  maximum: [[5, 5, 1], (x, w) => tf.maximum(x, w)],
  maxPool: [[5, 5, 1], (x, w) => tf.maxPool(tf.mul(x, w) as tf.Tensor4D, 3, 1, 'same')],
}

/** An autoencoder with a repeatable encoder of that network. */
function withNetwork([shape, apply]: OwnNetwork) {
  const { decoder } = denseArchitecture({ hidden: [] })
  const { encoder } = customArchitecture({
    encoder: repeatable(() => {
      const size = shape.reduce((product, length) => product * length, 1)
      const w = tf.tidy(() => tf.variable(tf.tensor(uniforms('w', {}, size), [...shape])))
      return { outputShape: [5, 5, 1], variables: { w }, apply: (x) => apply(x as tf.Tensor4D, w) }
    }),
    decoder: () => {
      throw new Error('not called')
    },
  })
  const marked = repeatable(encoder)
  return autoencoder({
    inputShape: [5, 5, 1],
    codeSize: 3,
    seed: 2,
    architecture: { encoder: marked, decoder, config: { kind: 'custom' } },
  })
}

function data(shape: readonly number[]) {
  return fromArray(examples(shape), { shape: [...shape] })
}

/** Twenty. */
function examples(shape: readonly number[]) {
  return uniforms('examples', {}, 20 * shape.reduce((product, length) => product * length, 1))
}

/** Trains three epochs of three steps, the last of which has fewer examples; disposes of the model. */
async function trained<trace extends Trace, name extends string, batch extends Batch = tf.Tensor>(
  model: Trainable<trace, name, batch>,
  options: TrainOptions<trace, name, batch> = {},
  examples = data(model.inputShape) as Dataset<batch>,
) {
  let passes = 0
  const counted: typeof model.trace = (batch, pass) => {
    passes++
    return model.trace(batch, pass)
  }
  const watched = { ...model, trace: repeatable(counted, [model.trace]) }
  const losses: object[] = []
  const run = train(watched, examples, { epochs: 3, batchSize: 8, seed: 3, ...options })
  for await (const { loss } of run) losses.push(loss)
  const numbers = { losses, weights: await valuesOf({ ...model.variables, ...model.state }) }
  model.dispose()
  return { numbers, passes }
}
