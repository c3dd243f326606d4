import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { skippable } from '../batches-from.ts'
import type { Dataset } from '../dataset.ts'
import { readSafetensors, writeSafetensors } from '../files/safetensors.ts'
import { memory, type Store } from '../stores/store.ts'
import { adversarialModel } from '../testing/adversarial-model.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { adam } from './adam.ts'
import { checkpointEvery } from './checkpoint-plan.ts'
import type { Epoch } from './epoch.ts'
import { accumulate } from './optimizers/accumulate.ts'
import { adagrad } from './optimizers/adagrad.ts'
import { adamW } from './optimizers/adam-w.ts'
import { average } from './optimizers/average.ts'
import { clip } from './optimizers/clip.ts'
import { lion } from './optimizers/lion.ts'
import { rAdam } from './optimizers/r-adam.ts'
import { rmsProp } from './optimizers/rms-prop.ts'
import { sgd } from './optimizers/sgd.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 } // 70 examples: 5 batches, the last of 6
const withoutTimes = ({ seconds: _, examplesPerSecond: __, ...epoch }: Epoch<string>) => ({
  ...epoch,
  validations: epoch.validations?.map(({ step, loss }) => ({ step, loss })),
})
const collect = async (run: AsyncIterable<Epoch<string>>) => {
  const reports = []
  for await (const epoch of run) reports.push(withoutTimes(epoch))
  return reports
}
const weightsOf = ({ variables }: Pick<ReturnType<typeof tinyModel>, 'variables'>) =>
  Object.values(variables).map((variable) => variable.dataSync())

/** A store that keeps everything written to it. */
function keeping(): Store & { readonly written: Uint8Array[] } {
  const written: Uint8Array[] = []
  return {
    name: 'kept',
    written,
    read: async () => (written.at(-1) as Uint8Array).slice(),
    write: async (bytes) => {
      written.push(bytes.slice())
    },
  }
}

