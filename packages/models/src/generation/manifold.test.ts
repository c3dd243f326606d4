import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { identityModel } from '../testing/identity-model.ts'
import { manifold } from './manifold.ts'

beforeAll(() => tf.setBackend('cpu'))

test('manifold lies at quantiles of the prior, the first latent to the right, the second upwards', () => {
  const far = 1.959964 // the quantile of 0.975
  const expected = [far, 0, -far].flatMap((second) => [-far, 0, far].flatMap((first) => [first, second]))
  expectClose(manifold(identityModel(2), { size: 3 }).dataSync(), expected, { absolute: 2e-6 })
})

test('manifold covers the share of the prior that it is asked for', () => {
  const corner = manifold(identityModel(2), { size: 2, coverage: 0.5 }).dataSync()
  expectClose(corner.slice(0, 2), [-0.6744898, 0.6744898], { absolute: 2e-6 })
})

test('manifold takes two latents of many, the others at 0', () => {
  const codes = manifold(identityModel(4), { size: 2, latents: [3, 1], coverage: 0.5 }).arraySync() as number[][]
  expect(codes.map((code) => code.map(Math.sign))).toEqual([
    [0, 1, 0, -1],
    [0, 1, 0, 1],
    [0, -1, 0, -1],
    [0, -1, 0, 1],
  ])
})

test('manifold leaks nothing', () => {
  expectNoLeak(() => manifold(identityModel(2), { size: 4 }).dispose())
})

test('manifold refuses a code that is not a plane', () => {
  expect(() => manifold(identityModel(20))).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`manifold\` received a model whose code is not a plane.

    Expected: a codeSize of 2, or latents
    Received: codeSize 20
    Fix:      choose two latents, e.g. latents: [0, 1]]
  `)
  expect(() => manifold(identityModel(1))).toThrow('make the model with two latents')
})

test.each([{ size: 1 }, { coverage: 1 }, { coverage: 0 }, { latents: [1, 1] }, { latents: [0, 2] }, { latents: [0] }])(
  'manifold refuses %o',
  (options) => {
    expect(() => manifold(identityModel(2), options as object)).toThrow(`bad \`${Object.keys(options)[0]}\``)
  },
)
