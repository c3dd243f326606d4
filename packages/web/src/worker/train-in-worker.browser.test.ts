import {
  AutoencoderError,
  type BackendLostError,
  type CheckpointReport,
  checkpointEvery,
  type Dataset,
  DatasetError,
  type Epoch,
  evaluate,
  extendBackend,
  fit,
  historyOf,
  memory as inMemory,
  type LabelledBatch,
  notesOf,
  OptionError,
  permutation,
  selectBackend,
  TrainingDivergedError,
  termsOf,
  train,
  uniforms,
} from '@ae/core'
import { extensionOf } from '@ae/core/internal'
import { backend, memory, tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { adversarialModel } from '../../../core/src/testing/adversarial-model.ts'
import { tinyData, tinyModel } from '../../../core/src/testing/tiny-model.ts'
import { indexedDbFolder, wasm } from '../index.ts'
import { labelledModel } from '../testing/tiny-kind.ts'
import { trainInWorker } from './train-in-worker.ts'

beforeAll(async () => {
  await selectBackend(wasm)
})

const started: Worker[] = []
const start = () => {
  const worker = new Worker(new URL('../testing/training-worker.ts', import.meta.url), { type: 'module' })
  started.push(worker)
  return worker
}
const startMortal = () =>
  new Worker(new URL('../testing/training-worker.ts?mortal', import.meta.url), { type: 'module' })
const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 }

/** The workers of this page that live: each holds a lock. */
async function workersLeft(): Promise<number> {
  const { held = [], pending = [] } = await navigator.locks.query()
  return [...held, ...pending].filter(({ name }) => name?.startsWith('@ae/web/worker/')).length
}
const noWorkerLeft = () => expect.poll(workersLeft, { timeout: 5000 }).toBe(0)

async function collect<value>(run: AsyncIterable<value>): Promise<value[]> {
  const values: value[] = []
  for await (const value of run) values.push(value)
  return values
}
const errorOf = (run: AsyncIterable<unknown>) =>
  collect(run).then(
    () => undefined,
    (error: unknown) => error,
  )
const numbersOf = (reports: readonly Epoch<string>[]) =>
  reports.map(({ epoch, step, loss, validation }) => ({ epoch, step, loss, validation }))
const weightsOf = async ({ variables }: Pick<ReturnType<typeof tinyModel>, 'variables'>) => [
  ...((await variables.up?.data()) ?? []),
]

async function inThePage(more: { validation?: Dataset } = {}) {
  using model = tinyModel()
  const reports = await collect(train(model, tinyData(), { ...options, ...more }))
  return { numbers: numbersOf(reports), weights: await weightsOf(model) }
}

test('training in a worker gives the reports and the weights of training in the page', async () => {
  const expected = await inThePage({ validation: tinyData({ count: 40 }) })
  const before = memory().numTensors
  {
    using model = tinyModel()
    const backends: string[] = []
    const run = trainInWorker(start, model, tinyData(), {
      ...options,
      validation: tinyData({ count: 40 }),
      onBackend: ({ name }) => backends.push(name),
    })
    expect(numbersOf(await collect(run))).toEqual(expected.numbers)
    expect(await weightsOf(model)).toEqual(expected.weights)
    expect(backends).toEqual(['wasm'])
  }
  expect(memory().numTensors).toBe(before)
  await noWorkerLeft()
})

test('historyOf stops a run in a worker early and keeps its best weights, as fit does in the page', async () => {
  const worst = { monitor: 'train/total', direction: 'higher' } as const
  const after = { stopEarly: { ...worst, patience: 1 }, keepBest: worst }
  const more = { ...options, validation: tinyData({ count: 40 }), validate: { everySteps: 2 } }
  using here = tinyModel()
  using there = tinyModel()
  const expected = await fit(here, tinyData(), { ...more, ...after })
  const history = await historyOf(trainInWorker(start, there, tinyData(), more), there, after)
  expect([history.stopped, history.best]).toEqual(['early', expected.best])
  expect(history.epochs.map(({ validations }) => validations?.map(({ step }) => step))).toEqual([
    [2, 4, 5],
    [6, 8, 10],
  ])
  expect(await weightsOf(there)).toEqual(await weightsOf(here))
  await noWorkerLeft()
})

