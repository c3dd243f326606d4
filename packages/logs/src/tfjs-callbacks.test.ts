import * as tfl from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'
import { consoleLog, tfjsCallbacks } from './index.ts'

const records = [
  { step: 235, epoch: 1, time: 0, scalars: { 'validation/total': 130.25 } },
  {
    step: 469,
    epoch: 1,
    time: 1,
    scalars: { 'train/total': 163.1234, 'train/kl': 17, 'validation/total': 121, learningRate: 0.001 },
  },
  { step: 938, epoch: 2, time: 2, scalars: { 'train/total': 12345678.9, 'train/kl': 1.5e-7, 'validation/kl': 20 } },
]

const follow = async (...callbacks: Parameters<typeof tfjsCallbacks>) => {
  const log = tfjsCallbacks(...callbacks)
  for (const record of records) await log.write(record)
  await log.close?.()
}

test('callbacks are called as model.fit calls them, with the names of TensorFlow.js', async () => {
  const calls: unknown[] = []
  const note =
    (name: string) =>
    async (...values: unknown[]) =>
      void calls.push([name, ...values])
  const names = ['onTrainBegin', 'onEpochBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd']
  await follow(Object.fromEntries(names.map((name) => [name, note(name)])))
  expect(calls).toEqual([
    ['onTrainBegin', {}],
    ['onEpochBegin', 0, {}],
    ['onBatchEnd', 234, { val_loss: 130.25 }],
    ['onEpochEnd', 0, { loss: 163.1234, kl: 17, val_loss: 121, learningRate: 0.001 }],
    ['onEpochBegin', 1, {}],
    ['onEpochEnd', 1, { loss: 12345678.9, kl: 1.5e-7, val_kl: 20 }],
    ['onTrainEnd', {}],
  ])
})

test('callbacks of tf.layers work: History, and a CustomCallback', async () => {
  const history = new tfl.History()
  const seen: number[] = []
  const custom = new tfl.CustomCallback({ onEpochEnd: async (_, logs) => void seen.push(Number(logs?.loss)) })
  await follow([history, custom])
  expect(history.epoch).toEqual([0, 1])
  expect(history.history).toMatchObject({ loss: [163.1234, 12345678.9], val_loss: [121], val_kl: [20] })
  expect(seen).toEqual([163.1234, 12345678.9])
})

test('a run of one epoch ends once, and another run begins anew', async () => {
  const calls: string[] = []
  const log = tfjsCallbacks({
    onTrainBegin: async () => void calls.push('begin'),
    onTrainEnd: async () => void calls.push('end'),
  })
  const first = { step: 1, epoch: 1, time: 0, scalars: { 'train/total': 1 } }
  for (let run = 0; run < 2; run++) {
    await log.write(first)
    await log.close?.()
    await log.close?.()
  }
  expect(calls).toEqual(['begin', 'end', 'begin', 'end'])
  await expect(log.write({} as never)).rejects.toThrow('`tfjsCallbacks`')
})

test('a run that logged nothing calls nothing', async () => {
  let calls = 0
  await tfjsCallbacks({ onTrainEnd: () => calls++ }).close?.()
  expect(calls).toBe(0)
})

test.each([
  ['nothing', undefined],
  ['no function', {}],
  ['an empty list', []],
  ['a number for a function', { onEpochEnd: 3 }],
  ['the history of a fit', [{ epochs: [] }]],
])('refuses %s', (_, value) => {
  expect(() => tfjsCallbacks(value as never)).toThrow('`tfjsCallbacks` received bad `callbacks`.')
})

test('says what it takes', () => {
  expect(() => tfjsCallbacks({} as never)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`tfjsCallbacks\` received bad \`callbacks\`.

    Expected: functions by name, at least one of onTrainBegin, onTrainEnd, onEpochBegin, onEpochEnd, onBatchEnd
    Received: {  }
    Fix:      pass e.g. tfvis.show.fitCallbacks(surface, ['loss']), or { onEpochEnd: (epoch, logs) => {} }]
  `)
})

test('consoleLog prints a line per record', () => {
  const lines: string[] = []
  const log = consoleLog({ print: (line) => lines.push(line) })
  for (const record of records) log.write(record)
  expect(lines).toMatchInlineSnapshot(`
    [
      "epoch 1  step 235  validation/total 130.3",
      "epoch 1  step 469  train/total 163.1  train/kl 17  validation/total 121  learningRate 0.001",
      "epoch 2  step 938  train/total 12345679  train/kl 1.5e-7  validation/kl 20",
    ]
  `)
})
