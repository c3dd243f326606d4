import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { AutoencoderError, TrainingDivergedError } from '../errors.ts'
import { readSafetensors, writeSafetensors } from '../files/safetensors.ts'
import { save } from '../files/save.ts'
import { memory, type Store } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { adam } from './adam.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 }
const finish = async (run: AsyncIterable<unknown>) => {
  for await (const _ of run);
}
const failure = (body: () => Promise<unknown>) =>
  body().then(
    () => 'no error',
    (error: unknown) => error,
  )
const weightsOf = ({ variables }: Pick<ReturnType<typeof tinyModel>, 'variables'>) =>
  Object.values(variables).flatMap((variable) => [...variable.dataSync()])

describe('a checkpoint of values that are not finite', () => {
  /** The gradient of the last step of an epoch is infinite, its loss is not: the square root at 0. */
  const spoiling = (from: number) => {
    return ({ code, target }: Trace, step: number) => ({
      fine: tf.sum<tf.Tensor1D>(tf.square(tf.sub(tf.sum(code, 1), tf.sum(target, 1)))),
      spoilt: tf.sum(tf.sqrt(tf.mul(tf.sum(code, 1), step === from ? 0 : 1e-9))),
    })
  }

  test('is not written: the last good one stays, and can be resumed from', async () => {
    const store = memory()
    const kept: Uint8Array[] = []
    using model = tinyModel()
    const before = tf.memory().numTensors
    const run = async () => {
      for await (const _ of train(model, tinyData(), { ...options, objective: spoiling(9), checkpoint: store })) {
        kept.push(await store.read())
      }
    }
    const error = await failure(run)
    expect(TrainingDivergedError.isInstance(error) && error.divergence).toEqual({
      epoch: 2,
      step: 9,
      term: 'down',
      value: Number.NaN,
      checkpoint: 'memory, after epoch 1',
      batch: expect.objectContaining({ data: 'tiny', size: 6 }),
    })
    expect(String(error)).toMatchInlineSnapshot(`
      "TrainingDivergedError: \`train\` stopped: the weight \`down\` became NaN.

      Epoch:           2
      Step:            9
      Examples:        6 of tiny, with values in [0.01648193597793579, 0.995231568813324]
      Last checkpoint: memory, after epoch 1
      Fix:             lower the learning rate, or check the data for extreme values; the last checkpoint is finite: resume from it with a lower learning rate"
    `)
    expect(kept).toHaveLength(1)
    expect(await store.read()).toEqual(kept[0])
    expect(tf.memory().numTensors).toBe(before)
    using other = tinyModel()
    await finish(train(other, tinyData(), { ...options, objective: spoiling(-1), resume: store }))
    expect(weightsOf(other).every(Number.isFinite)).toBe(true)
  })

  test('is not written where there was none, and the error sends nobody to it', async () => {
    const store = memory()
    using model = tinyModel()
    const run = () => finish(train(model, tinyData(), { ...options, objective: spoiling(4), checkpoint: store }))
    const error = String(await failure(run))
    expect(error).toContain('Last checkpoint: none')
    expect(error).not.toContain('resume')
    await expect(store.read()).rejects.toThrow('nothing was written')
  })

  test('is refused by resume, and moves nothing', async () => {
    const store = await checkpointWith(({ tensors }) => {
      ;(tensors.get('up') as { data: Float32Array }).data[3] = Number.POSITIVE_INFINITY
    })
    expect(await refusal(store, {})).toContain('`up` holds values that are not finite')
  })

  test('is what save may still hold: a model of NaN is saved as it is', async () => {
    using model = tinyModel()
    tf.tidy(() => model.variables.up?.assign(tf.fill([2, 4], Number.NaN)))
    const store = memory()
    await save(model, store)
    const { data } = readSafetensors(await store.read()).tensors.get('up') ?? {}
    expect([...(data ?? [0])].every(Number.isNaN)).toBe(true)
  })
})

type Parts = { metadata: Map<string, string>; tensors: Map<string, { shape: readonly number[]; data: unknown }> }

