import { ShapeError } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { grid } from './grid.ts'
import { imageShape } from './image-shape.ts'

beforeAll(() => tf.setBackend('cpu'))

type Cure = (image: tf.Tensor) => tf.Tensor

const mistakes: readonly [what: string, shape: number[], fix: string, cures: readonly Cure[]][] = [
  ['a batch', [5, 4, 4, 1], 'put a batch into one image first: grid(image)', [grid]],
  [
    'an image with an alpha channel',
    [4, 4, 4],
    'leave out the last channel, e.g. tf.slice(image, 0, [-1, -1, 3]); for a batch of grey images, make one image: grid(image)',
    [(image) => tf.slice(image, 0, [-1, -1, 3]), grid],
  ],
  ['a batch of grey images', [5, 4, 4], 'leave', [grid]],
  ['a wide batch of grey images', [5, 9, 9], 'for a batch of grey images, make one image: grid(image)', [grid]],
  ['a flat image', [784], 'reshape first, e.g. tf.reshape(image, [28, 28, 1])', [(x) => tf.reshape(x, [28, 28, 1])]],
]

test.each(mistakes)('%s is refused with a cure that works', (_, shape, fix, cures) => {
  const image = tf.zeros(shape)
  const text = (() => {
    try {
      return String(imageShape('encodePng', image))
    } catch (error) {
      if (ShapeError.isInstance(error)) return error.message
      throw error
    }
  })()
  expect(text.split('Fix:      ')[1]?.startsWith(fix)).toBe(true)
  for (const cure of cures) expect(imageShape('encodePng', cure(image))).toHaveLength(3)
})

test('an image without pixels is refused', () => {
  expect(() => imageShape('encodePng', tf.zeros([0, 4, 1]))).toThrow('reshape first')
})
