import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { TrainingDivergedError, WeightsError } from '../errors.ts'
import { save } from '../files/save.ts'
import type { Trainable } from '../model.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { adam } from './adam.ts'
import type { Epoch } from './epoch.ts'
import { evaluate } from './evaluate.ts'
import type { Optimizer } from './optimizer.ts'
import { termsOf } from './terms.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const collect = async <value>(run: AsyncIterable<value>): Promise<value[]> => {
  const values: value[] = []
  for await (const value of run) values.push(value)
  return values
}
const lossesOf = (epochs: readonly Epoch<string>[]) => epochs.map(({ loss }) => loss.total)
const weightsOf = (model: Pick<Trainable, 'variables'>) =>
  Object.values(model.variables).flatMap((v) => [...v.dataSync()])
const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 }

describe('train', () => {
  test('yields a report an epoch, with a falling loss', async () => {
    using model = tinyModel()
    const epochs = await collect(train(model, tinyData(), { ...options, epochs: 20 }))
    expect(epochs.map(({ epoch, step }) => [epoch, step]).slice(0, 3)).toEqual([
      [1, 5],
      [2, 10],
      [3, 15],
    ])
    expect(epochs).toHaveLength(20)
    expect(epochs[19]?.loss.reconstruction).toBeLessThan((epochs[0]?.loss.reconstruction ?? 0) * 0.5)
    expect(epochs[0]?.examplesPerSecond).toBeCloseTo(70 / (epochs[0]?.seconds ?? 0))
  })

  test('lets the event loop run between what an optimiser prepares and the first step', async () => {
    using model = tinyModel()
    const seen: string[] = []
    const slow: Optimizer = {
      ...adam(),
      create(variables) {
        setImmediate(() => seen.push('a task'))
        const until = performance.now() + 40
        while (performance.now() < until);
        return adam().create(variables)
      },
    }
    const onProgress = () => void seen.push('a step')
    await collect(train(model, tinyData({ count: 16 }), { epochs: 1, batchSize: 16, optimizer: slow, onProgress }))
    expect(seen).toEqual(['a task', 'a step'])
  })

  test('gives the same numbers for the same seed and others for another', async () => {
    const run = async (seed: number) => {
      using model = tinyModel()
      return lossesOf(await collect(train(model, tinyData(), { ...options, seed })))
    }
    const [first, again, other] = [await run(0), await run(0), await run(1)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  test('averages over examples, also where the last batch is smaller', async () => {
    using model = tinyModel()
    const frozen = { ...options, epochs: 1, learningRate: 1e-30 }
    const [epoch] = await collect(train(model, tinyData({ count: 70 }), { ...frozen, batchSize: 64 }))
    const whole = await evaluate(model, tinyData({ count: 70 }), { batchSize: 70 })
    expect(epoch?.loss.total).toBeCloseTo(whole.total, 1)
  })

  test('reports terms unweighted and minimises their weighted sum', async () => {
    using model = tinyModel()
    const objective = ({ output, target, code }: ReturnType<typeof model.trace>, step: number) => ({
      error: tf.sum<tf.Tensor1D>(tf.square(tf.sub(output, target)), 1),
      size: { value: tf.mean(tf.square(code)), weight: step === 0 ? 0 : 0.5 },
    })
    const run = train(model, tinyData({ count: 32 }), { ...options, epochs: 1, objective })
    const [epoch] = await collect(run)
    const { error, size, total } = epoch?.loss ?? { error: 0, size: 0, total: 0 }
    expect(total).toBeGreaterThan(error)
    expect(total).toBeLessThan(error + 0.5 * size) // the first of two batches counted it with weight 0
  })

  test('evaluates validation data after each epoch', async () => {
    using model = tinyModel()
    const [epoch] = await collect(
      train(model, tinyData(), { ...options, epochs: 1, validation: tinyData({ count: 20 }) }),
    )
    const after = await evaluate(model, tinyData({ count: 20 }), { seed: options.seed, batchSize: 16 })
    expect(epoch?.validation?.reconstruction).toBe(after.reconstruction)
  })

  test('tells its progress after each batch', async () => {
    using model = tinyModel()
    const seen: number[][] = []
    const onProgress = ({
      epoch,
      batch,
      batches,
      step,
    }: {
      epoch: number
      batch: number
      batches: number
      step: number
    }) => seen.push([epoch, batch, batches, step])
    await collect(train(model, tinyData({ count: 40 }), { ...options, epochs: 2, onProgress }))
    expect(seen).toEqual([
      [1, 1, 3, 1],
      [1, 2, 3, 2],
      [1, 3, 3, 3],
      [2, 1, 3, 4],
      [2, 2, 3, 5],
      [2, 3, 3, 6],
    ])
  })

  test('moves only its model: other variables stay', async () => {
    const other = tf.tidy(() => tf.variable(tf.scalar(2)))
    using model = tinyModel()
    await collect(train(model, tinyData(), options))
    expect(other.dataSync()[0]).toBe(2)
    other.dispose()
  })

  test('with 0 epochs yields nothing and moves nothing', async () => {
    using model = tinyModel()
    const before = weightsOf(model)
    expect(await collect(train(model, tinyData(), { epochs: 0 }))).toEqual([])
    expect(weightsOf(model)).toEqual(before)
  })
})

test("train and evaluate call a model's own objective as its method", async () => {
  using tiny = tinyModel()
  const model = {
    ...tiny,
    scale: 2,
    objective(this: { scale: number }, trace: ReturnType<typeof tiny.trace>, step: number) {
      const { reconstruction } = termsOf(tiny.objective, trace, step)
      return { reconstruction: tf.mul(reconstruction.value, this.scale) }
    },
  }
  const [plain, scaled] = [await evaluate(tiny, tinyData()), await evaluate(model, tinyData())]
  expect(scaled.total / plain.total).toBeCloseTo(2, 5)
  expect(await collect(train(model, tinyData(), { ...options, epochs: 1 }))).toHaveLength(1)
})

test('evaluate names itself, the term and the batch when a term is not finite', async () => {
  using model = tinyModel()
  let batch = 0
  const objective = ({ output }: ReturnType<typeof model.trace>) => ({
    broken: tf.mul(tf.mean(output), batch++ === 2 ? Number.NaN : 1),
  })
  const before = tf.memory().numTensors
  const error = await evaluate(model, tinyData(), { batchSize: 16, objective }).catch((reason: unknown) => reason)
  expect(String(error)).toMatchInlineSnapshot(`
    "TrainingDivergedError: \`evaluate\` stopped: the term \`broken\` became NaN.

    Batch:    2
    Examples: 32, 33, 34, 35, 36, 37, 38, 39 and 8 more of tiny
    Fix:      check the weights and the data for values that are NaN or extreme"
  `)
  expect(tf.memory().numTensors).toBe(before)
})

describe('train resumed from a checkpoint', () => {
  test('ends where an unbroken run ends, to the bit', async () => {
    using unbroken = tinyModel()
    const whole = await collect(train(unbroken, tinyData(), { ...options, epochs: 4 }))
    const store = memory()
    using first = tinyModel()
    for await (const { epoch } of train(first, tinyData(), { ...options, epochs: 4, checkpoint: store })) {
      if (epoch === 2) break
    }
    using second = tinyModel({ seed: 77 })
    const rest = await collect(train(second, tinyData(), { ...options, epochs: 4, resume: store }))
    expect(rest.map(({ epoch, step }) => [epoch, step])).toEqual([
      [3, 15],
      [4, 20],
    ])
    expect(lossesOf(rest)).toEqual(lossesOf(whole).slice(2))
    expect(weightsOf(second)).toEqual(weightsOf(unbroken))
  })

  test.each([
    [{ seed: 6 }, '`seed`'],
    [{ batchSize: 32 }, '`batchSize`'],
  ])('refuses to go on with %j, and moves nothing', async (changed, name) => {
    const store = memory()
    using model = tinyModel()
    await collect(train(model, tinyData(), { ...options, epochs: 1, checkpoint: store }))
    const before = weightsOf(model)
    await expect(collect(train(model, tinyData(), { ...options, resume: store, ...changed }))).rejects.toThrow(name)
    expect(weightsOf(model)).toEqual(before)
  })

  test.each([
    ['a model without a position', async (store: ReturnType<typeof memory>, model: Trainable) => save(model, store)],
    ['bytes that are no model', async (store: ReturnType<typeof memory>) => store.write(new Uint8Array(20))],
  ])('refuses %s, and moves nothing', async (_, fill) => {
    const store = memory()
    using model = tinyModel()
    await fill(store, model)
    const before = [weightsOf(model), tf.memory().numTensors]
    const error = await collect(train(model, tinyData(), { ...options, resume: store })).catch((reason) => reason)
    expect(WeightsError.isInstance(error)).toBe(true)
    expect([weightsOf(model), tf.memory().numTensors]).toEqual(before)
  })

  test('refuses a model of another size', async () => {
    const store = memory()
    using model = tinyModel()
    await collect(train(model, tinyData(), { ...options, epochs: 1, checkpoint: store }))
    using wider = tinyModel({ codeSize: 3 })
    await expect(
      collect(train(wider, tinyData(), { ...options, resume: store })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`train\` cannot resume from memory: its model has another \`codeSize\`.

      Expected: 2 (memory)
      Received: 3
      Fix:      make the model with codeSize: 2]
    `)
  })
})

describe('train releases everything', () => {
  const expectFlat = async (body: (model: ReturnType<typeof tinyModel>) => Promise<unknown>) => {
    using model = tinyModel()
    const before = tf.memory().numTensors
    await body(model).catch(() => {})
    expect(tf.memory().numTensors).toBe(before)
  }

  test('over 200 steps', () => expectFlat((model) => collect(train(model, tinyData(), { ...options, epochs: 40 }))))

  test('when the loop is left by break, and the data with it', async () => {
    const data = tinyData()
    await expectFlat(async (model) => {
      for await (const _ of train(model, data, options)) break
    })
    expect(data.released()).toBe(1)
  })

  test('when the loop body throws', () =>
    expectFlat(async (model) => {
      for await (const _ of train(model, tinyData(), options)) throw new Error('mine')
    }))

  test('when the objective throws in the middle', () =>
    expectFlat((model) => {
      const objective = (trace: ReturnType<typeof model.trace>, step: number) => {
        if (step === 3) throw new Error('mine')
        return termsOf(model.objective, trace, step)
      }
      return collect(train(model, tinyData(), { ...options, objective }))
    }))

  test('when the data throws in the middle', async () => {
    const data = tinyData()
    const failing = {
      ...data,
      async *batches(batchOptions: Parameters<typeof data.batches>[0]) {
        let count = 0
        for await (const batch of data.batches(batchOptions)) {
          yield batch
          if (++count === 2) throw new Error('disk gone')
        }
      },
    }
    await expectFlat((model) => expect(collect(train(model, failing, options))).rejects.toThrow('disk gone'))
  })
})

describe('train stops', () => {
  test('between two batches when its signal aborts, with the steps that were made', async () => {
    using model = tinyModel()
    const stop = new AbortController()
    const before = weightsOf(model)
    let batches = 0
    const onProgress = () => {
      if (++batches === 2) stop.abort(new Error('enough'))
    }
    const numTensors = tf.memory().numTensors
    await expect(collect(train(model, tinyData(), { ...options, onProgress, signal: stop.signal }))).rejects.toThrow(
      'enough',
    )
    expect(batches).toBe(2)
    expect(weightsOf(model)).not.toEqual(before)
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  test('when a term is no longer finite, naming step, term and checkpoint', async () => {
    using model = tinyModel()
    const objective = ({ output }: ReturnType<typeof model.trace>, step: number) => ({
      fine: tf.mean(output),
      broken: tf.mul(tf.mean(output), step === 7 ? Number.NaN : 1),
    })
    const numTensors = tf.memory().numTensors
    const run = collect(train(model, tinyData(), { ...options, objective, checkpoint: memory() }))
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(TrainingDivergedError.isInstance(error) && error.divergence).toEqual({
      step: 7,
      epoch: 2,
      term: 'broken',
      value: Number.NaN,
      checkpoint: 'memory, after epoch 1',
      batch: expect.objectContaining({ data: 'tiny', size: 16 }),
    })
    expect(String(error)).toMatchInlineSnapshot(`
      "TrainingDivergedError: \`train\` stopped: the term \`broken\` became NaN.

      Epoch:           2
      Step:            7
      Examples:        16 of tiny, with values in [0.01768392324447632, 0.9973140358924866]
      Last checkpoint: memory, after epoch 1
      Fix:             lower the learning rate, or check the data for extreme values; the last checkpoint is finite: resume from it with a lower learning rate"
    `)
    expect(tf.memory().numTensors).toBe(numTensors)
  })
})

test('train stops when the last step of an epoch spoils the weights, which no loss tells yet', async () => {
  using model = tinyModel()
  const run = collect(train(model, tinyData({ count: 16 }), { epochs: 1, batchSize: 16, learningRate: 1e39 }))
  const error = await run.catch((error: unknown) => error)
  expect(error).toBeInstanceOf(TrainingDivergedError)
  expect(String(error)).toMatch(
    /^TrainingDivergedError: `train` stopped: the weight `(down|up)` became -?(NaN|Infinity)/,
  )
})

test('train refuses an optimiser that makes no state', async () => {
  using model = tinyModel()
  const optimizer = { kind: 'mine', config: {}, create: () => null as never }
  await expect(collect(train(model, tinyData(), { optimizer }))).rejects.toThrow(
    "`train` received `optimizer.create(variables)` that is not an optimiser's state.",
  )
})

test('train names an operation of the objective that has no gradient, and leaks nothing', async () => {
  using model = tinyModel()
  const objective = ({ output }: Trace) => {
    const first = tf.tensor2d([[0]], [1, 1], 'int32')
    const changed = tf.tensorScatterUpdate(output, first, tf.zeros([1, ...output.shape.slice(1)]))
    return { reconstruction: tf.mean(changed) as tf.Scalar }
  }
  await expectNoLeak(() =>
    expect(collect(train(model, tinyData(), { ...options, objective }))).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`train\` received an objective with an operation that has no gradient, TensorScatterUpdate.

      Fix: compute it from values that do not depend on a variable, or register one: tf.registerGradient({ kernelName: 'TensorScatterUpdate', gradFunc: ... })]
    `),
  )
})

test('train says so when its objective does not depend on the model', async () => {
  using model = tinyModel()
  const objective = () => ({ reconstruction: tf.scalar(1) })
  await expect(collect(train(model, tinyData(), { ...options, objective }))).rejects.toThrow(
    '`train` received an objective that does not depend on any variable of the model.',
  )
})

describe('train refuses, before anything moves,', () => {
  const refusal = async (change: object, data = tinyData()) => {
    using model = tinyModel()
    const before = weightsOf(model)
    const run = async () => collect(train(model, data, { ...options, ...change } as never))
    const error = await run().then(
      () => 'no error',
      (reason: unknown) => String(reason),
    )
    expect(weightsOf(model)).toEqual(before)
    return error
  }

  test('epochs of -1', async () =>
    expect(await refusal({ epochs: -1 })).toMatchInlineSnapshot(`
    "OptionError: \`train\` received a bad \`epochs\`.

    Expected: an integer of at least 0
    Received: -1
    Fix:      pass an integer of at least 0"
  `))

  test('a batch size of 0', async () => expect(await refusal({ batchSize: 0 })).toContain('`batchSize`'))

  test('a learning rate of 0', async () => expect(await refusal({ learningRate: 0 })).toContain('`learningRate`'))

  test('an unknown option', async () =>
    expect(await refusal({ epoch: 3 })).toMatchInlineSnapshot(`
    "OptionError: \`train\` has no option \`epoch\`.

    Expected: epochs, batchSize, learningRate, optimizer, seed, objective, validation, validate, onProgress, signal, checkpoint, resume, onCheckpoint
    Received: epoch
    Fix:      did you mean epochs?"
  `))

  test('both an optimiser and a learning rate', async () => {
    const { adam } = await import('./adam.ts')
    expect(await refusal({ optimizer: adam() })).toMatchInlineSnapshot(`
      "OptionError: \`train\` received both \`optimizer\` and \`learningRate\`.

      Expected: one of them
      Received: optimizer adam, learningRate 0.01
      Fix:      give the rate to the optimiser, e.g. optimizer: adam({ learningRate: 0.0003 })"
    `)
  })

  test('data of another shape', async () =>
    expect(await refusal({}, tinyData({ size: 5 }))).toMatchInlineSnapshot(`
    "ShapeError: \`train\` received data of another shape than the model's.

    Expected: [4]
    Received: [5] (tiny)
    Fix:      make the model with inputShape: data.shape"
  `))

  test('validation data of another shape, by its name', async () =>
    expect(await refusal({ validation: { ...tinyData(), shape: [2] } })).toContain(
      '`train` received `validation` of another shape',
    ))
  test('values that the likelihood cannot take', async () =>
    expect(await refusal({}, { ...tinyData(), range: { minimum: -0.5, maximum: 255 } })).toMatchInlineSnapshot(`
      "DatasetError: \`train\` received values that the tiny likelihood cannot take.

      Expected: values in [0, 1]
      Received: values in [-0.5, 255] (tiny)
      Fix:      rescale the data into [0, 1], or give the model another likelihood"
    `))

  test('data with NaN', async () =>
    expect(await refusal({}, { ...tinyData(), range: { minimum: Number.NaN, maximum: 1 } })).toMatchInlineSnapshot(`
      "DatasetError: \`train\` received values that the tiny likelihood cannot take.

      Expected: values in [0, 1]
      Received: values in [NaN, 1] (tiny)
      Fix:      remove or replace the values that are NaN"
    `))

  test('a model that is disposed of', async () => {
    const model = tinyModel()
    model.dispose()
    const before = tf.memory().numTensors
    expect(() => train(model, tinyData(), options)).toThrow('`train` received a tiny that is disposed of')
    expect(tf.memory().numTensors).toBe(before)
  })

  test('an empty data set', async () =>
    expect(await refusal({}, { ...tinyData(), size: 0 })).toContain('without examples'))

  test('a term of the wrong shape', async () => {
    const objective = ({ output }: { output: tf.Tensor }) => ({ pixels: output })
    expect(await refusal({ objective })).toMatchInlineSnapshot(`
      "ShapeError: The objective gave the term \`pixels\` of the wrong shape.

      Expected: [batch], or [] for a batch statistic
      Received: [16, 4]
      Fix:      sum over the features, e.g. tf.sum(term, 1)"
    `)
  })
})
