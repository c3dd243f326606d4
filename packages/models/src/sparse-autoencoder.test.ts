import { evaluate, registerGradients, termsOf, train } from '@ae/core'
import { fromArray, mnist } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { klSparsity, l1Sparsity } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { type Sparsity, sparseAutoencoder } from './sparse-autoencoder.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [4, 4, 1], hidden: [10], codeSize: 6, seed: 1 }
const x = () => tf.randomUniform([3, 4, 4, 1], 0, 1, 'float32', 5)
const rowsOf = (code: tf.Tensor2D) => code.arraySync()

/** The term `sparsity` for the examples above. */
function sparsityOf(sparsity: Sparsity | undefined) {
  using model = sparseAutoencoder({ ...options, sparsity })
  const trace = model.trace(x())
  return { ...termsOf(model.objective, trace).sparsity, trace }
}

describe('KL sparsity', () => {
  test('is the default: rate 0.05, weighing 0.001 a feature as the tutorial does', () => {
    const { value, weight, trace } = sparsityOf(undefined)
    expect(weight).toBeCloseTo(0.016, 12)
    expect(value.shape).toEqual([])
    const { sparsity } = termsOf(klSparsity({ rate: 0.05 }), trace)
    expect([...value.dataSync()]).toEqual([...sparsity.value.dataSync()])
  })

  test('takes rate and weight, on a sigmoid code', () => {
    const { value, weight, trace } = sparsityOf({ kind: 'kl', rate: 0.2, weight: 3 })
    expect(weight).toBe(3)
    expect([...value.dataSync()]).toEqual([...termsOf(klSparsity({ rate: 0.2 }), trace).sparsity.value.dataSync()])
    expect(Math.min(...trace.code.dataSync())).toBeGreaterThan(0)
    expect(Math.max(...trace.code.dataSync())).toBeLessThan(1)
  })

  test('brings the mean activation to the rate', async () => {
    using model = sparseAutoencoder({ ...options, sparsity: { kind: 'kl', rate: 0.1, weight: 20 } })
    const data = fromArray(
      [...x().dataSync()].map((_, i) => i % 5).map((v) => v / 4),
      { shape: [4, 4, 1] },
    )
    for await (const _ of train(model, data, { epochs: 200, batchSize: 3, learningRate: 1e-2 }));
    for await (const batch of data.batches({ batchSize: data.size })) {
      for (const mean of tf.mean(model.encode(batch), 0).dataSync()) expect(Math.abs(mean - 0.1)).toBeLessThan(0.03)
    }
  })
})

describe('L1 sparsity', () => {
  test('adds the sizes of a relu code up, weighing 0.02', () => {
    const { value, weight, trace } = sparsityOf({ kind: 'l1' })
    expect(weight).toBe(0.02)
    expect([...value.dataSync()]).toEqual([...termsOf(l1Sparsity(), trace).sparsity.value.dataSync()])
    expect(Math.min(...trace.code.dataSync())).toBe(0)
  })
})

describe('top-k sparsity', () => {
  const sparsity = { kind: 'topK', count: 2 } as const
  const dense = () => autoencoder({ ...options, codeActivation: 'linear' })

  test('keeps the k largest values of a linear code, in encode and in trace', () => {
    using model = sparseAutoencoder({ ...options, sparsity })
    using all = dense()
    const codes = rowsOf(model.encode(x()))
    expect(codes).toEqual(rowsOf(model.trace(x()).code))
    for (const [i, row] of rowsOf(all.encode(x())).entries()) {
      const threshold = [...row].sort((a, b) => b - a)[1] as number
      expect(codes[i]).toEqual(row.map((value) => (value >= threshold ? value : 0)))
    }
  })

  test('lets the gradient through what is kept, and through nothing else', () => {
    using model = sparseAutoencoder({ ...options, hidden: [], sparsity })
    const bias = model.variables['encoder.0.bias'] as tf.Variable
    const one = tf.slice(x(), 0, [1, 4, 4, 1])
    const { grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(model.trace(one).code), [bias])
    const kept = (rowsOf(model.encode(one))[0] ?? []).map((value) => (value === 0 ? 0 : 1))
    expect([...(grads[bias.name]?.dataSync() ?? [])]).toEqual(kept)
    expect(kept.filter((value) => value === 1)).toHaveLength(2)
  })

  test('reports the L1 norm and minimises the reconstruction alone', () => {
    const { value, weight, trace } = sparsityOf(sparsity)
    expect(weight).toBe(0)
    expectClose(value.dataSync(), tf.sum(tf.abs(trace.code), 1).dataSync(), { relative: 1e-6 })
  })

  test('with k the size of the code is the plain autoencoder', () => {
    using model = sparseAutoencoder({ ...options, sparsity: { kind: 'topK', count: 6 } })
    using plain = dense()
    expect(rowsOf(model.encode(x()))).toEqual(rowsOf(plain.encode(x())))
  })
})