test('a run that diverges in a worker tells the examples by the order of the page data', async () => {
  using model = tinyModel()
  const data = { ...tinyData(), order: ({ seed = 0, epoch = 0 }) => permutation('order', { seed, step: epoch }, 70) }
  const error = await errorOf(trainInWorker(start, model, data, { ...options, learningRate: 1e39 }))
  if (!TrainingDivergedError.isInstance(error)) throw error
  const { step, epoch, batch } = error.divergence
  const first = (step - 5 * (epoch - 1)) * 16
  const order = permutation('order', { seed: 5, step: epoch - 1 }, 70)
  expect(batch?.indices).toEqual([...order.slice(first, first + 16)])
})

test('a model and its player are trained in a worker as in the page', async () => {
  using here = adversarialModel()
  using there = adversarialModel()
  const expected = await collect(train(here, tinyData(), options))
  const reports = await collect(trainInWorker(start, there, tinyData(), options))
  expect(Object.keys(reports[0]?.loss ?? {})).toEqual(['reconstruction', 'fooling', 'discrimination', 'total'])
  expect(numbersOf(reports)).toEqual(numbersOf(expected))
  expect(await weightsOf(there)).toEqual(await weightsOf(here))
  const slopeOf = async (model: typeof here) => [
    ...((await model.players?.discriminator?.variables.slope?.data()) ?? []),
  ]
  expect(await slopeOf(there)).toHaveLength(2)
  expect(await slopeOf(there)).toEqual(await slopeOf(here))
})

test('the notes of data and the history train in a worker as in the page, and are in its checkpoints', async () => {
  const notes = { classNames: ['low', 'high'], threshold: 3 }
  const checkpoint = inMemory()
  using model = tinyModel()
  await collect(trainInWorker(start, model, { ...tinyData(), notes }, { ...options, epochs: 1, checkpoint }))
  expect(notesOf(model)).toMatchObject(notes)
  expect(notesOf(model).history?.map(({ epoch }) => epoch)).toEqual([1])
  using resumed = tinyModel()
  await collect(trainInWorker(start, resumed, tinyData(), { ...options, epochs: 2, resume: checkpoint }))
  expect(notesOf(resumed)).toMatchObject(notes)
  expect(notesOf(resumed).history?.map(({ epoch }) => epoch)).toEqual([1, 2])
  using refused = tinyModel()
  const bad = { ...tinyData(), notes: { threshold: () => 1 } as never }
  expect(await errorOf(trainInWorker(start, refused, bad, options))).toBeInstanceOf(OptionError)
})

test('a worker whose file is evaluated twice serves once', async () => {
  const startTwice = () => new Worker(new URL('../testing/twice-served-worker.ts', import.meta.url), { type: 'module' })
  using model = tinyModel()
  const page = await inThePage()

  expect(numbersOf(await collect(trainInWorker(startTwice, model, tinyData(), options)))).toEqual(page.numbers)
  expect(await weightsOf(model)).toEqual(page.weights)
})

test("the page's threads rest while the worker trains on its batches, and take part again at each report", async () => {
  const { restThreads } = extensionOf(backend())
  let resting = 0
  extendBackend(backend(), {
    restThreads: () => {
      resting++
      return () => void resting--
    },
  })
  const restingAt = { batches: new Set<number>(), reports: new Set<number>() }
  const { batches, ...data } = tinyData()
  const watched: Dataset = {
    ...data,
    async *batches(options) {
      for await (const batch of batches(options)) {
        restingAt.batches.add(resting)
        yield batch
      }
    },
  }
  try {
    using model = tinyModel()
    for await (const _ of trainInWorker(start, model, watched, options)) restingAt.reports.add(resting)
  } finally {
    extendBackend(backend(), { restThreads })
  }
  expect(restingAt).toEqual({ batches: new Set([1]), reports: new Set([0]) })
  expect(resting).toBe(0)
})

