import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { identityModel } from '../testing/identity-model.ts'
import { traverse } from './traverse.ts'

beforeAll(() => tf.setBackend('cpu'))

const model = identityModel(3)

test('traverse moves one latent after the other from -range to range, the others at 0', () => {
  const codes = traverse(model, { steps: 3 }).arraySync()
  expect(codes).toEqual([
    [-3, 0, 0],
    [0, 0, 0],
    [3, 0, 0],
    [0, -3, 0],
    [0, 0, 0],
    [0, 3, 0],
    [0, 0, -3],
    [0, 0, 0],
    [0, 0, 3],
  ])
})

test('traverse holds the other latents at a code', () => {
  const codes = traverse(model, { latents: [2, 0], steps: 2, range: 1.5, around: tf.tensor2d([[7, 8, 9]]) })
  expectClose(codes.dataSync(), [7, 8, -1.5, 7, 8, 1.5, -1.5, 8, 9, 1.5, 8, 9])
})

test('traverse leaks nothing', () => {
  const around = tf.zeros<tf.Rank.R2>([1, 3])
  expectNoLeak(() => traverse(model, { around }).dispose())
})

test('traverse refuses latents that the code has not, and a code of another size', () => {
  expect(() => traverse(model, { latents: [0, 3] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`traverse\` received a bad \`latents\`.

    Expected: an array of integers from 0 to 2, at least one
    Received: [0, 3]
    Fix:      pass an array of integers from 0 to 2, at least one]
  `)
  expect(() => traverse(model, { latents: [] })).toThrow('bad `latents`')
  expect(() => traverse(model, { steps: 1 })).toThrow('bad `steps`')
  expect(() => traverse(model, { around: tf.zeros([1, 2]) })).toThrow('received `around` of the wrong shape')
})
