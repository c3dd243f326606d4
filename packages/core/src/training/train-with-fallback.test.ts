import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BackendLostError, OptionError } from '../errors.ts'
import { save } from '../files/save.ts'
import type { Folder } from '../stores/folder.ts'
import { memory, type Store } from '../stores/store.ts'
import { type MortalBackend, mortalBackend } from '../testing/mortal-backend.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { type CheckpointReport, checkpointEvery } from './checkpoint-plan.ts'
import type { Progress } from './epoch.ts'
import { train } from './train.ts'
import { type Fallback, trainWithFallback } from './train-with-fallback.ts'

const made: MortalBackend[] = []
const make = (name: string) => {
  const backend = mortalBackend(`${name}${made.length}`)
  made.push(backend)
  return backend
}
let first: MortalBackend
beforeEach(async () => {
  first = make('first')
  await first.activate()
})
afterEach(async () => {
  await tf.setBackend('cpu')
  for (const { name } of made) if (tf.findBackend(name)) tf.removeBackend(name)
})

const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 }
const losingIn = (epoch: number, batch: number, backend: () => MortalBackend | undefined) => (progress: Progress) => {
  if (progress.epoch === epoch && progress.batch === batch) backend()?.lose('its device was lost')
}

async function collect<value>(run: AsyncIterable<value>): Promise<value[]> {
  const values: value[] = []
  for await (const value of run) values.push(value)
  return values
}
async function unbroken() {
  using model = tinyModel()
  const reports = await collect(train(model, tinyData(), options))
  return { losses: reports.map(({ loss }) => loss.total), weights: [...((await model.variables.up?.data()) ?? [])] }
}