test('data, objective and optimiser can be of the worker', async () => {
  const expected = await inThePage({ validation: tinyData() })
  using model = tinyModel()
  const own = { ...options, validation: 'tiny' }
  expect(numbersOf(await collect(trainInWorker(start, model, 'tiny', own)))).toEqual(expected.numbers)
  const { learningRate: _, ...rest } = options
  const named = { ...rest, objective: 'squared', optimizer: 'cooling' }
  const [first] = await collect(trainInWorker(start, model, 'tiny', named))
  expect(Object.keys(first?.loss ?? {})).toEqual(['squared', 'total'])
})

test('the model of the page has the weights of each epoch when its report comes', async () => {
  using model = tinyModel()
  using twin = tinyModel()
  const twins = train(twin, tinyData(), options)
  for await (const _ of trainInWorker(start, model, tinyData(), options)) {
    await twins.next()
    expect(await weightsOf(model)).toEqual(await weightsOf(twin))
  }
})

test('the weights can come at the end alone', async () => {
  const expected = await inThePage()
  using model = tinyModel()
  const initial = await weightsOf(model)
  for await (const _ of trainInWorker(start, model, tinyData(), { ...options, weights: 'at the end' })) {
    expect(await weightsOf(model)).toEqual(initial)
  }
  expect(await weightsOf(model)).toEqual(expected.weights)
})

test('break stops, ends the worker and leaves the weights of the last report', async () => {
  using model = tinyModel()
  const data = tinyData()
  const before = memory().numTensors
  for await (const { epoch } of trainInWorker(start, model, data, options)) if (epoch === 2) break
  using twin = tinyModel()
  for await (const { epoch } of train(twin, tinyData(), options)) if (epoch === 2) break
  expect(await weightsOf(model)).toEqual(await weightsOf(twin))
  await noWorkerLeft()
  await expect.poll(data.released).toBe(2)
  expect(memory().numTensors).toBe(before + 2) // the twin's
})

test('a generator that is never asked starts no worker', async () => {
  using model = tinyModel()
  const count = started.length
  trainInWorker(start, model, tinyData(), options)
  expect(started.length).toBe(count)
})

test('the signal stops between two batches, with its own reason, and the model has the weights of that step', async () => {
  using model = tinyModel()
  const initial = await weightsOf(model)
  const abort = new AbortController()
  const reason = new Error('enough')
  const steps: number[] = []
  const run = trainInWorker(start, model, tinyData({ count: 16_000 }), {
    ...options,
    signal: abort.signal,
    onProgress: ({ step }) => steps.push(step) === 20 && abort.abort(reason),
  })
  expect(await errorOf(run)).toBe(reason)
  expect(steps.length).toBeLessThan(900)
  expect(await weightsOf(model)).not.toEqual(initial)
  await noWorkerLeft()
  expect(await errorOf(trainInWorker(start, model, tinyData(), { ...options, signal: abort.signal }))).toBe(reason)
})

test('progress comes after each batch, in order', async () => {
  using model = tinyModel()
  const seen: number[] = []
  await collect(
    trainInWorker(start, model, tinyData(), { ...options, epochs: 2, onProgress: ({ step }) => seen.push(step) }),
  )
  expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => i + 1))
})

