import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { memory } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { type FromStreamOptions, fromStream } from './from-stream.ts'
import type { ArrayValues } from './stored-values.ts'
import { errorText } from './testing/error-text.ts'
import { labelledValuesOf, valuesOf } from './testing/read.ts'
import { withLabels } from './with-labels.ts'

const options = { shape: [1], range: { minimum: 0, maximum: 100 } }
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

/** The numbers 0 .. 11, in items of 1, 2, 3, 3, 2, 1. */
async function* twelve() {
  let next = 0
  for (const length of [1, 2, 3, 3, 2, 1]) {
    await Promise.resolve()
    yield Float32Array.from({ length }, () => next++)
  }
}

describe('an epoch', () => {
  test('is the whole stream if nothing else is said', async () => {
    const data = fromStream(twelve, { ...options, size: 12 })
    expect(data).toMatchObject({ name: 'stream', shape: [1], size: 12, range: options.range })
    expect(await valuesOf(data, { batchSize: 5 })).toEqual(upTo(12))
    expect(await valuesOf(data, { batchSize: 5, seed: 1, epoch: 3 })).toEqual(upTo(12))
  })

  test.each([
    ['of known length', { size: 12 }],
    ['of unknown length', {}],
    [
      'that can begin anywhere',
      {
        size: 12,
        startAt: (index: number) =>
          upTo(12)
            .slice(index)
            .map((i) => [i]),
      },
    ],
  ])('goes on where the former one ended, round and round a stream %s', async (_, more) => {
    const data = fromStream(twelve, { ...options, ...more, examplesPerEpoch: 5 })
    expect(data.size).toBe(5)
    const epochs = [0, 1, 2, 3, 12].map((epoch) => valuesOf(data, { batchSize: 2, seed: 1, epoch }))
    expect(await Promise.all(epochs)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
      [10, 11, 0, 1, 2],
      [3, 4, 5, 6, 7],
      [0, 1, 2, 3, 4],
    ])
    expect(await valuesOf(data)).toEqual([0, 1, 2, 3, 4])
  })

  test('may be longer than the stream', async () => {
    const data = fromStream(twelve, { ...options, examplesPerEpoch: 30 })
    expect(await valuesOf(data)).toEqual(upTo(30).map((i) => i % 12))
  })

  test('reads from startAt no example that it does not need', async () => {
    const read: number[] = []
    const startAt = function* (index: number) {
      for (let i = index; i < 12; i++) {
        read.push(i)
        yield [i]
      }
    }
    const data = fromStream(twelve, { ...options, size: 12, examplesPerEpoch: 4, startAt })
    await valuesOf(data, { batchSize: 4, seed: 1, epoch: 1 })
    expect(read).toEqual([4, 5, 6, 7])
  })
})

