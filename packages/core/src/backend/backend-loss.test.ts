import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BackendLostError } from '../errors.ts'
import { decodeModelFile } from '../files/model-file.ts'
import { save } from '../files/save.ts'
import { memory } from '../stores/store.ts'
import { type MortalBackend, mortalBackend } from '../testing/mortal-backend.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { evaluate } from '../training/evaluate.ts'
import { train } from '../training/train.ts'
import { extendBackend } from './extend-backend.ts'

let count = 0
let backend: MortalBackend
beforeEach(async () => {
  backend = mortalBackend(`mortal${count++}`)
  await backend.activate()
})
afterEach(() => {
  vi.restoreAllMocks()
  tf.removeBackend(backend.name)
})

const options = { epochs: 2, batchSize: 16 }

async function failureOf(run: AsyncIterable<unknown> | Promise<unknown>): Promise<unknown> {
  try {
    if (run instanceof Promise) await run
    else for await (const _ of run);
  } catch (error) {
    return error
  }
  return undefined
}

test('train throws when the backend was lost, and reports and saves nothing that it answered since', async () => {
  using model = tinyModel()
  const checkpoint = memory()
  const reports: number[] = []
  const run = (async () => {
    for await (const { epoch } of train(model, tinyData(), {
      ...options,
      checkpoint,
      onProgress: ({ epoch, batch }) => epoch === 2 && batch === 3 && backend.lose('its device was lost', 'silently'),
    })) {
      reports.push(epoch)
    }
  })()
  await expect(run).rejects.toThrow(BackendLostError)
  await expect(run.catch(({ message }) => message.replace(/mortal\d+/, 'webgl'))).resolves.toMatchInlineSnapshot(`
    "The backend \`webgl\` stopped computing.

    Reason: its device was lost
    Fix:    select a backend again and resume from the last checkpoint, or let trainWithFallback(...) do both"
  `)
  expect(reports).toEqual([1])
  const { metadata } = decodeModelFile(await checkpoint.read())
  expect(JSON.parse(metadata.checkpoint ?? '')).toMatchObject({ epoch: 1 })
})

test('a read that never comes back ends with the backend', async () => {
  using model = tinyModel()
  vi.spyOn(tf.backend(), 'read').mockReturnValue(new Promise(() => {}))
  const failure = failureOf(train(model, tinyData(), options))
  setTimeout(() => backend.lose('its device was lost'), 20)
  expect(await failure).toMatchObject({ name: 'BackendLostError', backend: backend.name })
})

test('what a lost backend throws is the cause of the loss, also when the news comes later', async () => {
  using model = tinyModel()
  vi.spyOn(tf.backend(), 'read').mockImplementation(async () => {
    setTimeout(() => backend.lose('its device was lost'), 10)
    throw new Error('mapAsync failed')
  })
  const failure = failureOf(train(model, tinyData(), options))
  expect(await failure).toMatchObject({ name: 'BackendLostError', cause: { message: 'mapAsync failed' } })
})

test('an error on a backend that lives is passed on as it is', async () => {
  using model = tinyModel()
  const mine = new Error('mine')
  const objective = () => {
    throw mine
  }
  expect(await failureOf(train(model, tinyData(), { ...options, objective }))).toBe(mine)
  expect(await failureOf(evaluate(model, tinyData(), { objective }))).toBe(mine)
})

test('an abort is no loss, and is not held up', async () => {
  using model = tinyModel()
  const reason = new Error('enough')
  const timers = vi.spyOn(globalThis, 'setTimeout')
  expect(await failureOf(train(model, tinyData(), { ...options, signal: AbortSignal.abort(reason) }))).toBe(reason)
  expect(timers).not.toHaveBeenCalled()
})

test('WebAssembly that fails is a loss on every backend', async () => {
  using model = tinyModel()
  const objective = () => {
    throw new WebAssembly.RuntimeError('unreachable')
  }
  expect(await failureOf(evaluate(model, tinyData(), { objective }))).toMatchObject({
    name: 'BackendLostError',
    message: expect.stringContaining('its WebAssembly code failed: unreachable'),
  })
})

test('save writes nothing that a lost backend answered', async () => {
  using model = tinyModel()
  const store = memory()
  backend.lose('its device was lost', 'silently')
  expect(await failureOf(save(model, store))).toBeInstanceOf(BackendLostError)
  await expect(store.read()).rejects.toThrow('nothing was written')
})

test('evaluate throws when the backend was lost', async () => {
  using model = tinyModel()
  backend.lose('its device was lost')
  expect(await failureOf(evaluate(model, tinyData()))).toBeInstanceOf(BackendLostError)
})

test('a backend that is extended anew is watched by the new extension alone', async () => {
  using model = tinyModel()
  backend.lose('its device was lost')
  extendBackend(tf.backend(), { lost: new Promise(() => {}), reasonOfLoss: undefined })
  expect(await failureOf(train(model, tinyData(), options))).toBeUndefined()
})
