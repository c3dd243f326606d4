import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { fromTensor } from './from-tensor.ts'
import { errorText } from './testing/error-text.ts'
import { labelledValuesOf, valuesOf } from './testing/read.ts'
import { withLabels } from './with-labels.ts'

test.each(['float32', 'int32', 'bool'] as const)('fromTensor keeps the numbers of a tensor of %s', async (dtype) => {
  const x = tf.tensor([1, 0, 1, 1], [2, 2, 1], dtype)
  const data = await fromTensor(x)
  expect(data).toMatchObject({ name: 'tensor', shape: [2, 1], size: 2, labels: undefined })
  x.dispose()
  expect(await valuesOf(data)).toEqual([1, 0, 1, 1])
})

test('fromTensor takes labels from an array or a tensor', async () => {
  const x = tf.tensor2d([[1], [2]])
  for (const labels of [[4, 5], tf.tensor1d([4, 5], 'int32'), tf.tensor1d([4, 5])]) {
    expect(await labelledValuesOf(withLabels(await fromTensor(x, { labels })))).toEqual({
      values: [1, 2],
      labels: [4, 5],
    })
  }
})

test('fromTensor leaves the tensor as it is, and makes none', () =>
  expectNoLeak(async () => {
    const x = tf.tensor2d([[1], [2]])
    const data = await fromTensor(x)
    expect([...x.dataSync()]).toEqual([1, 2])
    const read = data.read(Uint32Array.of(1)) as Float32Array
    read[0] = 9
    expect([...x.dataSync()]).toEqual([1, 2])
    x.dispose()
  }))

test('fromTensor refuses what holds no examples', async () => {
  expect(await errorText(fromTensor(tf.tensor1d([1, 2])))).toMatchInlineSnapshot(`
    "ShapeError: \`fromTensor\` received a tensor without an axis of examples.

    Expected: [count, ...shape], at least 2 axes
    Received: [2]
    Fix:      add an axis: tf.expandDims(x, 1) for one number each, tf.expandDims(x, 0) for one example"
  `)
  expect(await errorText(fromTensor(tf.tensor2d([[1, Number.NaN]])))).toContain('a value that is not finite')
  expect(await errorText(fromTensor([[1]] as never))).toContain('`fromTensor` received `x` that is not a tensor.')
  expect(await errorText(fromTensor(tf.zeros([2, 1]), { labels: [1] }))).toContain('the wrong number of labels')
  expect(await errorText(fromTensor(tf.zeros([0, 1])))).toContain('received no examples')
})