test('at most four batches are under way, and only for as long as they are asked for', async () => {
  using model = tinyModel()
  let made = 0
  let done = 0
  let most = 0
  const data: Dataset = {
    ...tinyData({ count: 1600 }),
    async *batches(options) {
      for await (const batch of tinyData({ count: 1600 }).batches(options)) {
        most = Math.max(most, ++made - done)
        yield batch
      }
    },
  }
  await collect(trainInWorker(start, model, data, { ...options, epochs: 1, onProgress: () => done++ }))
  expect(made).toBe(100)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(5) // four under way, and the one that is trained on
})

test('moving a batch leaves the memory of the data set alone', async () => {
  using model = tinyModel()
  const values = uniforms('data', { seed: 9 }, 64 * 4)
  const data: Dataset = {
    ...tinyData({ count: 64 }),
    async *batches() {
      yield tensor(values, [64, 4])
    },
  }
  await collect(trainInWorker(start, model, data, { ...options, epochs: 2, batchSize: 64 }))
  expect(values).toHaveLength(256)
})

test('labels cross with their examples', async () => {
  const data: Dataset<LabelledBatch> = {
    ...tinyData({ count: 4 }),
    async *batches() {
      for (const step of [1, 2]) {
        yield { examples: tensor(uniforms('x', { step }, 8), [2, 4]), labels: tensor1d([step, 0], 'int32') }
      }
    },
  }
  using expected = labelledModel()
  using model = labelledModel()
  const reports = await collect(train(expected, data, options))
  const before = memory().numTensors
  expect(numbersOf(await collect(trainInWorker(start, model, data, options)))).toEqual(numbersOf(reports))
  expect(memory().numTensors).toBe(before)
})

test('a checkpoint is written by the page, and training goes on from it as if unbroken', async () => {
  const expected = await inThePage()
  const checkpoint = inMemory()
  {
    using model = tinyModel()
    for await (const { epoch } of trainInWorker(start, model, tinyData(), { ...options, checkpoint })) {
      if (epoch === 1) break
    }
  }
  using model = tinyModel({ seed: 4 })
  const reports = await collect(trainInWorker(start, model, tinyData(), { ...options, resume: checkpoint }))
  expect(numbersOf(reports)).toEqual(expected.numbers.slice(1))
  expect(await weightsOf(model)).toEqual(expected.weights)
})

test('checkpoints within an epoch are written to a folder of the page, and training goes on from the newest whole one', async () => {
  const expected = await inThePage()
  const place = indexedDbFolder(`in a worker ${crypto.randomUUID()}`)
  const checkpoint = checkpointEvery(place, { steps: 2 })
  const told: CheckpointReport[] = []
  const onCheckpoint = (report: CheckpointReport) => told.push(report)
  {
    using model = tinyModel()
    const run = trainInWorker(start, model, tinyData(), { ...options, checkpoint, resume: checkpoint, onCheckpoint })
    for await (const { epoch } of run) if (epoch === 2) break
  }
  const names = [...(await place.list())].sort()
  expect(names.length).toBe(2)
  expect(told.map(({ event }) => event)).not.toContain('resumed')
  const newest = place.file(names[1] as string)
  expect(told.at(-1)).toMatchObject({ event: 'written', name: newest.name })
  await newest.write(new Uint8Array(20)) // damaged
  const steps = Number(/step-(\d+)/.exec(names[0] as string)?.[1])
  using model = tinyModel({ seed: 4 })
  const reports = await collect(
    trainInWorker(start, model, tinyData(), { ...options, resume: checkpoint, onCheckpoint }),
  )
  expect(told.slice(-2)).toMatchObject([
    { event: 'passed over', name: newest.name },
    { event: 'resumed', name: place.file(names[0] as string).name, step: steps },
  ])
  expect(steps % 5).toBeGreaterThan(0) // within an epoch
  expect(numbersOf(reports)).toEqual(expected.numbers.slice(Math.floor(steps / 5)))
  expect(await weightsOf(model)).toEqual(expected.weights)
})

