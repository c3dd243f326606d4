import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { AutoencoderError, DisposedError } from '../errors.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { train } from './train.ts'
import { trainWithFallback } from './train-with-fallback.ts'
import { holdForTraining } from './training-hold.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { epochs: 2, batchSize: 16, learningRate: 0.01 }
const finish = async (run: AsyncIterable<unknown>): Promise<unknown> => {
  try {
    for await (const _ of run);
    return undefined
  } catch (error) {
    return error
  }
}
const weightsOf = ({ variables }: ReturnType<typeof tinyModel>) =>
  Object.values(variables).flatMap((variable) => [...variable.dataSync()])

describe('a model that is being trained', () => {
  test('is refused by a second run, which names both and moves nothing', async () => {
    using model = tinyModel()
    const before = tf.memory().numTensors
    for await (const _ of train(model, tinyData(), { ...options, epochs: 1 })) {
      const weights = weightsOf(model)
      const error = await finish(train(model, { ...tinyData(), name: 'other' }, options))
      expect(AutoencoderError.isInstance(error)).toBe(true)
      expect(String(error)).toMatchInlineSnapshot(`
        "AutoencoderError: \`train\` received a tiny that another run is training.

        This run:  \`train\` of the tiny on other
        Other run: \`train\` of the tiny on tiny, after 5 steps
        Fix:       wait until the other run has ended, or end it: leave its loop by break, or call return() on its generator; a generator that was dropped unfinished ends when it is garbage collected"
      `)
      expect(weightsOf(model)).toEqual(weights)
    }
    expect(tf.memory().numTensors).toBe(before)
  })

  test('is refused when both runs begin at once; the first gives what it gives alone', async () => {
    using alone = tinyModel()
    await finish(train(alone, tinyData(), options))
    using model = tinyModel()
    const [first, second] = await Promise.all([
      finish(train(model, tinyData(), options)),
      finish(train(model, tinyData(), options)),
    ])
    expect([first, AutoencoderError.isInstance(second)]).toEqual([undefined, true])
    expect(weightsOf(model)).toEqual(weightsOf(alone))
  })

  test('is refused by another way in, and under another name', async () => {
    using model = tinyModel()
    const wrapper = { ...model, kind: 'wrapper' }
    for await (const _ of train(model, tinyData(), { ...options, epochs: 1 })) {
      const byFallback = await finish(trainWithFallback(model, tinyData(), { ...options, fallbacks: [] }))
      expect(String(byFallback)).toContain('that another run is training')
      expect(String(await finish(train(wrapper, tinyData(), options)))).toContain(
        '`train` received a wrapper that another run is training',
      )
    }
  })

  test('can be saved in checkpoints and evaluated by its own run', async () => {
    using model = tinyModel()
    const run = train(model, tinyData(), { ...options, validation: tinyData(), checkpoint: memory() })
    expect(await finish(run)).toBe(undefined)
  })

  test.each([
    ['ended', async (run: AsyncGenerator) => finish(run)],
    [
      'was left by break',
      async (run: AsyncGenerator) => {
        for await (const _ of run) break
      },
    ],
    [
      'threw',
      async (run: AsyncGenerator) => {
        await run.next()
        await run.throw(new Error('mine')).catch(() => {})
      },
    ],
    ['was never started', async () => {}],
    ['was returned before its start', async (run: AsyncGenerator) => run.return(undefined)],
  ])('is free again when the run %s', async (_, use) => {
    using model = tinyModel()
    await use(train(model, tinyData(), options))
    expect(await finish(train(model, tinyData(), options))).toBe(undefined)
  })

  test('is free again when its objective threw', async () => {
    using model = tinyModel()
    const objective = () => {
      throw new Error('mine')
    }
    expect(String(await finish(train(model, tinyData(), { ...options, objective })))).toBe('Error: mine')
    expect(await finish(train(model, tinyData(), options))).toBe(undefined)
  })

  test('is free again when its generator was dropped and collected', async () => {
    using model = tinyModel()
    await (async () => void (await train(model, tinyData(), options).next()))()
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    for (let i = 0; i < 10; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      collectGarbage()
    }
    expect(await finish(train(model, tinyData(), options))).toBe(undefined)
  })
})

describe('disposing of a model that is being trained', () => {
  test('between two batches is a designed error, and leaves no tensor behind', async () => {
    const model = tinyModel()
    const before = tf.memory().numTensors
    const onProgress = ({ step }: { step: number }) => {
      if (step === 3) model.dispose()
    }
    const error = await finish(train(model, tinyData(), { ...options, onProgress }))
    expect(DisposedError.isInstance(error)).toBe(true)
    expect(String(error)).toContain('`train` received a tiny that is disposed of while it is trained.')
    expect(tf.memory().numTensors).toBe(before - 2)
  })

  test('between two epochs is one too, and no checkpoint is written after it', async () => {
    const model = tinyModel()
    const run = train(model, tinyData(), { ...options, checkpoint: memory() })
    await run.next()
    model.dispose()
    await expect(run.next()).rejects.toThrow('that is disposed of while it is trained')
  })
})

test('a hold of your own keeps train out until it is released', async () => {
  using model = tinyModel()
  const owner = {}
  const hold = holdForTraining(model, { functionName: 'myLoop', data: 'mine', owner })
  hold.step = 7
  expect(String(await finish(train(model, tinyData(), options)))).toContain(
    '`myLoop` of the tiny on mine, after 7 steps',
  )
  hold.release()
  hold.release()
  expect(await finish(train(model, tinyData(), options))).toBe(undefined)
  expect(owner).toEqual({})
})