test.each([1, 2, 3])('a backend lost in epoch %i changes nothing but the backend', async (epoch) => {
  const expected = await unbroken()
  const second = make('second')
  using model = tinyModel()
  const fallbacks: Fallback[] = []
  const run = trainWithFallback(model, tinyData(), {
    ...options,
    fallbacks: [first, second],
    onFallback: (fallback) => fallbacks.push(fallback),
    onProgress: losingIn(epoch, 2, () => first),
  })
  const reports = await collect(run)
  expect(reports.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  expect(reports.map(({ loss }) => loss.total)).toEqual(expected.losses)
  expect([...((await model.variables.up?.data()) ?? [])]).toEqual(expected.weights)
  expect(tf.getBackend()).toBe(second.name)
  expect(fallbacks).toEqual([
    { backend: expect.objectContaining({ name: second.name }), error: expect.any(BackendLostError) },
  ])
})

test('a backend lost within an epoch goes on from the newest checkpoint of a folder', async () => {
  const expected = await unbroken()
  const files = new Map<string, Store>()
  const folder: Folder = {
    name: 'a folder',
    list: async () => [...files.keys()],
    file(name) {
      const store = files.get(name) ?? memory()
      const write = (bytes: Uint8Array) => {
        files.set(name, store)
        return store.write(bytes)
      }
      return { ...store, name, write }
    },
    remove: async (name) => void files.delete(name),
  }
  const told: CheckpointReport[] = []
  using model = tinyModel()
  const run = trainWithFallback(model, tinyData(), {
    ...options,
    checkpoint: checkpointEvery(folder, { steps: 2 }),
    onCheckpoint: (report) => told.push(report),
    fallbacks: [first, make('second')],
    onProgress: losingIn(2, 4, () => first),
  })
  const reports = await collect(run)
  expect(reports.map(({ loss }) => loss.total)).toEqual(expected.losses)
  expect([...((await model.variables.up?.data()) ?? [])]).toEqual(expected.weights)
  expect(told.filter(({ event }) => event === 'resumed')).toMatchObject([{ step: 8, epoch: 1, batch: 3 }])
})

test('a run that resumes goes on from the checkpoint that it resumed from', async () => {
  const expected = await unbroken()
  const store = memory()
  {
    using model = tinyModel()
    for await (const { epoch } of train(model, tinyData(), { ...options, checkpoint: store })) if (epoch === 1) break
  }
  using model = tinyModel({ seed: 3 })
  const run = trainWithFallback(model, tinyData(), {
    ...options,
    resume: store,
    fallbacks: [make('second')],
    onProgress: losingIn(2, 1, () => first),
  })
  const reports = await collect(run)
  expect(reports.map(({ loss }) => loss.total)).toEqual(expected.losses.slice(1))
})

test('a checkpoint that lay in the store before is not this run', async () => {
  const expected = await unbroken()
  using other = tinyModel({ seed: 9 })
  const checkpoint = memory()
  await collect(train(other, tinyData(), { ...options, epochs: 1, checkpoint }))
  using model = tinyModel()
  const run = trainWithFallback(model, tinyData(), {
    ...options,
    checkpoint,
    fallbacks: [make('second')],
    onProgress: losingIn(1, 2, () => first),
  })
  expect((await collect(run)).map(({ loss }) => loss.total)).toEqual(expected.losses)
})

test('one backend after the other, and the error of the last', async () => {
  const [second, third] = [make('second'), make('third')]
  const all = [first, second, third]
  using model = tinyModel()
  const run = trainWithFallback(model, tinyData(), {
    ...options,
    fallbacks: all,
    onProgress: ({ epoch, batch }) => batch === 1 && all[epoch - 1]?.lose(`loss ${epoch}`),
  })
  const reports: number[] = []
  const done = (async () => {
    for await (const { epoch } of run) reports.push(epoch)
  })()
  await expect(done).rejects.toMatchObject({ name: 'BackendLostError', backend: third.name })
  expect(reports).toEqual([1, 2])
  expect(all.map(({ activations }) => activations())).toEqual([1, 1, 1])
})

test('says why no other backend works', async () => {
  using model = tinyModel()
  const refusing = {
    ...make('second'),
    name: 'webgl',
    isAvailable: async () => ({ ok: false as const, reason: 'this browser gives no WebGL 2 context' }),
  }
  const onProgress = losingIn(1, 1, () => first)
  const run = collect(trainWithFallback(model, tinyData(), { ...options, fallbacks: [refusing], onProgress }))
  await expect(run.catch(({ message }) => message.replace(first.name, 'webgpu'))).resolves.toMatchInlineSnapshot(`
    "\`trainWithFallback\` cannot go on: none of the other backends works here.

    Lost:    The backend \`webgpu\` stopped computing. Reason: its device was lost
    Refused: webgl: this browser gives no WebGL 2 context
    Fix:     cure one of the reasons above, or add wasm from @ae/wasm to the fallbacks, which needs nothing installed"
  `)
})

test('other errors are not answered by another backend', async () => {
  const second = make('second')
  using model = tinyModel()
  const objective = () => {
    throw new Error('mine')
  }
  const run = trainWithFallback(model, tinyData(), { ...options, objective, fallbacks: [second] })
  await expect(collect(run)).rejects.toThrow('mine')
  expect(second.activations()).toBe(0)
})

test('refuses fallbacks that are none', async () => {
  using model = tinyModel()
  const run = async (fallbacks: unknown) => collect(trainWithFallback(model, tinyData(), { fallbacks } as never))
  await expect(run('wasm')).rejects.toBeInstanceOf(OptionError)
  await expect(run(['wasm'])).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`trainWithFallback\` received bad \`fallbacks\`.

    Expected: an array of backends
    Received: ["wasm"]
    Fix:      pass the backends to go on with, e.g. fallbacks: [wasm]]
  `)
})

test('leaves no tensor behind on the backend that goes on', async () => {
  const second = make('second')
  const before = tf.memory().numTensors
  {
    using model = tinyModel()
    const run = trainWithFallback(model, tinyData(), {
      ...options,
      fallbacks: [second],
      onProgress: losingIn(2, 2, () => first),
    })
    await collect(run)
    await save(model, memory())
  }
  expect(tf.memory().numTensors).toBe(before)
})
