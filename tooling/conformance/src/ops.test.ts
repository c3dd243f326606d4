// Single ops of tfjs, and small programs of them, against PyTorch: values, the gradients that @ae/core registers, and second
// derivatives.
import { registerGradients } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { GradientCase } from '../../../packages/core/src/gradients/testing/cases/row.ts'
import { gradientCases } from '../../../packages/core/src/gradients/testing/cases.ts'
import oracle from '../../../reference/oracles/ops.json' with { type: 'json' }
import { expectNear, type StoredTensor, valuesOf } from './closeness.ts'
import { backend, hastenProducts, onBackend, onDeviceOnly } from './on-backend.ts'
import { secondDerivatives } from './second-derivatives.ts'

/** An op at a point, as written by `reference/ops.py`. */
interface Case {
  readonly inputs: Readonly<Record<string, StoredTensor>>
  readonly upstream: StoredTensor
  readonly value: StoredTensor
  readonly gradients: Readonly<Record<string, StoredTensor>>
  readonly seconds: Readonly<Record<string, StoredTensor>>
}

const cases: Readonly<Record<string, Case>> = oracle.ops
/** Ops for which PyTorch has no number, because tfjs draws random numbers. */
const withoutOracle = ['dropout']
const rows = gradientCases.filter(({ name }) => !withoutOracle.includes(name))

/** Functions that WebGL and WebGPU allow a GPU to approximate: to 2e-4 in SwiftShader. */
const approximated = ['sin', 'cos', 'tan', 'asin', 'acos']
const onGpu = backend.name === 'webgpu' || backend.name === 'webgl'

/** Rows in which a kernel of tfjs 4.22 is wrong (see stock-kernels.ts). Once it is fixed, its test here fails: remove the line then. */
const knownWrong: Readonly<Record<string, readonly string[]>> = {
  native: [
    'depthwiseConv2d, no dilation said',
    'conv2d, padding 1',
    'conv2d, stride 2, padding 1',
    'conv2d, explicit padding',
  ],
  webgl: ['dot', ...rows.map(({ name }) => name).filter((name) => name.startsWith('floorDiv'))],
}
const wrong = knownWrong[backend.name] ?? []

onBackend('ops agree with PyTorch, each value and gradient within 1e-5', () => {
  beforeAll(registerGradients)
  hastenProducts()
  onDeviceOnly()

  const right = rows.filter(({ name }) => !wrong.includes(name))
  test.each(right)('$name', (row) => expectNoLeak(() => check(row)))

  const notRight = rows.filter(({ name }) => wrong.includes(name))
  test.fails.each(notRight)('$name: tfjs is wrong here', (row) => expectNoLeak(() => check(row)))

  test('topk returns the largest of each row, and their positions', () =>
    expectNoLeak(async () => {
      const { values, indices } = tf.tidy(() => tf.topk(tf.tensor2d([1, 5, 3, 2, 4, 0, -1, 7], [2, 4]), 2))
      expect([await values.array(), await indices.array()]).toEqual([
        [
          [5, 3],
          [7, 4],
        ],
        [
          [1, 2],
          [3, 0],
        ],
      ])
      tf.dispose([values, indices])
    }))

  test('the oracle has numbers for every row of the table, and for nothing else', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(cases).toSorted())
  })
})

async function check({ name, op, inputs }: GradientCase): Promise<void> {
  const { inputs: points, upstream, value, gradients, seconds } = cases[name] as Case
  expect(Object.values(points).map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape))
  const actual = await run(op as (...inputs: tf.Tensor[]) => tf.Tensor, Object.values(points), upstream)
  const tolerance = onGpu && approximated.includes(name) ? 1e-3 : 1e-5
  const list = (what: string, tensors: Case['gradients']) =>
    Object.fromEntries(Object.values(tensors).map(({ values }, i) => [`${what} ${i}`, values]))
  const expected = { value: value.values, ...list('gradient', gradients), ...list('second', seconds) }
  expectNear(actual, expected, tolerance)
}

async function run(op: (...inputs: tf.Tensor[]) => tf.Tensor, points: readonly StoredTensor[], upstream: StoredTensor) {
  const x = points.map(toTensor)
  const dy = toTensor(upstream)
  const value = tf.tidy(() => op(...x))
  const gradients = tf.grads(op)(x, dy)
  const seconds = secondDerivatives(op, x, dy)
  const list = (what: string, tensors: tf.Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [`${what} ${i}`, tensor]))
  const results = await valuesOf({ value, ...list('gradient', gradients), ...list('second', seconds) })
  tf.dispose([...x, dy, value, ...gradients, ...seconds])
  return results
}

function toTensor({ shape, values }: StoredTensor): tf.Tensor {
  return tf.tensor([...values], [...shape])
}
