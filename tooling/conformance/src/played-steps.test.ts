// Steps that a backend plays against those that tfjs's engine runs: the same numbers, to the bit.
import {
  isRepeatable,
  repeatable,
  type StepPlayingBackend,
  type Trace,
  type Trainable,
  type TrainOptions,
  train,
  uniforms,
} from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { klDivergence, reconstruction, sum, weighted } from '@ae/losses'
import { autoencoder, denoisingAutoencoder, pretrain, stackedAutoencoder, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { valuesOf } from './closeness.ts'
import { onBackend, tfjsName } from './on-backend.ts'
import { smallModels } from './small-models.ts'

/** The models that are played. Each of the others computes something by a kernel of tfjs's own. */
const played: readonly string[] = [
  'autoencoder',
  'autoencoder, convolutional',
  'stacked autoencoder',
  'sparse autoencoder, KL',
  'vae',
  'vae, convolutional',
]

onBackend('the steps of training', () => {
  const steps = () => tf.backend() as StepPlayingBackend & object

  test('are played by the backend wasm, and by no other', () => {
    expect(steps().createStepPlayer === undefined).toBe(tfjsName !== 'wasm')
  })

  if (tfjsName !== 'wasm') return

  /** What `run` gives when the engine makes every step. */
  const byTheEngine = async <result>(run: () => Promise<result>): Promise<result> => {
    const [active, { createStepPlayer }] = [steps(), steps()]
    active.createStepPlayer = undefined
    try {
      return await run()
    } finally {
      active.createStepPlayer = createStepPlayer
    }
  }

  // Its labels are those of two examples.
  const others = Object.entries(smallModels).filter(([name]) => name !== 'conditional vae')
  describe.each(others)('%s', (name, make) => {
    test('gives the same numbers to the bit, and leaves nothing behind', () =>
      expectNoLeak(async () => {
        const { numbers, passes } = await trained(make())
        expect(numbers).toEqual((await byTheEngine(() => trained(make()))).numbers)
        expect(passes).toBe(played.includes(name) ? 3 : 9)
      }))
  })

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
    expect(numbers).toEqual((await byTheEngine(() => trained(model(), options))).numbers)
    expect(passes).toBe(3)
  })

  test('follow an objective with a gradient in it', async () => {
    const flattened = (model: ReturnType<typeof autoencoder>) => {
      const objective = ({ code }: Trace) => {
        const slope = tf.grad((z: tf.Tensor) => tf.sum(model.decode(z as tf.Tensor2D)))(code)
        return { flatness: tf.sum(tf.mul(slope, slope), 1) }
      }
      const penalty = Object.assign(objective, { weights: () => ({ flatness: 1 }) })
      return { ...model, objective: sum(reconstruction(), penalty) }
    }
    const run = () => trained(flattened(autoencoder({ inputShape: [6], hidden: [5], codeSize: 4, activation: 'tanh' })))
    const { numbers } = await run()
    expect(numbers).toEqual((await byTheEngine(run)).numbers)
  })

  test('of layers that are pretrained are the same to the bit', async () => {
    const run = async () => {
      const model = stackedAutoencoder({ inputShape: [6], hidden: [5], codeSize: 4 })
      const losses: number[] = []
      for await (const { loss } of pretrain(model, data([6]), { epochs: 3, batchSize: 8 })) losses.push(loss.total)
      const weights = await valuesOf(model.variables)
      model.dispose()
      return { losses, weights }
    }
    expect(await run()).toEqual(await byTheEngine(run))
  })

  test('a model of somebody else, whose pass is not marked, is never played', async () => {
    const { trace, ...model } = autoencoder({ inputShape: [6], codeSize: 2 })
    const unmarked = { ...model, trace: (...pass: Parameters<typeof trace>) => trace(...pass) }
    expect(isRepeatable(unmarked.trace)).toBe(false)
    expect((await trained(unmarked)).passes).toBe(9)
  })
})

function data(shape: readonly number[]) {
  const size = shape.reduce((product, length) => product * length, 1)
  return fromArray(uniforms('examples', {}, 20 * size), { shape: [...shape] })
}

/** Trains three epochs of three steps, the last of which has fewer examples; disposes of the model. */
async function trained<trace extends Trace, name extends string>(
  model: Trainable<trace, name>,
  options: TrainOptions<trace, name> = {},
) {
  let passes = 0
  const counted: typeof model.trace = (batch, pass) => {
    passes++
    return model.trace(batch, pass)
  }
  const watched = { ...model, trace: repeatable(counted, [model.trace]) }
  const losses: object[] = []
  const run = train(watched, data(model.inputShape), { epochs: 3, batchSize: 8, seed: 3, ...options })
  for await (const { loss } of run) losses.push(loss)
  const numbers = { losses, weights: await valuesOf({ ...model.variables, ...model.state }) }
  model.dispose()
  return { numbers, passes }
}
