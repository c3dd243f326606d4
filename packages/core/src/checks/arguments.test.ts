import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { assertBackend, assertBatchOf, assertDataset, assertMembers, assertTensor } from './arguments.ts'

const messageOf = (check: () => void): string | undefined => {
  try {
    check()
  } catch (error) {
    return String(error)
  }
  return undefined
}

beforeAll(() => tf.setBackend('cpu'))

describe('assertTensor', () => {
  test.each([
    [[1, 2], 'make a tensor of it, e.g. tf.tensor(x)'],
    [new Float64Array(2), 'make a tensor of it, e.g. tf.tensor(Float32Array.from(x), shape)'],
    [Promise.resolve(), 'await it first: await x'],
    [{ examples: 0, labels: 0 }, 'pass its examples: x.examples'],
    [{ batches: () => [] }, 'pass a batch of it: for await (const batch of x.batches({ batchSize: 128 })) …'],
    [null, 'pass a tensor, e.g. tf.zeros(shape)'],
    [7, 'pass a tensor, e.g. tf.zeros(shape)'],
  ])('refuses %o with a cure', (value, fix) => {
    expect(messageOf(() => assertTensor('encode', 'x', value))).toMatch(
      /^OptionError: `encode` received `x` that is not a tensor\./,
    )
    expect(messageOf(() => assertTensor('encode', 'x', value))).toContain(`Fix:      ${fix}`)
  })

  test('refuses a tensor that is disposed of', () => {
    const x = tf.zeros([2])
    x.dispose()
    expect(messageOf(() => assertTensor('encode', 'x', x))).toMatchInlineSnapshot(`
      "DisposedError: \`encode\` received \`x\`, a tensor that is disposed of.

      Received: a tensor of shape [2], disposed of
      Fix:      dispose of x after its last use, or make it outside of the tf.tidy that released it"
    `)
  })

  test('refuses values of the wrong type, and its fix works', () => {
    const x = tf.tidy(() => tf.zeros([2], 'int32'))
    expect(messageOf(() => assertTensor('encode', 'x', x, 'float32'))).toMatchInlineSnapshot(`
      "ShapeError: \`encode\` received \`x\` with values of the wrong type.

      Expected: float32
      Received: int32
      Fix:      cast it first, e.g. tf.cast(x, 'float32')"
    `)
    expect(messageOf(() => assertTensor('encode', 'x', tf.cast(x, 'float32'), 'float32'))).toBeUndefined()
  })
})

describe('assertBatchOf', () => {
  const check = (x: tf.Tensor, shape: number[], requirement = {}) =>
    messageOf(() => assertBatchOf('encode', 'x', x, shape, requirement))

  test('takes any number of examples, including none', () => {
    expect(check(tf.zeros([3, 4, 2]), [4, 2])).toBeUndefined()
    expect(check(tf.zeros([0, 4, 2]), [4, 2])).toBeUndefined()
  })

  test.each([
    ['one example without the batch axis', [28, 28, 1], 'add the batch axis, e.g. tf.expandDims(x, 0)'],
    ['flat examples', [5, 784], 'reshape first, e.g. tf.reshape(x, [-1, 28, 28, 1])'],
    [
      'examples of a different size',
      [5, 32, 32, 3],
      'pass x of shape [batch, 28, 28, 1], or make the model with inputShape: [32, 32, 3]',
    ],
    ['examples of a different rank', [5, 10], 'pass x of shape [batch, 28, 28, 1]'],
    ['a number', [], 'pass x of shape [batch, 28, 28, 1]'],
  ])('says what helps with %s', (_, shape, fix) => {
    const text = check(tf.zeros(shape), [28, 28, 1], { option: 'inputShape' })
    expect(text).toContain('`encode` received `x` of the wrong shape.')
    expect(text?.split('Fix:      ')[1]).toBe(fix)
  })

  test('its fixes make a batch that it takes', () => {
    expect(check(tf.expandDims(tf.zeros([28, 28, 1]), 0), [28, 28, 1])).toBeUndefined()
    expect(check(tf.reshape(tf.zeros([5, 784]), [-1, 28, 28, 1]), [28, 28, 1])).toBeUndefined()
    expect(check(tf.slice(tf.zeros([5, 784]), 0, 1), [784], { count: 1 })).toBeUndefined()
  })

  test('names the option that decides the length of a code, or none', () => {
    const codes = tf.zeros([5, 10])
    expect(check(codes, [20], { option: 'latentSize' })).toContain(
      'pass x of shape [batch, 20], or make the model with latentSize: 10',
    )
    expect(check(codes, [20])).toMatch(/pass x of shape \[batch, 20\]$/)
  })

  test('refuses more examples than are wanted', () => {
    expect(check(tf.zeros([2, 784]), [784], { count: 1 })).toMatchInlineSnapshot(`
      "ShapeError: \`encode\` received \`x\` of the wrong shape.

      Expected: [1, 784]
      Received: [2, 784]
      Fix:      take 1 of them, e.g. tf.slice(x, 0, 1)"
    `)
  })
})

describe('assertMembers and assertDataset', () => {
  test('refuse a promise and say to await it', () => {
    expect(messageOf(() => assertDataset('train', 'data', Promise.resolve()))).toMatchInlineSnapshot(`
      "OptionError: \`train\` received \`data\` that is not a data set.

      Expected: a data set
      Received: a promise
      Fix:      await it first: await data"
    `)
  })

  test('name the member that is missing', () => {
    expect(
      messageOf(() => assertDataset('train', 'data', { batches: () => [], shape: [784], size: '60000' })),
    ).toMatchInlineSnapshot(`
      "OptionError: \`train\` received \`data\` that is not a data set.

      Expected: a data set
      Received: { batches, shape, size }, whose name is not a string
      Fix:      pass a data set, e.g. await mnist({ split: "train" }), or fromArray(values, { shape }) of @ae/datasets"
    `)
  })

  test.each([[null], [undefined], [3], [tf.zeros], [[1, 2]]])('refuse %o', (value) => {
    expect(messageOf(() => assertDataset('train', 'data', value))).toContain('that is not a data set')
  })

  test('take what has the members, whatever else it has, functions included', () => {
    const value = Object.assign(() => 0, { kind: 'vae' })
    const requirement = { expected: 'a kind', members: { kind: 'string' }, fix: 'pass one' } as const
    expect(messageOf(() => assertMembers('load', 'kinds', value, requirement))).toBeUndefined()
  })
})

test('assertBackend takes a backend that is ready, and says how to select one if there is none', () => {
  expect(messageOf(() => assertBackend('vae'))).toBeUndefined()
  tf.removeBackend('cpu')
  expect(messageOf(() => assertBackend('vae'))).toMatchInlineSnapshot(`
    "BackendUnavailableError: \`vae\` has no backend to compute on.

    Expected: a backend, selected and ready
    Received: none
    Fix:      call await selectBackend(wasm) first, with selectBackend from @ae/core and wasm from @ae/wasm"
  `)
})
