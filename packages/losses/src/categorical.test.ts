import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { categorical } from './categorical.ts'

beforeAll(() => tf.setBackend('cpu'))

const logits = [0.5, -1, 2, 0]

test('categorical gives its levels probabilities whose sum is 1', () => {
  const target = tf.tensor2d([0, 1 / 3, 2 / 3, 1], [4, 1])
  const output = tf.tensor(Array.from({ length: 4 }, () => logits).flat(), [4, 1, 4])
  const nats = categorical({ classes: 4 }).negativeLogLikelihood(output, target).dataSync()
  expect([...nats].reduce((sum, value) => sum + Math.exp(-value), 0)).toBeCloseTo(1, 6)
})

test('categorical takes the level nearest to a value', () => {
  const { negativeLogLikelihood } = categorical({ classes: 3 })
  const nats = negativeLogLikelihood(
    tf.tensor([1, 2, 3, 1, 2, 3], [2, 1, 3]),
    tf.tensor2d([0.74, 0.76], [2, 1]),
  ).dataSync()
  expectClose([(nats[0] ?? 0) - (nats[1] ?? 0)], [1], { absolute: 1e-6 })
})

test('categorical has the expected level as its mean', () => {
  const weights = logits.map((l) => Math.exp(l))
  const expected = weights.reduce((sum, w, i) => sum + (w * i) / 3, 0) / weights.reduce((sum, w) => sum + w, 0)
  const mean = categorical({ classes: 4 }).mean(tf.tensor([...logits, 100, 0, 0, 0], [1, 2, 4]))
  expect(mean.shape).toEqual([1, 2])
  expectClose(mean.dataSync(), [expected, 0], { absolute: 1e-6 })
})

test('categorical refuses fewer than 2 classes, none, and an output without an axis of classes', () => {
  expect(() => categorical({ classes: 1 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`categorical\` received a bad \`classes\`.

    Expected: an integer of at least 2
    Received: 1
    Fix:      pass an integer of at least 2]
  `)
  expect(() => categorical({} as never)).toThrow('needs the option `classes`')
  expect(() =>
    categorical({ classes: 4 }).negativeLogLikelihood(tf.zeros([2, 3]), tf.zeros([2, 3])),
  ).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`categorical\` received an output and a target whose shapes do not match.

    Expected: output [batch, ...features, 4], target [batch, ...features]
    Received: output [2, 3], target [2, 3]
    Fix:      emit 4 numbers per feature, along a last axis]
  `)
})