describe('a run resumed from any batch', () => {
  test.each([
    ['a model', () => tinyModel()],
    ['a model with a player that has an optimiser of its own', () => adversarialModel()],
  ])('of %s has the weights and the reports of the unbroken one, to the bit', async (_, make) => {
    const store = keeping()
    using model = make() as ReturnType<typeof tinyModel>
    const reports = await collect(
      train(model, tinyData(), {
        ...options,
        validation: tinyData(),
        checkpoint: checkpointEvery(store, { steps: 1 }),
      }),
    )
    expect(store.written).toHaveLength(15)
    using plain = make() as ReturnType<typeof tinyModel>
    expect(await collect(train(plain, tinyData(), { ...options, validation: tinyData() }))).toEqual(reports)
    expect(weightsOf(plain)).toEqual(weightsOf(model))
    for (const [i, bytes] of store.written.entries()) {
      using resumed = make() as ReturnType<typeof tinyModel>
      const before = tf.memory().numTensors
      const rest = await collect(
        train(resumed, tinyData(), { ...options, validation: tinyData(), resume: memory(bytes) }),
      )
      expect(rest).toEqual(reports.slice(Math.floor((i + 1) / 5)))
      expect(weightsOf(resumed)).toEqual(weightsOf(model))
      expect(tf.memory().numTensors).toBe(before)
    }
  })

  test.each([
    ['sgd', () => sgd({ momentum: 0.9, nesterov: true, learningRate: 0.01 })],
    ['adamW', () => adamW({ weightDecay: 0.1 })],
    ['rmsProp', () => rmsProp()],
    ['adagrad', () => adagrad()],
    ['lion', () => lion()],
    ['rAdam', () => rAdam()],
    ['clip', () => clip(adam(), { norm: 0.1 })],
    ['accumulate', () => accumulate(adam(), { steps: 4 })],
    ['average', () => average(adam(), { decay: 0.9 })],
    [
      'all wrappers',
      () =>
        average(clip(accumulate(sgd({ momentum: 0.5, learningRate: 0.01 }), { steps: 2 }), { value: 0.1 }), {
          decay: 0.9,
        }),
    ],
  ])('of %s has the weights of the unbroken one, to the bit', async (_, make) => {
    const store = keeping()
    const { learningRate: __, ...others } = options
    using model = tinyModel()
    const every = { ...others, optimizer: make(), checkpoint: checkpointEvery(store, { steps: 1 }) }
    const reports = await collect(train(model, tinyData(), every))
    for (const bytes of store.written.slice(0, -1)) {
      using resumed = tinyModel()
      const rest = train(resumed, tinyData(), { ...others, optimizer: make(), resume: memory(bytes) })
      expect(reports.slice(-1)).toEqual((await collect(rest)).slice(-1))
      expect(weightsOf(resumed)).toEqual(weightsOf(model))
    }
  })

  test('takes another learning rate, of an optimiser in a wrapper too', async () => {
    const store = keeping()
    const { learningRate: _, ...others } = options
    using model = tinyModel()
    const made = (learningRate: number) => ({ ...others, optimizer: clip(adam({ learningRate }), { norm: 1 }) })
    await collect(train(model, tinyData(), { ...made(0.01), checkpoint: checkpointEvery(store, { steps: 7 }) }))
    using resumed = tinyModel()
    const rest = await collect(train(resumed, tinyData(), { ...made(0.001), resume: memory(store.written[0]) }))
    expect(rest).toHaveLength(2)
  })

  test('reports the evaluations of its epoch before the checkpoint, too', async () => {
    const store = keeping()
    using model = tinyModel()
    const validated = { ...options, epochs: 1, validation: tinyData(), validate: { everySteps: 2 } }
    const reports = await collect(
      train(model, tinyData(), { ...validated, checkpoint: checkpointEvery(store, { steps: 1 }) }),
    )
    expect(reports[0]?.validations?.map(({ step }) => step)).toEqual([2, 4, 5])
    for (const bytes of store.written.slice(0, -1)) {
      using resumed = tinyModel()
      expect(await collect(train(resumed, tinyData(), { ...validated, resume: memory(bytes) }))).toEqual(reports)
    }
  })

  test('reports a mean that does not depend on when losses were read', async () => {
    const data = tinyData({ count: 70 * 16 + 3 })
    const store = keeping()
    using model = tinyModel()
    const objective = ({ output, target, likelihood }: Trace) => ({
      error: { value: likelihood.negativeLogLikelihood(output, target), weight: 0.1 }, // its products are rounded
    })
    const one = { ...options, epochs: 1, objective }
    const [report] = await collect(train(model, data, { ...one, checkpoint: checkpointEvery(store, { steps: 7 }) }))
    using plain = tinyModel()
    expect(await collect(train(plain, data, one))).toEqual([report])
  })

  test('goes on after the batches that a dropped last one leaves', async () => {
    const make = () => ({ ...tinyModel(), minimumBatch: 8 }) // 4 steps an epoch
    const store = keeping()
    using model = make()
    const reports = await collect(
      train(model, tinyData(), { ...options, checkpoint: checkpointEvery(store, { steps: 1 }) }),
    )
    expect(store.written).toHaveLength(12)
    using resumed = make()
    const rest = await collect(train(resumed, tinyData(), { ...options, resume: memory(store.written[6]) }))
    expect(rest).toEqual(reports.slice(1))
    expect(weightsOf(resumed)).toEqual(weightsOf(model))
  })
})