/** A checkpoint after two epochs, changed. */
async function checkpointWith(change: (parts: Parts) => void, more: object = {}): Promise<Store> {
  const store = memory()
  using model = tinyModel()
  for await (const { epoch } of train(model, tinyData(), { ...options, ...more, checkpoint: store } as never)) {
    if (epoch === 2) break
  }
  const { metadata, tensors } = readSafetensors(await store.read())
  const parts = { metadata: new Map(metadata), tensors: new Map(tensors) } as Parts
  change(parts)
  parts.metadata.delete('checksum') // changed on purpose
  await store.write(writeSafetensors(parts as never))
  return store
}

async function refusal(resume: Store, more: object, model = tinyModel(), data = tinyData()): Promise<string> {
  const before = [weightsOf(model), tf.memory().numTensors]
  const error = await failure(async () => finish(train(model, data, { ...options, ...more, resume } as never)))
  expect([weightsOf(model), tf.memory().numTensors]).toEqual(before)
  model.dispose()
  expect(AutoencoderError.isInstance(error), String(error)).toBe(true)
  return String(error)
}

describe('resume refuses, naming both values and moving nothing,', () => {
  const position = (change: object) => (parts: Parts) => {
    const stated = JSON.parse(parts.metadata.get('checkpoint') ?? '')
    parts.metadata.set('checkpoint', JSON.stringify({ ...stated, ...change }))
  }
  const unchanged = () => {}

  test('values of another dtype', async () => {
    const store = await checkpointWith(({ tensors }) => {
      const up = tensors.get('up') as { shape: readonly number[]; data: Float32Array }
      tensors.set('up', { ...up, data: Int32Array.from(up.data) })
    })
    expect(await refusal(store, {})).toMatchInlineSnapshot(`
      "WeightsError: \`train\` cannot resume from memory: \`up\` does not fit the model.

      Expected: float32 [2, 4]
      Received: int32 [2, 4]
      Fix:      make the model with the options of the checkpoint"
    `)
  })

  test('a model with another option, wherever it is nested', async () => {
    const config = (text: string) => (parts: Parts) => parts.metadata.set('config', text)
    const store = await checkpointWith(config('{"size":4,"codeSize":2,"seed":1,"encoder":{"activation":"relu"}}'))
    const model = { ...tinyModel(), config: { size: 4, codeSize: 2, seed: 1, encoder: { activation: 'tanh' } } }
    expect(await refusal(store, {}, model)).toMatchInlineSnapshot(`
      "WeightsError: \`train\` cannot resume from memory: its model has another \`encoder.activation\`.

      Expected: "relu" (memory)
      Received: "tanh"
      Fix:      make the model with encoder.activation: "relu""
    `)
  })

  test('another likelihood', async () => {
    const store = await checkpointWith(unchanged)
    const tiny = tinyModel()
    const likelihood = { ...tiny.likelihood, config: { kind: 'tiny', scale: 2 } }
    const error = await refusal(store, {}, { ...tiny, likelihood })
    expect(error).toContain('another `likelihood.scale`')
    expect(error).toContain('undefined (memory)')
  })

  test('another objective, which tells its terms', async () => {
    const store = await checkpointWith(unchanged)
    const objective = { terms: { size: { value: ({ output }: Trace) => tf.mean(output) } } }
    expect(await refusal(store, { objective })).toContain('`train` cannot resume with another `objective`.')
  })

  test.each([
    ['size', tinyData({ count: 71 }), '70', '71'],
    ['name', { ...tinyData(), name: 'other' }, '"tiny"', '"other"'],
  ])('data of another %s', async (name, data, before, now) => {
    const error = await refusal(await checkpointWith(unchanged), {}, tinyModel(), data)
    expect(error).toContain(`\`train\` cannot resume with data of another \`${name}\`.`)
    expect(error).toContain(`Expected: ${before} (memory)`)
    expect(error).toContain(`Received: ${now}`)
  })

  test.each([
    ['a step that is not its epochs times the batches', { step: 11 }],
    ['a step of 0 after two epochs', { step: 0 }],
    ['an epoch that is not in its steps', { epoch: 3 }],
  ])('%s', async (_, change) => {
    expect(await refusal(await checkpointWith(position(change)), {})).toContain('states a position where no run can be')
  })

  test('an epoch beyond those of the run', async () => {
    expect(await refusal(await checkpointWith(unchanged), { epochs: 1 })).toMatchInlineSnapshot(`
      "OptionError: \`train\` cannot resume: the checkpoint is beyond \`epochs\`.

      Expected: at least 2 epochs, those of memory
      Received: 1
      Fix:      pass epochs: 2 or more; epochs counts those before the checkpoint too"
    `)
  })

  test.each([
    [{ beta1: 0.8 }, 'beta1', '0.9', '0.8'],
    [{ beta2: 0.99 }, 'beta2', '0.999', '0.99'],
    [{ epsilon: 1e-7 }, 'epsilon', '1e-8', '1e-7'],
  ])('an optimiser with %j', async (changed, name, before, now) => {
    const error = await refusal(await checkpointWith(unchanged), { learningRate: undefined, optimizer: adam(changed) })
    expect(error).toContain(`another \`${name} of the optimizer\``)
    expect(error).toContain(`Expected: ${before} (memory)`)
    expect(error).toContain(`Received: ${now}`)
  })

  test.each([
    ['a position without data', { data: undefined }],
    ['a position with terms that are no list', { terms: 'reconstruction' }],
    ['a step that is text', { step: '10' }],
    ['an objective that is not a list', { objective: { step: 9 } }],
    ['an objective of a step that cannot be', { objective: [{ step: -1, weights: {}, settings: {} }] }],
    [
      'an objective with weights that are not numbers',
      { objective: [{ step: 9, weights: { kl: null }, settings: {} }] },
    ],
  ])('%s', async (_, change) => {
    expect(await refusal(await checkpointWith(position(change)), {})).toContain('it is not a checkpoint')
  })
})

