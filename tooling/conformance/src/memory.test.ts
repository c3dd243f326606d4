// Training leaves no tensor behind, whatever happens.
import { type Dataset, train } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { negativeElbo } from '@ae/losses'
import { fill, memory, ones, type Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { hastenProducts, onBackend } from './on-backend.ts'
import { images, smallVae, trainSmall } from './small-training.ts'

onBackend('memory', () => {
  hastenProducts()

  test('the number of tensors is flat over 200 steps', () =>
    expectNoLeak(async () => {
      const model = smallVae()
      const counts: number[] = []
      await trainSmall(model, { epochs: 50, onProgress: () => counts.push(memory().numTensors) })
      const peaks = [counts.slice(0, 100), counts.slice(100)].map((part) => Math.max(...part))
      expect(counts).toHaveLength(200)
      expect(peaks[1]).toBe(peaks[0])
      model.dispose()
    }))

  test('break releases everything but the model', () =>
    expectNoLeak(async () => {
      const model = smallVae()
      const before = memory().numTensors
      for await (const _ of train(model, images, { epochs: 5, batchSize: 16 })) break
      expect(memory().numTensors).toBe(before)
      model.dispose()
    }))

  test.each(failures())('$name releases everything but the model', ({ data, options, message }) =>
    expectNoLeak(async () => {
      const model = smallVae()
      const before = memory().numTensors
      const running = async () => {
        for await (const _ of train(model, data ?? images, { batchSize: 16, ...options?.() }));
      }
      await expect(running()).rejects.toThrow(message)
      expect(memory().numTensors).toBe(before)
      model.dispose()
    }),
  )
})

type Options = NonNullable<Parameters<typeof trainSmall>[1]>

interface Failure {
  readonly name: string
  readonly data?: Dataset
  readonly options?: () => Options
  readonly message: string
}

function failures(): Failure[] {
  return [
    {
      name: 'a loss that diverges',
      data: endingWith(() => fill([16, 6, 6, 1], Number.NaN)),
      message: 'the term `reconstruction` became NaN',
    },
    {
      name: 'a batch of another shape',
      data: endingWith(() => ones([16, 5, 5, 1])),
      message: 'received a data set that does not give what it describes',
    },
    {
      name: 'a dataset that fails',
      data: endingWith(() => fail('the disk is gone')),
      message: 'the disk is gone',
    },
    {
      name: 'an objective that fails',
      options: () => ({ objective: (trace, step) => (step < 2 ? negativeElbo()(trace, step) : fail('no objective')) }),
      message: 'no objective',
    },
    {
      name: 'a progress hook that fails',
      options: () => ({ onProgress: ({ step }) => (step < 2 ? undefined : fail('no hook')) }),
      message: 'no hook',
    },
    {
      name: 'an abort',
      options: () => {
        const controller = new AbortController()
        return {
          signal: controller.signal,
          onProgress: ({ step }) => step === 3 && controller.abort(new Error('enough')),
        }
      },
      message: 'enough',
    },
  ]
}

function fail(message: string): never {
  throw new Error(message)
}

/** Two valid batches, then one created by `last`. */
function endingWith(last: () => Tensor): Dataset {
  return {
    ...images,
    size: 48,
    async *batches() {
      yield ones([16, ...images.shape])
      yield ones([16, ...images.shape])
      yield last()
    },
  }
}
