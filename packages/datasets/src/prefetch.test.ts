import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { scalar, type Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { prefetch } from './prefetch.ts'
import { errorText } from './testing/error-text.ts'

/** Counts 0 .. count - 1 as tensors and notes what was asked of it. */
function source(count: number, failAt = Number.POSITIVE_INFINITY) {
  const log: string[] = []
  async function* batches(): AsyncGenerator<Tensor> {
    try {
      for (let i = 0; i < count; i++) {
        await Promise.resolve()
        if (i === failAt) throw new Error(`failed at ${i}`)
        log.push(`made ${i}`)
        yield scalar(i)
      }
    } finally {
      log.push('closed')
    }
  }
  return { log, batches }
}

async function take(batches: AsyncIterable<Tensor>): Promise<number[]> {
  const values: number[] = []
  for await (const batch of batches) {
    values.push(batch.dataSync()[0] as number)
    batch.dispose()
  }
  return values
}

test.each([0, 1, 2, 9])('prefetch %i ahead gives the same batches in the same order', async (depth) => {
  expect(await take(prefetch(source(5).batches(), depth))).toEqual([0, 1, 2, 3, 4])
  expect(await take(prefetch(source(0).batches(), depth))).toEqual([])
})

test('prefetch prepares as many batches ahead as it was told', async () => {
  for (const depth of [0, 1, 3]) {
    const { log, batches } = source(10)
    for await (const batch of prefetch(batches(), depth)) {
      batch.dispose()
      await new Promise((resolve) => setTimeout(resolve))
      break
    }
    expect(log.filter((line) => line.startsWith('made'))).toHaveLength(1 + depth)
    expect(log.at(-1)).toBe('closed')
  }
})

test('prefetch prepares nothing before it is asked', async () => {
  const { log, batches } = source(3)
  prefetch(batches(), 2)
  await Promise.resolve()
  expect(log).toEqual([])
})

test('prefetch makes one pass over its source for each pass over it', async () => {
  const twice = prefetch({ [Symbol.asyncIterator]: () => source(3).batches() })
  expect(await take(twice)).toEqual([0, 1, 2])
  expect(await take(twice)).toEqual([0, 1, 2])
})

describe('prefetch leaves no tensor behind', () => {
  test('after a whole pass', async () => {
    await expectNoLeak(async () => {
      await take(prefetch(source(5).batches(), 2))
    })
  })
  test('after break', async () => {
    await expectNoLeak(async () => {
      for await (const batch of prefetch(source(9).batches(), 3)) {
        batch.dispose()
        break
      }
    })
  })
  test('after the consumer throws', async () => {
    await expectNoLeak(async () => {
      const consume = async () => {
        for await (const batch of prefetch(source(9).batches(), 3)) {
          batch.dispose()
          throw new Error('consumer')
        }
      }
      await expect(consume()).rejects.toThrow('consumer')
    })
  })
  test('after the source fails, which is raised in its place', async () => {
    const values: number[] = []
    await expectNoLeak(async () => {
      const consume = async () => {
        for await (const batch of prefetch(source(9, 4).batches(), 3)) {
          values.push(batch.dataSync()[0] as number)
          batch.dispose()
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      }
      await expect(consume()).rejects.toThrow('failed at 4')
    })
    expect(values).toEqual([0, 1, 2, 3])
  })
  test('when batches are objects of tensors', async () => {
    async function* pairs() {
      for (let i = 0; i < 9; i++) yield { examples: scalar(i), labels: scalar(-i) }
    }
    await expectNoLeak(async () => {
      for await (const { examples, labels } of prefetch(pairs(), 2)) {
        examples.dispose()
        labels.dispose()
        break
      }
    })
  })
})

test('prefetch refuses a depth that is not a count', async () => {
  expect(await errorText(() => prefetch(source(1).batches(), 1.5))).toMatchInlineSnapshot(`
    "OptionError: \`prefetch\` received a bad \`depth\`.

    Expected: an integer of at least 0
    Received: 1.5
    Fix:      pass an integer of at least 0"
  `)
})