describe('data with a checksum', () => {
  const summed = (checksum: string) => ({ ...tinyData(), checksum: () => checksum })
  const checkpointOf = async (data: ReturnType<typeof tinyData>) => {
    const store = memory()
    using model = tinyModel()
    for await (const _ of train(model, data, { ...options, checkpoint: store })) break
    return store
  }

  test('are refused by resume with another one, though name, size and shape are the same', async () => {
    const store = await checkpointOf(summed('crc32:1'))
    expect(await refusal(store, {}, tinyModel(), summed('crc32:2'))).toMatchInlineSnapshot(`
      "DatasetError: \`train\` cannot resume with data of another \`checksum\`.

      Expected: "crc32:1" (memory)
      Received: "crc32:2"
      Fix:      pass the data of the checkpoint, or load its model and start a new run on other data"
    `)
  })

  test.each([
    ['the same', summed('crc32:1'), summed('crc32:1')],
    ['none before', tinyData(), summed('crc32:1')],
    ['none now', summed('crc32:1'), tinyData()],
  ])('are taken with %s', async (_, before, now) => {
    using model = tinyModel()
    await finish(train(model, now, { ...options, resume: await checkpointOf(before) }))
  })

  test('are not summed by a run that neither writes nor resumes', async () => {
    using model = tinyModel()
    let calls = 0
    const data = { ...tinyData(), checksum: () => String(calls++) }
    await finish(train(model, data, { ...options, epochs: 1 }))
    expect(calls).toBe(0)
  })
})

test('resume takes more epochs, another learning rate and a model of another seed', async () => {
  const store = await checkpointWith(() => {})
  using model = tinyModel({ seed: 3 })
  const epochs: number[] = []
  for await (const { epoch } of train(model, tinyData(), {
    ...options,
    epochs: 5,
    learningRate: 0.001,
    resume: store,
  })) {
    epochs.push(epoch)
  }
  expect(epochs).toEqual([3, 4, 5])
})

test('resume of a run that has ended yields nothing', async () => {
  const store = await checkpointWith(() => {})
  using model = tinyModel()
  for await (const _ of train(model, tinyData(), { ...options, epochs: 2, resume: store })) expect.unreachable()
})