describe('data of a resumed run', () => {
  const afterThreeBatches = async () => {
    const store = keeping()
    using model = tinyModel()
    for await (const _ of train(model, tinyData(), { ...options, checkpoint: checkpointEvery(store, { steps: 3 }) }))
      break
    return memory(store.written[0])
  }

  test('are asked for a pass from the batch on where they can give it', async () => {
    const resume = await afterThreeBatches()
    const asked: number[] = []
    const made = { count: 0 }
    const data: Dataset = {
      ...tinyData(),
      batches: skippable(async function* (pass, firstBatch) {
        asked.push(firstBatch)
        let index = 0
        for await (const batch of tinyData().batches(pass)) {
          if (index++ < firstBatch) batch.dispose()
          else {
            made.count++
            yield batch
          }
        }
      }),
    }
    using model = tinyModel()
    const before = tf.memory().numTensors
    await collect(train(model, data, { ...options, epochs: 2, resume }))
    expect(asked.filter((first) => first > 0)).toEqual([3])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('are not asked so where their batches were replaced: those before are made and released', async () => {
    const resume = await afterThreeBatches()
    const inner: Dataset = {
      ...tinyData(),
      batches: skippable(() => {
        throw new Error('the replaced function was called')
      }),
    }
    using model = tinyModel()
    using unbroken = tinyModel()
    await collect(train(model, { ...inner, batches: (pass) => tinyData().batches(pass) }, { ...options, resume }))
    await collect(train(unbroken, tinyData(), options))
    expect(weightsOf(model)).toEqual(weightsOf(unbroken))
  })

  test('that give fewer batches than were done are refused', async () => {
    const resume = await afterThreeBatches()
    using model = tinyModel()
    const short: Dataset = { ...tinyData(), batches: (pass) => tinyData({ count: 20 }).batches(pass) }
    await expect(collect(train(model, short, { ...options, resume }))).rejects.toThrow(
      'does not give what it describes',
    )
  })
})

describe('a position within an epoch', () => {
  const changed = async (change: object) => {
    const store = keeping()
    using model = tinyModel()
    await collect(train(model, tinyData(), { ...options, epochs: 1, checkpoint: checkpointEvery(store, { steps: 3 }) }))
    const { metadata, tensors } = readSafetensors(store.written[0] as Uint8Array)
    const texts = new Map(metadata)
    texts.set('checkpoint', JSON.stringify({ ...JSON.parse(texts.get('checkpoint') ?? ''), ...change }))
    texts.delete('checksum')
    using other = tinyModel()
    const resume = memory(writeSafetensors({ metadata: texts, tensors }))
    return collect(train(other, tinyData(), { ...options, resume })).catch(String)
  }

  test('is refused where no run can be', async () => {
    expect(await changed({ step: 4 })).toMatchInlineSnapshot(`
      "WeightsError: \`train\` cannot resume from memory: it states a position where no run can be.

      Expected: 3 steps after 0 epochs and 3 batches, of 5 an epoch
      Received: 4 steps
      Fix:      resume from another checkpoint, or load its model and start a new run"
    `)
    expect(await changed({ batch: 6, step: 6 })).toMatchInlineSnapshot(`
      "WeightsError: \`train\` cannot resume from memory: it states a position where no run can be.

      Expected: 6 steps after 0 epochs and 6 batches, of 5 an epoch
      Received: 6 steps
      Fix:      resume from another checkpoint, or load its model and start a new run"
    `)
  })

  test.each([
    [{ batch: -1 }],
    [{ batch: 1.5 }],
    [{ loss: undefined }],
    [{ validations: 'none' }],
    [{ validations: [{ step: 2 }] }],
    [{ loss: { count: 0, sums: {} } }],
    [{ loss: { count: 48, sums: { total: null } } }],
  ])('is no position with %j', async (change) => {
    expect(await changed(change)).toContain('it is not a checkpoint')
  })

  test('is refused with fewer epochs than the one under way', async () => {
    const store = keeping()
    using model = tinyModel()
    await collect(train(model, tinyData(), { ...options, epochs: 2, checkpoint: checkpointEvery(store, { steps: 7 }) }))
    using other = tinyModel()
    const run = collect(train(other, tinyData(), { ...options, epochs: 1, resume: memory(store.written[0]) }))
    await expect(run).rejects.toThrow('Expected: at least 2 epochs')
  })
})
