// Threads that rest, and threads that are found not to pay.
import { type BackendExtension, randomNormal, registerGradients } from '@ae/core'
import { extensionOf } from '@ae/core/internal'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { moduleOf } from '../binary/module.ts'
import { wasmBackend } from '../index.ts'
import { installKernels } from '../install.ts'
import type { Thread } from './threads.ts'

type Training = Required<{ [name in keyof BackendExtension]: NonNullable<BackendExtension[name]> }>
const training = () => extensionOf(tf.backend()) as Training
const backend = () => tf.backend() as BackendWasm

beforeAll(registerGradients)
beforeEach(() => wasmBackend({ threads: 1 }).activate())
afterEach(() => {
  vi.restoreAllMocks()
})

describe('of two threads one of which is dead', () => {
  const deadThread: Thread = { join: async () => true, end: () => {} }
  beforeEach(async () => {
    await installKernels(backend(), { threads: 2, vectorBits: 256, startThread: () => deadThread })
  })

  let count = 0

  /** Whether a kernel is done when it returns: where others take part it is only published. */
  function isDoneAtOnce(): boolean {
    return tf.tidy(() => {
      const value = ++count // what lies there is of another time
      const product = tf.matMul(tf.fill([30, 40], value), tf.ones([40, 50]))
      const place = backend().dataIdMap.get(product.dataId).memoryOffset >>> 0
      const last = new Float32Array(moduleOf(backend()).HEAPU8.buffer, place, 1500).subarray(1499)
      const isDone = last[0] === 40 * value
      expect(product.dataSync()[1499]).toBe(40 * value)
      return isDone
    })
  }

  /** Makes steps that take so long, by whether the other thread takes part. */
  function makeSteps(count: number, milliseconds: (isAlone: boolean) => number): void {
    let now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    for (let i = 0; i < count; i++) {
      training().beginStep(128)
      const isAlone = isDoneAtOnce()
      now += milliseconds(isAlone)
    }
    clock.mockRestore()
  }

  test('the caller computes alone while the other rests, and what was published before is done', () => {
    expect(isDoneAtOnce()).toBe(false)
    const before = tf.matMul(tf.ones([30, 40]), tf.ones([40, 50]))
    const wake = training().restThreads()
    expect(isDoneAtOnce()).toBe(true)
    expect(new Set(before.dataSync())).toEqual(new Set([40]))
    before.dispose()
    wake()
    expect(isDoneAtOnce()).toBe(false)
  })

  test('who asked twice for rest is asked twice', () => {
    const [first, second] = [training().restThreads(), training().restThreads()]
    first()
    first()
    expect(isDoneAtOnce()).toBe(true)
    second()
    expect(isDoneAtOnce()).toBe(false)
  })

  test('the caller computes alone once steps of training are quicker so, and no longer when they are not', () => {
    makeSteps(100, (isAlone) => (isAlone ? 10 : 16))
    expect(isDoneAtOnce()).toBe(true)
    makeSteps(2000, (isAlone) => (isAlone ? 10 : 6))
    expect(isDoneAtOnce()).toBe(false)
  })

  test('steps of training wake nobody who rests', () => {
    const wake = training().restThreads()
    makeSteps(100, () => 10)
    expect(isDoneAtOnce()).toBe(true)
    wake()
  })

  test('rest that ends after the number of threads was changed changes nothing', async () => {
    const wake = training().restThreads()
    await wasmBackend({ threads: 1 }).activate()
    wake()
    expect(isDoneAtOnce()).toBe(true)
  })
})

/** Steps of training of a convolution on so many threads, of which some rest in some of the steps; gives losses and weights. */
async function trained(threads: number, rests: (step: number) => boolean) {
  await wasmBackend({ threads }).activate()
  const filter = tf.tidy(() => tf.variable(randomNormal([3, 3, 8, 8], 'filter', {}) as tf.Tensor4D))
  const player = await training().stepPlayer([filter])
  const losses: number[] = []
  for (let step = 0; step < 12; step++) {
    const wake = rests(step) ? training().restThreads() : () => {}
    const x = randomNormal([24, 12, 12, 8], 'x', { step })
    const results = player?.play([x], { step, variant: 0, moves: [], weights: [] }, ([x]) =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const y = tf.conv2d(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'), filter, 2, 'same')
          return tf.mean(tf.mul(y, y))
        })
        filter.assign(tf.sub(filter, tf.mul(grads[filter.name] as tf.Tensor4D, 1e-4)))
        return [value]
      }),
    )
    if (step % 4 === 3) wake() // jobs may be under way
    losses.push(...(results?.[0]?.dataSync() ?? []))
    wake()
    tf.dispose([x, results ?? []])
  }
  const numbers = { losses, weights: [...filter.dataSync()] }
  player?.dispose()
  filter.dispose()
  return numbers
}

test('steps are the same to the bit, whichever threads rest in the middle of a training', async () => {
  const one = await trained(1, () => false)
  expect(one.losses).toHaveLength(12)
  expect(await trained(3, (step) => step > 2 && step < 7)).toEqual(one)
  expect(await trained(3, (step) => step % 2 === 0)).toEqual(one)
  expect(await trained(4, (step) => step < 4)).toEqual(one)
})