test('a run that is complete already gives the model its weights all the same', async () => {
  const expected = await inThePage()
  const checkpoint = inMemory()
  {
    using model = tinyModel()
    await collect(trainInWorker(start, model, tinyData(), { ...options, checkpoint }))
  }
  using model = tinyModel({ seed: 4 })
  expect(await collect(trainInWorker(start, model, tinyData(), { ...options, resume: checkpoint }))).toEqual([])
  expect(await weightsOf(model)).toEqual(expected.weights)
})

test('a worker goes on with its next backend when the first is lost, if it was asked to', async () => {
  const expected = await inThePage()
  using model = tinyModel()
  const backends: [string, BackendLostError?][] = []
  const stop = trainInWorker(startMortal, model, 'losing', options)
  expect(await errorOf(stop)).toMatchObject({ name: 'BackendLostError', backend: 'cpu' })
  using again = tinyModel()
  const run = trainInWorker(startMortal, again, 'losing', {
    ...options,
    whenBackendIsLost: 'continue',
    onBackend: (backend, lost) => backends.push(lost ? [backend.name, lost] : [backend.name]),
  })
  const reports = await collect(run)
  expect(reports.map(({ loss }) => loss.total.toFixed(4))).toEqual(
    expected.numbers.map(({ loss }) => loss.total?.toFixed(4)),
  )
  expect(backends).toEqual([['cpu'], ['wasm', expect.objectContaining({ name: 'BackendLostError', backend: 'cpu' })]])
  await noWorkerLeft()
})

test('a canvas crosses, and the worker draws on it', async () => {
  using model = tinyModel()
  const canvas = document.createElement('canvas')
  document.body.append(canvas)
  await collect(trainInWorker(start, model, tinyData(), { ...options, canvas: canvas.transferControlToOffscreen() }))
  const read = async () => {
    const picture = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D
    picture.drawImage(canvas, 0, 0)
    return [...picture.getImageData(0, 0, 1, 1).data]
  }
  await expect.poll(read).toEqual([3, 2, 7, 255])
  canvas.remove()
})

test('designed errors cross with their class and their text', async () => {
  using model = tinyModel()
  const wide = await errorOf(trainInWorker(start, model, tinyData({ size: 5 }), options))
  expect(wide).toBeInstanceOf(AutoencoderError)
  expect(`${wide}`).toMatchInlineSnapshot(`
    "ShapeError: \`train\` received data of another shape than the model's.

    Expected: [4]
    Received: [5] (tiny)
    Fix:      make the model with inputShape: data.shape"
  `)
  const missing = await errorOf(trainInWorker(start, model, 'missing', options))
  expect(missing).toBeInstanceOf(DatasetError)
  expect(`${missing}`).toMatchInlineSnapshot(`
    "DatasetError: \`mnist\` found nothing.

    Cache: empty
    Fix:   serve the files"
  `)
  const diverged = await errorOf(trainInWorker(start, model, tinyData(), { ...options, learningRate: 1e30 }))
  expect(diverged).toMatchObject({ name: 'TrainingDivergedError', divergence: { term: 'reconstruction' } })
  const mine: Dataset = {
    ...tinyData(),
    batches: () => {
      throw new DatasetError('`mine` is empty.')
    },
  }
  expect(`${await errorOf(trainInWorker(start, model, mine, options))}`).toBe('DatasetError: `mine` is empty.')
  await noWorkerLeft()
})

