import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { nearestCodes } from './nearest-codes.ts'

const square = [
  [0, 0],
  [3, 4],
  [1, 0],
  [0, 2],
]

test('nearestCodes finds the nearest codes of each query, nearest first, with their distances', async () => {
  const { indices, distances } = await nearestCodes(
    square,
    [
      [0, 0],
      [3, 3],
    ],
    { neighbors: 3 },
  )
  expect([...indices]).toEqual([0, 2, 3, 1, 3, 2])
  expect([...distances]).toEqual([0, 1, 2, 1, Math.sqrt(10), Math.sqrt(13)])
})

test('nearestCodes takes the earlier of codes at the same distance', async () => {
  const { indices } = await nearestCodes([[1], [-1], [1]], [[0]], { neighbors: 2 })
  expect([...indices]).toEqual([0, 1])
})

test('with cosine only the direction counts, and the distance is 1 less the cosine', async () => {
  const codes = [
    [0, 5],
    [9, 9],
    [-1, 0],
  ]
  const { indices, distances } = await nearestCodes(codes, [[1, 0]], { neighbors: 3, distance: 'cosine' })
  expect([...indices]).toEqual([1, 0, 2])
  const expected = [1 - Math.SQRT1_2, 1, 2]
  for (const [i, distance] of distances.entries()) expect(distance).toBeCloseTo(expected[i] ?? Number.NaN, 12)
})

test('nearestCodes takes codes as tensors, which stay the callers', async () => {
  const before = tf.memory().numTensors
  const codes = tf.tensor2d(square)
  expect([...(await nearestCodes(codes, [[1, 0]], { neighbors: 1 })).indices]).toEqual([2])
  codes.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('nearestCodes refuses too few codes, queries of another length and zeros without a direction', async () => {
  await expect(nearestCodes(square, [[1, 0]])).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`nearestCodes\` received fewer codes than \`neighbors\`.

    Expected: at least 5
    Received: 4
    Fix:      pass more codes, or fewer neighbors]
  `)
  await expect(nearestCodes(square, [[1]], { neighbors: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`nearestCodes\` received codes of two lengths.

    Expected: 2, as the codes of \`codes\`
    Received: 1 in \`queries\`
    Fix:      encode both with the same model]
  `)
  const cosine = { neighbors: 1, distance: 'cosine' } as const
  await expect(nearestCodes(square, [[1, 0]], cosine)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`nearestCodes\` received a code of zeros in \`codes\`, which has no cosine.

    Expected: codes that are not all zeros
    Received: row 0
    Fix:      pass distance: 'euclidean', or leave the code out]
  `)
})
