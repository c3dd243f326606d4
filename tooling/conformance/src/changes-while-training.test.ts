// Whatever is changed between two steps of a training: one that is played gives what one gives in which the engine makes every
// step, to the bit, and its errors are the same.
import { adam, type Optimizer, repeatable, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { klDivergence, reconstruction, sum, weighted } from '@ae/losses'
import { convolutionalArchitecture, customArchitecture, denoisingAutoencoder, gaussianNoise, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test, vi } from 'vitest'
import { type Change, changesOfTraining, examples, type Scene, type Undo } from './changes.ts'
import { changesOfTfjs, threads } from './changes-of-tfjs.ts'
import { valuesOf } from './closeness.ts'
import { activate, onBackend, tfjsName } from './on-backend.ts'

onBackend('what is changed while a model is trained', () => {
  if (tfjsName !== 'wasm') {
    test('nothing here would be missed: no step is played', () => {
      expect('createStepPlayer' in tf.backend()).toBe(false)
    })
    return
  }

  describe.each(Object.entries({ ...changesOfTraining, ...changesOfTfjs }))('%s', (_, change) => {
    test.each(['after an epoch', 'in an epoch'] as const)('%s', async (when) => {
      await expectNoLeak(async () => {
        const { passes, ...played } = await trained(change, when, true)
        const { passes: every, ...byTheEngine } = await trained(change, when, false)
        expect(played).toEqual(byTheEngine)
        expect(passes).toBeLessThan(every)
      })
    })
  })

  test.each([
    [1, 4],
    [4, 1],
  ])('convolutions are computed by %i threads, and then by %i', async (before, after) => {
    const numbers = await onThreads(before, after, true)
    expect(numbers).toEqual(await onThreads(before, after, false))
    expect(numbers).toEqual(await onThreads(1, 1, true))
  })
})

/** Trains a convolutional VAE, one epoch on the first number of threads and two on the second. */
async function onThreads(before: number, after: number, isMarked: boolean) {
  await threads(before)
  const images = fromArray(uniforms('images', {}, 80 * 28 * 28), { shape: [28, 28, 1] })
  const architecture = convolutionalArchitecture({ channels: [16, 32] })
  const { trace, ...model } = vae({ inputShape: [28, 28, 1], latentSize: 4, architecture, seed: 1 })
  const unmarked: typeof trace = (...pass) => trace(...pass)
  const losses: object[] = []
  const run = train({ ...model, trace: isMarked ? trace : unmarked }, images, { epochs: 3, batchSize: 20, seed: 3 })
  for await (const { epoch, loss } of run) {
    losses.push(loss)
    if (epoch === 1) await threads(after)
  }
  const weights = await valuesOf(model.variables)
  model.dispose()
  await activate()
  return { losses, weights }
}

/** A denoising VAE whose networks consist of plain ops that run our kernels and registered gradients. */
function makeModel() {
  const matrix = (name: string, rows: number, columns: number) =>
    tf.tidy(() => tf.variable(tf.tensor2d(uniforms(name, {}, rows * columns), [rows, columns])))
  const architecture = customArchitecture({
    encoder: repeatable(() => {
      const weight = matrix('encoder', 6, 5)
      const apply = (x: tf.Tensor) => tf.exp(tf.mul(tf.matMul(tf.reshape(x, [-1, 6]), weight), -0.5))
      return { outputShape: [5], variables: { weight }, apply }
    }),
    decoder: repeatable(() => {
      const weight = matrix('decoder', 2, 6)
      const apply = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D)
      return { outputShape: [6], variables: { weight }, apply }
    }),
  })
  const corruption = gaussianNoise({ standardDeviation: 0.1 })
  const inner = vae({ inputShape: [6], latentSize: 2, architecture })
  return { model: denoisingAutoencoder({ model: inner, corruption }), corruption }
}

/**
 * Six epochs of three steps. Something is changed after the second epoch, or after the second step of the third, and reverted
 * after the fourth.
 */
async function trained(change: Change, when: 'after an epoch' | 'in an epoch', isMarked: boolean) {
  const { model, corruption } = makeModel()
  let passes = 0
  const { trace } = model
  const counted: typeof trace = (x, pass) => {
    passes++
    return trace(x, pass)
  }
  const scene: Scene = {
    model: { ...model, trace: isMarked ? repeatable(counted, [trace]) : counted },
    corruption,
    state: undefined as never,
    rate: 0.01,
    weight: 0,
  }
  const own = scene.model.objective
  scene.model.objective = Object.assign(
    sum(
      reconstruction(),
      weighted((step) => scene.weight + step / 10, klDivergence()),
    ),
    {},
  ) as typeof own
  const base = adam({ learningRate: () => scene.rate })
  const optimizer: Optimizer = {
    ...base,
    create(variables) {
      return Object.assign(scene, { state: { ...base.create(variables) } }).state
    },
  }
  const log = vi.spyOn(console, 'log').mockImplementation(() => {}) // debugging prints every op
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const losses: object[] = []
  let seen: unknown
  let undo: Undo | undefined
  let error: string | undefined
  const changeNow = async () => {
    undo = await change(scene)
  }
  try {
    let pending: Promise<void> | undefined
    const run = train(scene.model, examples(), {
      epochs: 6,
      batchSize: 8,
      seed: 3,
      optimizer,
      onProgress({ step }) {
        if (when === 'in an epoch' && step === 8) pending = changeNow()
      },
    })
    for await (const { epoch, loss } of run) {
      losses.push(loss)
      await pending
      if (when === 'after an epoch' && epoch === 2) await changeNow()
      if (epoch === 4) {
        seen = await undo?.()
        undo = undefined
      }
    }
  } catch (thrown) {
    error = (thrown as Error).message
  } finally {
    await undo?.()
  }
  const alive = Object.values(scene.model.variables).filter(({ dataId }) => tf.engine().state.tensorInfo.has(dataId))
  const weights = await valuesOf(Object.fromEntries(alive.map((variable, i) => [i, variable])))
  model.dispose()
  const printed = log.mock.calls.length
  for (const spy of [log, warn]) spy.mockRestore()
  return { losses, weights, error, seen, printed, passes }
}
