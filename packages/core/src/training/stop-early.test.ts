import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Epoch } from './epoch.ts'
import { logTo } from './log-to.ts'
import type { Logger, LogRecord } from './logger.ts'
import { stopEarly } from './stop-early.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

/** Reports with these losses; of validation too where given. `closed` tells whether the run was closed. */
function epochsOf(train: readonly number[], validation?: readonly (number | undefined)[]) {
  const state = { closed: false }
  async function* run(): AsyncGenerator<Epoch<'kl'>, void, void> {
    try {
      for (const [i, total] of train.entries()) {
        const value = validation?.[i]
        const loss = value === undefined ? undefined : { kl: value, total: value }
        yield {
          epoch: i + 1,
          step: 10 * (i + 1),
          loss: { kl: -total, total },
          validation: loss,
          validations: validation && (loss ? [{ step: 10 * (i + 1), time: 0, loss }] : []),
          learningRate: undefined,
          seconds: 1,
          examplesPerSecond: 1,
        }
      }
    } finally {
      state.closed = true
    }
  }
  return Object.assign(run(), { state })
}
const seen = async (run: AsyncIterable<Epoch<string>>) => {
  const epochs: number[] = []
  for await (const { epoch } of run) epochs.push(epoch)
  return epochs
}

describe('stopEarly', () => {
  test('ends after as many epochs without improvement as patience says, and closes the run', async () => {
    const run = epochsOf([5, 4, 4, 4.5, 3, 2])
    expect(await seen(stopEarly(run, { patience: 2 }))).toEqual([1, 2, 3, 4])
    expect(run.state.closed).toBe(true)
    expect(await seen(stopEarly(epochsOf([5, 4, 4, 4.5, 3, 2])))).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('has a patience of three epochs where none is said', async () => {
    expect(await seen(stopEarly(epochsOf([5, 5, 5, 5, 5, 5])))).toEqual([1, 2, 3, 4])
  })

  test('watches the validation where there is one, and counts the epochs that have it', async () => {
    const validation = [3, undefined, 4, undefined, 5, undefined]
    expect(await seen(stopEarly(epochsOf([6, 5, 4, 3, 2, 1], validation), { patience: 2 }))).toEqual([1, 2, 3, 4, 5])
    const onTraining = stopEarly(epochsOf([6, 5, 4, 3, 2, 1], validation), { patience: 2, monitor: 'train/total' })
    expect(await seen(onTraining)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('takes a term, the direction and how much an improvement must be', async () => {
    const higher = { patience: 1, monitor: 'train/kl', direction: 'higher' } as const
    expect(await seen(stopEarly(epochsOf([5, 4, 3, 4, 2]), higher))).toEqual([1, 2, 3, 4])
    const more = { patience: 1, minimumImprovement: 1 }
    expect(await seen(stopEarly(epochsOf([5, 3.5, 2.5, 1]), more))).toEqual([1, 2, 3])
  })

  test.each([
    ['train/kld', undefined, 'did you mean train/kl?'],
    ['validation/total', undefined, 'pass validation data to the run: validation: data'],
    ['validation/kll', [1], 'did you mean validation/kl?'],
  ])('refuses the figure %s, which the run does not measure', async (monitor, validation, fix) => {
    const run = epochsOf([1], validation)
    await expect(seen(stopEarly(run, { monitor }))).rejects.toThrow(fix)
    expect(run.state.closed).toBe(true)
  })

  test('says which figures there are', async () => {
    const error = await seen(stopEarly(epochsOf([1]), { monitor: 'train/recon' })).catch(String)
    expect(error).toMatchInlineSnapshot(`
      "OptionError: \`stopEarly\` watches \`train/recon\`, which the run does not measure.

      Expected: train/kl, train/total
      Received: train/recon
      Fix:      use one of train/kl, train/total"
    `)
  })

  test('refuses what was awaited, and bad options', () => {
    expect(() => stopEarly(undefined as never)).toThrow('what train(...) returns, not awaited')
    expect(() => stopEarly(epochsOf([]), { patience: 0 })).toThrow('`patience`')
    expect(() => stopEarly(epochsOf([]), { monitor: 'total' })).toThrow('"validation/total"')
    expect(() => stopEarly(epochsOf([]), { direction: 'up' as never })).toThrow('lower, higher')
  })
})

describe('logTo', () => {
  const logger = (written: LogRecord[], more: Partial<Logger> = {}) => ({
    closed: 0,
    write: (record: LogRecord) => void written.push(record),
    close() {
      this.closed++
    },
    ...more,
  })

  test('writes validations within an epoch as records of their own, in the order of steps', async () => {
    using model = tinyModel()
    const records: LogRecord[] = []
    const options = { epochs: 2, batchSize: 16, validation: tinyData({ count: 20 }), validate: { everySteps: 2 } }
    await seen(logTo(train(model, tinyData(), options), logger(records)))
    expect(records.map(({ step, epoch }) => [step, epoch])).toEqual([
      [2, 1],
      [4, 1],
      [5, 1],
      [6, 2],
      [8, 2],
      [10, 2],
    ])
    expect(Object.keys(records[0]?.scalars ?? {})).toEqual(['validation/reconstruction', 'validation/total'])
    expect(Object.keys(records[2]?.scalars ?? {})).toContain('validation/total')
    expect(
      records.every(({ time }, i) => Math.abs(time - Date.now() / 1000) < 60 && time >= (records[i - 1]?.time ?? 0)),
    ).toBe(true)
  })

  test('closes its loggers and the run when the loop is left, and when a logger fails', async () => {
    const [left, first, second] = [
      logger([]),
      logger([]),
      logger([], { write: () => Promise.reject(new Error('full')) }),
    ]
    const run = epochsOf([3, 2, 1])
    for await (const _ of logTo(run, [left])) break
    expect([left.closed, run.state.closed]).toEqual([1, true])
    const other = epochsOf([3, 2, 1])
    await expect(seen(logTo(other, [first, second]))).rejects.toThrow('full')
    expect([first.closed, second.closed, other.state.closed]).toEqual([1, 1, true])
    await expect(
      seen(logTo(epochsOf([1]), logger([], { close: () => Promise.reject(new Error('late')) }))),
    ).rejects.toThrow('late')
  })

  test('refuses what is not a logger', () => {
    expect(() => logTo(epochsOf([]), { log: () => {} } as never)).toThrow('{ write(record), close() }')
  })
})