describe('a shuffle buffer', () => {
  const shuffled = (shuffleBuffer: number) => fromStream(twelve, { ...options, size: 12, shuffleBuffer })

  test('gives every example once, in the order of seed and epoch, whatever the batch size', async () => {
    const first = await valuesOf(shuffled(6), { batchSize: 5, seed: 7 })
    expect(first).not.toEqual(upTo(12))
    expect(first.toSorted((a, b) => a - b)).toEqual(upTo(12))
    expect(await valuesOf(shuffled(6), { batchSize: 2, seed: 7, epoch: 0 })).toEqual(first)
    expect(await valuesOf(shuffled(6), { batchSize: 5, seed: 7, epoch: 1 })).not.toEqual(first)
    expect(await valuesOf(shuffled(6), { batchSize: 5, seed: 8 })).not.toEqual(first)
    expect(await valuesOf(shuffled(6))).toEqual(upTo(12))
  })

  test('gives no example before its size allows', async () => {
    for (const seed of upTo(20)) {
      const order = await valuesOf(shuffled(3), { batchSize: 12, seed })
      for (const [place, example] of order.entries()) expect(example).toBeLessThan(place + 3)
    }
  })

  test('as large as the data gives each example each place equally often', async () => {
    const data = fromStream([[0], [1], [2]], { ...options, size: 3, shuffleBuffer: 3 })
    const counts = new Map<string, number>()
    for (const epoch of upTo(1200)) {
      const order = String(await valuesOf(data, { batchSize: 3, seed: 1, epoch }))
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(4 * Math.sqrt(200))
  })
})

test('items with labels make labelled batches, and labels stay with their examples', async () => {
  const source = upTo(4).map((i) => ({
    examples: [[3 * i], [3 * i + 1], [3 * i + 2]],
    labels: [3 * i, 3 * i + 1, 3 * i + 2],
  }))
  const data = fromStream(source, { ...options, size: 12, shuffleBuffer: 5 })
  const { values, labels } = await labelledValuesOf(data, { batchSize: 5, seed: 2 })
  expect(labels).toEqual(values)
  expect(values).not.toEqual(upTo(12))
})

test('bytes stand for value / 255', async () => {
  const data = fromStream([Uint8Array.of(0, 51), Uint8Array.of(255)], {
    shape: [1],
    range: { minimum: 0, maximum: 1 },
    size: 3,
  })
  expect(await valuesOf(data)).toEqual([0, Math.fround(0.2), 1])
})

test('an item whose memory is used for the next one is read in time', async () => {
  const reused = new Float32Array(2)
  const source = function* () {
    for (let i = 0; i < 6; i++) {
      reused.set([2 * i, 2 * i + 1])
      yield reused
    }
  }
  expect(await valuesOf(fromStream(source, { ...options, size: 12, shuffleBuffer: 3 }), { batchSize: 5 })).toEqual(
    upTo(12),
  )
})

test('a pass closes its source and leaves no tensor behind: whole, left early, or failed', () =>
  expectNoLeak(async () => {
    let open = 0
    const source = async function* () {
      open++
      try {
        yield* twelve()
        yield [NaN]
      } finally {
        open--
      }
    }
    const pass = fromStream(source, { ...options, examplesPerEpoch: 12 }).batches({ batchSize: 2 })
    for await (const batch of pass) {
      batch.dispose()
      break
    }
    expect(open).toBe(0)
    await valuesOf(fromStream(source, { ...options, examplesPerEpoch: 12 }))
    expect(open).toBe(0)
    await expect(valuesOf(fromStream(source, { ...options, examplesPerEpoch: 13 }))).rejects.toThrow('out of range')
    expect(open).toBe(0)
  }))

test('a pass holds two batches at a time', async () => {
  const before = memory().numTensors
  for await (const batch of fromStream(twelve, { ...options, size: 12 }).batches({ batchSize: 2 })) {
    expect(memory().numTensors - before).toBeLessThanOrEqual(2)
    batch.dispose()
  }
})

describe('fromStream refuses', () => {
  const reading = (source: unknown, more: Partial<FromStreamOptions<ArrayValues>> = {}) =>
    errorText(async () => valuesOf(fromStream(source as never, { ...options, size: 12, ...more })))

  test('what can be walked only once', async () => {
    expect(await reading(twelve())).toMatchInlineSnapshot(`
      "OptionError: \`fromStream\` received a bad \`source\`.

      Expected: a function that makes such an iterator or stream, which can be walked once: fromStream(() => …)
      Received: an AsyncGenerator
      Fix:      pass a function that makes such an iterator or stream, which can be walked once: fromStream(() => …)"
    `)
    expect(await reading(new ReadableStream())).toContain('a function that makes such an iterator')
    const once = twelve()
    const data = fromStream(() => once, { ...options, examplesPerEpoch: 13 })
    expect(await errorText(valuesOf(data))).toMatchInlineSnapshot(`
      "DatasetError: \`fromStream\` received too few examples.

      Data:     stream
      Expected: 12 examples
      Received: 0
      Fix:      pass the right \`size\`; let the source begin anew each time: an iterator can be walked once, so pass the function that makes it"
    `)
  })

  test('streams of another length', async () => {
    expect(await reading(twelve, { size: 13 })).toMatchInlineSnapshot(`
      "DatasetError: \`fromStream\` received too few examples.

      Data:     stream
      Expected: 13 examples
      Received: 12
      Fix:      pass the right \`size\`; let the source begin anew each time: an iterator can be walked once, so pass the function that makes it"
    `)
    expect(await reading(twelve, { size: 11 })).toMatchInlineSnapshot(`
      "DatasetError: \`fromStream\` received more examples than \`size\`.

      Data:     stream
      Expected: 11 examples
      Received: more
      Fix:      pass the right \`size\`, or \`examplesPerEpoch\` alone for a stream of unknown length"
    `)
    expect(await reading([])).toContain('received too few examples')
  })

  test('items that are not examples', async () => {
    expect(await reading([[1, 2, 3]], { shape: [2] })).toMatchInlineSnapshot(`
      "ShapeError: \`fromStream\` received an item that does not divide into examples of \`shape\`.

      Data:     stream
      Expected: a multiple of 2 values, for [2]
      Received: 3 values, from example 0 on
      Fix:      let each item hold one or more whole examples"
    `)
    expect(await reading([[1, 101]])).toMatchInlineSnapshot(`
      "DatasetError: \`fromStream\` received a value out of range.

      Data:     stream
      Expected: finite values in [0, 100], its range
      Received: 101: example 1, value 0 of it
      Fix:      pass a \`range\` that holds all values; replace NaN and Infinity first"
    `)
    expect(
      await reading([[1, Number.POSITIVE_INFINITY]], { range: { minimum: 0, maximum: Number.POSITIVE_INFINITY } }),
    ).toContain('Infinity: example 1')
    expect(await reading(['12'])).toContain('`fromStream` received bad `values`.')
    expect(await reading([[1], { examples: [2], labels: [2] }])).toMatchInlineSnapshot(`
      "DatasetError: \`fromStream\` received items of different kinds.

      Expected: numbers without labels, as in the first item
      Received: numbers with labels
      Fix:      let all items be of one type, with labels or without"
    `)
    expect(await reading([{ examples: [2], labels: [2, 3] }])).toContain('received the wrong number of labels')
    expect(await reading(() => 3)).toMatchInlineSnapshot(`
      "OptionError: \`fromStream\` received a function that does not give items.

      Expected: an iterable, sync or async, or a promise of one
      Received: 3
      Fix:      return an iterable, e.g. from a generator: fromStream(async function* () { yield example }, …)"
    `)
  })

  test('options that miss what is needed', async () => {
    expect(await reading(twelve, { size: undefined })).toMatchInlineSnapshot(`
      "OptionError: \`fromStream\` needs the option \`examplesPerEpoch\`.

      Expected: a positive integer
      Received: undefined
      Fix:      pass examplesPerEpoch"
    `)
    expect(await reading(twelve, { size: undefined, examplesPerEpoch: 3, startAt: () => [] })).toContain(
      'needs the option `size`',
    )
  })
})

test('withLabels says that a stream has its labels in its items', async () => {
  const data = fromStream(twelve, { ...options, size: 12 })
  expect(() => withLabels(data as never)).toThrow('`withLabels` received a dataset without labels.')
})
