// Threads that come and go while a model with convolutions is trained, whose working memory is for each thread.
import { adam, randomNormal, registerGradients, type StepPlayer } from '@ae/core'
import { extensionOf, movesOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasmBackend } from '../index.ts'

beforeAll(registerGradients)

/** Steps on so many threads each, with batches of so many images; gives the losses and the filter. */
async function trained(threads: readonly number[], batches: readonly number[], isReplayed: boolean) {
  await wasmBackend({ threads: threads[0] ?? 1 }).activate()
  const filter = tf.tidy(() => tf.variable(randomNormal([3, 3, 8, 8], 'filter', {}) as tf.Tensor4D))
  const state = adam({ learningRate: 0.1 }).create({ filter })
  const { stepPlayer } = extensionOf(tf.backend())
  const create = stepPlayer as NonNullable<typeof stepPlayer>
  const player: Pick<StepPlayer, 'play'> & Partial<StepPlayer> = isReplayed
    ? await create([filter, ...Object.values(state.slots)])
    : { play: (inputs, _, run) => run(inputs) }
  let runs = 0
  const losses: (number | undefined)[] = []
  for (const [step, count] of threads.entries()) {
    await wasmBackend({ threads: count }).activate()
    const x = randomNormal([batches[step] ?? 0, 12, 12, 8], 'x', { step })
    const moves = movesOf(state.apply)?.numbersAt(step) ?? []
    const numbers = { step, variant: 0, moves, weights: [] }
    const [loss] = player.play([x], numbers, ([x]) => {
      runs++
      return tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const y = tf.conv2d(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'), filter, 2, 'same')
          return tf.mean(tf.mul(y, y))
        })
        state.apply({ filter: grads[filter.name] as tf.Tensor }, step)
        return [value]
      })
    })
    losses.push(...(loss?.dataSync() ?? []))
    tf.dispose([x, loss])
  }
  const weights = [...filter.dataSync()]
  tf.dispose([filter])
  state.dispose()
  player.dispose?.()
  return { numbers: { losses, weights }, runs }
}

const batches = Array.from({ length: 9 }, () => 24)
const one = Array.from({ length: 9 }, () => 1)

test.each([
  ['more', [1, 1, 1, 3, 3, 3, 4, 4, 4], 6],
  ['fewer', [4, 4, 4, 1, 1, 1, 1, 1, 1], 2],
  ['fewer, and then as many as before', [4, 4, 4, 1, 1, 2, 2, 4, 4], 2],
  ['other', [1, 2, 3, 4, 3, 4, 2, 1, 4], 6],
] as const)('with %s threads in the middle steps are the same to the bit', async (_, threads, runs) => {
  const { numbers } = await trained(one, batches, false)
  expect(await trained(threads, batches, true)).toEqual({ numbers, runs })
  expect((await trained(threads, batches, false)).numbers).toEqual(numbers)
})

test('so are those of batches of another size', async () => {
  const mixed = [24, 24, 7, 7, 24, 7, 24, 7, 24, 24, 7, 7]
  const threads = [1, 1, 1, 1, 4, 4, 4, 4, 2, 2, 2, 2]
  const { numbers } = await trained(
    mixed.map(() => 1),
    mixed,
    false,
  )
  expect((await trained(threads, mixed, true)).numbers).toEqual(numbers)
})
