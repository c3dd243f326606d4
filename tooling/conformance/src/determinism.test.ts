// One seed, one result: twice in a row, across an interruption, and on every backend.
import { checkpointEvery, type Dataset, memory, type Store, selectBackend, train, uniforms } from '@ae/core'
import { augment, fromStream, split, weighted } from '@ae/datasets'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { expectNear, valuesOf } from './closeness.ts'
import { cpu } from './cpu.ts'
import { activate, hastenProducts, onBackend } from './on-backend.ts'
import { images, smallVae, trainSmall } from './small-training.ts'

type Seeds = { readonly model?: number; readonly training?: number }

onBackend('randomness', () => {
  hastenProducts()

  test('the same seeds give the same losses, weights and samples, bit by bit', async () => {
    expect(await outcome()).toEqual(await outcome())
  })

  test('a different seed of the model or of the training gives different numbers', async () => {
    const first = await outcome()
    const second = await outcome({ model: 8 })
    const third = await outcome({ training: 8 })
    for (const other of [second, third]) {
      expect(other.losses).not.toEqual(first.losses)
      expect(other['encoder.0.weight']).not.toEqual(first['encoder.0.weight'])
    }
    expect(third['initial encoder.0.weight']).toEqual(first['initial encoder.0.weight'])
  })

  test('training resumed from its checkpoint gives the numbers of an uninterrupted run, bit by bit', async () => {
    const unbroken = smallVae()
    const epochs = await trainSmall(unbroken, { epochs: 4 })
    const checkpoint = memory()
    const stopped = smallVae()
    await trainSmall(stopped, { epochs: 2, checkpoint })
    const resumed = smallVae(99)
    const rest = await trainSmall(resumed, { epochs: 4, resume: checkpoint })
    expect(rest.map(({ epoch, step, loss }) => ({ epoch, step, loss }))).toEqual(
      epochs.slice(2).map(({ epoch, step, loss }) => ({ epoch, step, loss })),
    )
    expect(await valuesOf(resumed.variables)).toEqual(await valuesOf(unbroken.variables))
    for (const model of [unbroken, stopped, resumed]) model.dispose()
  })

  test('training resumed within an epoch gives the numbers of an uninterrupted run, bit by bit', async () => {
    const unbroken = smallVae()
    const epochs = await trainSmall(unbroken) // 4 steps an epoch
    const checkpoint = await afterSixSteps()
    const resumed = smallVae(99)
    const rest = await trainSmall(resumed, { resume: checkpoint })
    expect(rest.map(({ epoch, step, loss }) => ({ epoch, step, loss }))).toEqual(
      epochs.slice(1).map(({ epoch, step, loss }) => ({ epoch, step, loss })),
    )
    expect(await valuesOf(resumed.variables)).toEqual(await valuesOf(unbroken.variables))
    for (const model of [unbroken, resumed]) model.dispose()
  })

  test('training that was begun on cpu goes on here, and the other way round: within 1e-5 of one on cpu alone', async () => {
    await selectBackend(cpu)
    const unbroken = smallVae()
    await trainSmall(unbroken)
    const expected = await valuesOf(unbroken.variables)
    const onCpu = await afterSixSteps()
    unbroken.dispose()
    await activate()
    const here = smallVae(99)
    await trainSmall(here, { resume: onCpu })
    expectNear(await valuesOf(here.variables), expected, 1e-5)
    here.dispose()
    const checkpoint = await afterSixSteps()
    await selectBackend(cpu)
    const back = smallVae(99)
    await trainSmall(back, { resume: checkpoint })
    expectNear(await valuesOf(back.variables), expected, 1e-5)
    back.dispose()
    await activate()
  })

  // 80 examples in items of 8; 50 an epoch, so that every epoch begins in the middle of the stream.
  const items = Array.from({ length: 10 }, (_, i) => uniforms('stream', { step: i }, 8 * 36))
  const flaws = { shift: 1, rotate: 10, noise: 0.1 }
  test.each<[string, Dataset]>([
    [
      'a stream in a shuffle buffer',
      fromStream(items, {
        shape: [6, 6, 1],
        range: { minimum: 0, maximum: 1 },
        examplesPerEpoch: 50,
        shuffleBuffer: 20,
      }),
    ],
    ['augmented images', augment(images, flaws)],
    ['images drawn by weight', weighted(images, { weights: Array.from({ length: 50 }, (_, i) => i % 3) })],
    ['a part of images', split(images, { fractions: [0.7, 0.3], seed: 1 })[0]],
  ])('training on %s that was resumed gives the numbers of an uninterrupted run, bit by bit', async (_, data) => {
    const run = async (model: ReturnType<typeof smallVae>, options: object) => {
      for await (const _ of train(model, data, { batchSize: 16, seed: 2, ...options })) {
        // The weights are compared.
      }
    }
    const [unbroken, stopped, resumed] = [smallVae(), smallVae(), smallVae(99)]
    const checkpoint = memory()
    await run(unbroken, { epochs: 3 })
    await run(stopped, { epochs: 1, checkpoint })
    await run(resumed, { epochs: 3, resume: checkpoint })
    expect(await valuesOf(resumed.variables)).toEqual(await valuesOf(unbroken.variables))
    for (const model of [unbroken, stopped, resumed]) model.dispose()
  })

  test('the backend agrees with cpu: initial weights exactly, everything else within 1e-5', async () => {
    await selectBackend(cpu)
    const onCpu = await outcome()
    await activate()
    const here = await outcome()
    for (const name of Object.keys(here).filter((name) => name.startsWith('initial '))) {
      expect(here[name]).toEqual(onCpu[name])
    }
    expectNear(here, onCpu, 1e-5)
  })
})

/** The checkpoint of a small training run in the middle of its second epoch. */
async function afterSixSteps(): Promise<Store> {
  const written: Uint8Array[] = []
  const store: Store = {
    name: 'kept',
    read: async () => written[0] as Uint8Array,
    write: async (bytes) => {
      written.push(bytes.slice())
    },
  }
  const model = smallVae()
  await trainSmall(model, { epochs: 2, checkpoint: checkpointEvery(store, { steps: 6 }) })
  model.dispose()
  return store
}

/** Everything that a user sees of a small training run. */
async function outcome({ model: modelSeed = 1, training = 2 }: Seeds = {}): Promise<Record<string, Float32Array>> {
  const model = smallVae(modelSeed)
  const initial = await valuesOf(model.variables)
  const epochs = await trainSmall(model, { seed: training })
  const tensors: Record<string, Tensor> = { samples: model.sample(4, { seed: 3 }) }
  for await (const batch of images.batches({ batchSize: 4 })) {
    tensors.reconstructions ??= model.reconstruct(batch)
    batch.dispose()
  }
  const results = await valuesOf({ ...tensors, ...model.variables })
  for (const made of Object.values(tensors)) made.dispose()
  model.dispose()
  return {
    ...Object.fromEntries(Object.entries(initial).map(([name, values]) => [`initial ${name}`, values])),
    losses: Float32Array.from(epochs.flatMap(({ loss }) => [loss.total, loss.reconstruction, loss.kl])),
    ...results,
  }
}