test('what the worker does not have, and what cannot cross, is refused', async () => {
  using own = tinyModel()
  const refusal = async ({ kind = 'tiny', data = tinyData() as Dataset | string, ...more }) =>
    `${await errorOf(
      (async function* () {
        yield* trainInWorker(start, { ...own, kind }, data, { epochs: 1, ...more })
      })(),
    )}`
  expect(await refusal({ kind: 'vae' })).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` asked its worker for the model vae, which it does not have.

    Expected: tiny, labelled, adversarial
    Received: vae
    Fix:      add it in the worker's file: serveTraining({ models: [vae], ... })"
  `)
  expect(await refusal({ data: 'digits' })).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` asked its worker for the data digits, which it does not have.

    Expected: tiny, missing, closing, hanging, losing
    Received: digits
    Fix:      add it in the worker's file: serveTraining({ data: { digits: ... }, ... })"
  `)
  expect(await refusal({ objective: 'elbo' } as object)).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` asked its worker for the objective elbo, which it does not have.

    Expected: squared
    Received: elbo
    Fix:      add it in the worker's file: serveTraining({ objectives: { elbo: ... }, ... })"
  `)
  expect(await refusal({ learningRate: () => 1 } as object)).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` received a bad \`learningRate\`.

    Expected: a finite number above 0 (a schedule cannot cross: name an optimizer of the worker's file)
    Received: function learningRate
    Fix:      pass a finite number above 0 (a schedule cannot cross: name an optimizer of the worker's file)"
  `)
  expect(await refusal({ optimizer: {} } as object)).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` received a bad \`optimizer\`.

    Expected: a name in the worker's file
    Received: {  }
    Fix:      pass a name in the worker's file"
  `)
  expect(await refusal({ weight: 'at the end' } as object)).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` has no option \`weight\`.

    Expected: epochs, batchSize, learningRate, optimizer, seed, objective, validation, validate, onProgress, signal, checkpoint, resume, onCheckpoint, weights, whenBackendIsLost, onBackend, canvas, startSeconds
    Received: weight
    Fix:      did you mean weights?"
  `)
  expect(await refusal({ epochs: -1 } as object)).toMatchInlineSnapshot(`
    "OptionError: \`trainInWorker\` received a bad \`epochs\`.

    Expected: an integer of at least 0
    Received: -1
    Fix:      pass an integer of at least 0"
  `)
  await noWorkerLeft()
})

test('a model that is disposed of, and what starts no worker, are refused', async () => {
  const model = tinyModel()
  const notAFunction = new URL('http://localhost/worker.js') as never
  expect(() => trainInWorker(notAFunction, model, 'tiny')).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`trainInWorker\` received a bad \`createWorker\`.

    Expected: a function that starts a Worker
    Fix:      pass () => new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" })]
  `)
  model.dispose()
  expect(`${await errorOf(trainInWorker(start, model, 'tiny'))}`).toMatchInlineSnapshot(`
    "DisposedError: \`trainInWorker\` received a tiny that is disposed of.

    Fix: call dispose() after training, or load the model again"
  `)
})

test('a worker whose file is missing is an error, not a wait', async () => {
  using model = tinyModel()
  const missing = () => new Worker('/none.js', { type: 'module' })
  expect(`${await errorOf(trainInWorker(missing, model, 'tiny'))}`).toMatchInlineSnapshot(`
    "AutoencoderError: \`trainInWorker\` could not start its worker.

    Reason: its script cannot be loaded
    Fix:    pass () => new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" }) with the path of a file that calls serveTraining"
  `)
})

test('a worker that serves nothing is an error after a while', async () => {
  using model = tinyModel()
  const silent = () => new Worker(new URL('../testing/silent-worker.ts', import.meta.url), { type: 'module' })
  expect(`${await errorOf(trainInWorker(silent, model, 'tiny', { startSeconds: 0.5 }))}`).toMatchInlineSnapshot(`
    "AutoencoderError: \`trainInWorker\` waited too long for its worker to start.

    Waited: 0.5 seconds
    Fix:    check that the worker's file calls serveTraining(...), or pass a larger startSeconds where the network is slow"
  `)
})