describe('sparseAutoencoder', () => {
  test.each<Sparsity>([{ kind: 'kl' }, { kind: 'l1' }, { kind: 'topK', count: 4 }])(
    'learns with $kind',
    async (sparsity) => {
      const digits = await mnist({ split: 'train', limit: 64 })
      using model = sparseAutoencoder({ inputShape: [28, 28, 1], hidden: [16], codeSize: 8, sparsity, seed: 1 })
      const before = await evaluate(model, digits)
      for await (const _ of train(model, digits, { epochs: 8, batchSize: 16, learningRate: 1e-2 }));
      expect((await evaluate(model, digits)).total).toBeLessThan(0.8 * before.total)
    },
  )

  test.each<Sparsity>([{ kind: 'kl' }, { kind: 'l1' }, { kind: 'topK', count: 4 }])(
    'leaks nothing with $kind',
    (sparsity) =>
      expectNoLeak(() => {
        const batch = x()
        using model = sparseAutoencoder({ ...options, sparsity })
        model.encode(batch).dispose()
        tf.tidy(() => {
          const total = () => tf.mean<tf.Scalar>(termsOf(model.objective, model.trace(batch)).reconstruction.value)
          tf.variableGrads(total, Object.values(model.variables))
        })
        batch.dispose()
      }),
  )

  test('keeps its sparsity in its config', () => {
    using model = sparseAutoencoder({ ...options, sparsity: { kind: 'l1', weight: 0.3 } })
    expect(model.config).toMatchObject({ sparsity: { kind: 'l1', weight: 0.3 }, codeActivation: 'relu' })
    using again = sparseAutoencoder.fromConfig(model.config, [])
    expect(again.config).toEqual(model.config)
  })
})

describe('sparseAutoencoder refuses', () => {
  const make =
    (sparsity: unknown, others = {}) =>
    () =>
      sparseAutoencoder({ ...options, ...others, sparsity: sparsity as Sparsity })

  test('an unknown kind of sparsity, or none', () => {
    expect(make({ kind: 'k-sparse' })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sparseAutoencoder\` received a bad \`sparsity.kind\`.

      Expected: one of kl, l1, topK
      Received: "k-sparse"
      Fix:      pass one of kl, l1, topK]
    `)
    expect(make({ rate: 0.1 })).toThrow('needs the option `sparsity.kind`')
    expect(make(0.05)).toThrow('needs the option `sparsity.kind`')
  })

  test('bad options of a sparsity', () => {
    expect(make({ kind: 'kl', count: 3 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sparsity kl\` has no option \`count\`.

      Expected: kind, rate, weight
      Received: count
      Fix:      use one of kind, rate, weight]
    `)
    expect(make({ kind: 'kl', rate: 5 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sparsity kl\` received a bad \`rate\`.

      Expected: a number between 0 and 1, both excluded
      Received: 5
      Fix:      pass a number between 0 and 1, both excluded]
    `)
    expect(make({ kind: 'l1', weight: -1 })).toThrow('received a bad `weight`')
    expect(make({ kind: 'topK' })).toThrow('needs the option `count`')
    expect(make({ kind: 'topK', count: 1.5 })).toThrow('a positive integer')
  })

  test('a KL sparsity of a code that is no rate', () => {
    expect(make({ kind: 'kl' }, { codeActivation: 'relu' })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sparseAutoencoder\` received a \`codeActivation\` that does not go with KL sparsity.

      Expected: sigmoid, whose values are rates in (0, 1)
      Received: "relu"
      Fix:      leave codeActivation out, or pass sparsity: { kind: 'l1' }]
    `)
  })

  test('to keep more than there is', () => {
    expect(make({ kind: 'topK', count: 7 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sparseAutoencoder\` received a \`count\` larger than \`codeSize\`.

      Expected: a count of at most 6, the codeSize
      Received: 7
      Fix:      lower count, or raise codeSize]
    `)
    expect(make({ kind: 'topK', count: 65 }, { codeSize: undefined })).toThrow('at most 64')
  })
})