test('a worker that ends while it trains is an error, and the checkpoint is still there', async () => {
  using model = tinyModel()
  const checkpoint = inMemory()
  const reports: number[] = []
  const run = async () => {
    for await (const { epoch } of trainInWorker(start, model, 'closing', { ...options, checkpoint }))
      reports.push(epoch)
  }
  const error = await run().catch((error) => error)
  expect(`${error}`).toMatchInlineSnapshot(`
    "BackendLostError: The worker of \`trainInWorker\` ended while it was training.

    Reason: the browser ended it, perhaps for lack of memory, or its file called close()
    Fix:    train again with resume: from the last checkpoint"
  `)
  expect(error).toMatchObject({ name: 'BackendLostError', backend: 'wasm' })
  expect(reports).toEqual([1])
  expect((await checkpoint.read()).length).toBeGreaterThan(100)
})

test('a worker that answers no more is ended five seconds after the signal', async () => {
  using model = tinyModel()
  const abort = new AbortController()
  const run = trainInWorker(start, model, 'hanging', { ...options, signal: abort.signal })
  await run.next()
  const next = run.next()
  setTimeout(() => abort.abort(new Error('enough')), 100)
  await expect(next).rejects.toThrow('enough')
  await noWorkerLeft()
})

test('a store of the page that fails ends training with its error', async () => {
  using model = tinyModel()
  const full = { ...inMemory(), write: () => Promise.reject(new Error('the disk is full')) }
  expect(await errorOf(trainInWorker(start, model, 'tiny', { ...options, checkpoint: full }))).toMatchObject({
    message: 'the disk is full',
  })
})

test('a model that is being trained is refused by a second worker and by train, and is free again afterwards', async () => {
  using model = tinyModel()
  for await (const _ of trainInWorker(start, model, 'tiny', options)) {
    const second = await errorOf(trainInWorker(start, model, tinyData(), options))
    expect(`${second}`).toContain('`trainInWorker` received a tiny that another run is training.')
    expect(`${second}`).toContain('Other run: `trainInWorker` of the tiny on tiny, after 5 steps')
    expect(`${await errorOf(train(model, tinyData(), options))}`).toContain('that another run is training')
    break
  }
  expect(await errorOf(trainInWorker(start, model, 'tiny', { ...options, epochs: 1 }))).toBe(undefined)
  await noWorkerLeft()
})

test('a model that is disposed of while its worker trains is an error of trainInWorker', async () => {
  const model = tinyModel()
  const run = async () => {
    for await (const _ of trainInWorker(start, model, 'tiny', options)) model.dispose()
  }
  await expect(run()).rejects.toThrow('`trainInWorker` received a tiny that is disposed of')
  await noWorkerLeft()
})

test('evaluate in the page takes schedules at the steps that the worker made', async () => {
  using model = tinyModel()
  await collect(trainInWorker(start, model, 'tiny', { ...options, epochs: 1 }))
  let step = 0
  await evaluate(model, tinyData(), {
    objective: (trace, at) => {
      step = at
      return termsOf(model.objective, trace, at)
    },
  })
  expect(step).toBe(5)
})

test('a path is refused in a page, with the stores that there are, before a worker starts', () => {
  using model = tinyModel()
  const withPath = () => trainInWorker(start, model, 'tiny', { checkpoint: 'vae.safetensors' as never })
  expect(withPath).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`trainInWorker\` received a path as \`checkpoint\`, but there is no file system here.

    Expected: a store
    Received: "vae.safetensors"
    Fix:      pass a store of @ae/web: opfs(path) or indexedDb(key) to keep it in the browser, download(name) to hand it to the user; or http(url) to read]
  `)
  expect(() => train(model, tinyData(), { resume: 'vae.safetensors' })).toThrow('there is no file system here')
})

test('a store that cannot be written is told before a worker starts', async () => {
  using model = tinyModel()
  const prepare = () => Promise.reject(new Error('no room'))
  const never = () => {
    throw new Error('a worker was started')
  }
  const checkpoint = { ...inMemory(), prepare }
  expect(await errorOf(trainInWorker(never, model, 'tiny', { ...options, checkpoint }))).toMatchObject({
    message: 'no room',
  })
})
