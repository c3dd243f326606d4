import { memory, registerGradients, termsOf, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { codebookError, commitment, perplexity, reconstruction, squaredError, sum } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/quantization.json' with { type: 'json' }
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { type VqVae, vqVae } from './vq-vae.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

interface Stored {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}
const tensorOf = ({ shape, values }: Stored) => tf.tensor([...values], [...shape])
const valuesOf = (x: tf.Tensor) => [...x.dataSync()]
const small = { inputShape: [6], codebookSize: 5, embeddingSize: 2, positions: 3, hidden: [], seed: 1 } as const

/** The two matrices of the oracle as a model, its biases at 0. */
function oracleModel(options: object = {}): VqVae {
  const model = vqVae({ ...small, likelihood: squaredError(), codebook: 'loss', ...options })
  const { encoder, codebook, decoder } = oracle.start
  const all = { ...model.variables, ...model.state }
  const values: Record<string, Stored> = { 'embedding.weight': encoder, 'decoder.0.weight': decoder, codebook }
  for (const [name, variable] of Object.entries(all)) {
    const stored = values[name]
    if (stored) variable.assign(tensorOf(stored))
    else if (name.endsWith('.bias')) variable.assign(tf.zerosLike(variable))
  }
  return model
}

describe('vqVae against PyTorch', () => {
  const x = () => tensorOf(oracle.x) as tf.Tensor2D

  test('chooses the same vectors and has the same terms', () => {
    using model = oracleModel()
    const trace = model.trace(x())
    expect(valuesOf(trace.quantization.indices)).toEqual(oracle.indices.values)
    const terms = termsOf(sum(reconstruction(), commitment(), codebookError(), perplexity()), trace)
    for (const name of ['reconstruction', 'commitment', 'codebook'] as const) {
      expectClose(terms[name].value.dataSync(), oracle.terms[name].values, { relative: 1e-5, absolute: 1e-6 })
    }
    expect(terms.perplexity.weight).toBe(0)
    expectClose(terms.perplexity.value.dataSync(), oracle.perplexity.values, {
      relative: 1e-5,
    })
  })

  test('passes the gradient straight through to the encoder, and draws encoder and codebook to each other', () => {
    using model = oracleModel()
    const total = () =>
      tf.tidy(() => {
        const terms = Object.values(termsOf(model.objective, model.trace(x())))
        return tf.addN(terms.map(({ value, weight }) => tf.mul(tf.mean(value), weight))) as tf.Scalar
      })
    const { grads } = tf.variableGrads(total, Object.values(model.variables))
    const gradients = { 'embedding.weight': 'encoder', codebook: 'codebook', 'decoder.0.weight': 'decoder' } as const
    for (const [name, stored] of Object.entries(gradients)) {
      const gradient = grads[model.variables[name]?.name ?? ''] as tf.Tensor
      expectClose(gradient.dataSync(), oracle.gradients[stored].values, { relative: 1e-5, absolute: 1e-6 })
    }
  })
})

describe('vqVae indices', () => {
  test('decode to the reconstruction, and are the nearest vectors', () => {
    using model = vqVae({ ...small })
    const x = tf.randomUniform([4, 6], 0, 1, 'float32', 3)
    const indices = model.encodeIndices(x)
    expect([indices.shape, indices.dtype, model.codeShape]).toEqual([[4, 3], 'int32', [3]])
    expect(valuesOf(model.decodeIndices(indices))).toEqual(valuesOf(model.reconstruct(x)))
    const vectors = model.state?.codebook?.arraySync() as number[][]
    const rows = (tf.reshape(model.trace(x).quantization.embeddings, [-1, 2]).arraySync() as number[][]).map((row) =>
      vectors.map((vector) => Math.hypot(...vector.map((value, i) => value - (row[i] ?? 0)))),
    )
    expect(valuesOf(indices)).toEqual(rows.map((distances) => distances.indexOf(Math.min(...distances))))
  })

  test('of a feature map lie as its places', () => {
    const architecture = convolutionalArchitecture({ channels: [2, 3] })
    using model = vqVae({ inputShape: [8, 12, 1], codebookSize: 4, embeddingSize: 5, architecture })
    const x = tf.zeros([2, 8, 12, 1])
    expect([model.codeShape, model.codeSize]).toEqual([[2, 3], 30])
    expect(model.encodeIndices(x).shape).toEqual([2, 6])
    expect(model.reconstruct(x).shape).toEqual([2, 8, 12, 1])
    expect(model.decode(model.encode(x)).shape).toEqual([2, 8, 12, 1])
  })

  test('of another count are refused', () => {
    using model = vqVae({ ...small })
    expect(() => model.decodeIndices(tf.zeros([2, 4], 'int32'))).toThrow('Expected: [batch, 3]')
  })

  test('leak nothing, nor does a training pass', () => {
    using model = vqVae({ ...small })
    const x = tf.zeros([4, 6])
    expectNoLeak(() => {
      const indices = model.encodeIndices(x)
      tf.dispose([indices, model.decodeIndices(indices)])
      tf.tidy(() => void model.trace(x, { training: true }))
    })
  })
})

describe('vqVae in training', () => {
  const digits = () => mnist({ split: 'train', limit: 256 })
  const inputShape = [28, 28, 1]
  const options = { inputShape, codebookSize: 16, embeddingSize: 4, positions: 8, hidden: [32], seed: 1 }
  const settings = { batchSize: 64, learningRate: 3e-3, seed: 2 }

  test.each(['movingAverage', 'loss'] as const)('uses a good part of its codebook, moved by: %s', async (codebook) => {
    using model = vqVae({ ...options, codebook })
    let last = 0
    for await (const { loss } of train(model, await digits(), { ...settings, epochs: 4 })) last = loss.perplexity
    expect(last).toBeGreaterThan(4)
    expect(last).toBeLessThanOrEqual(16)
  })

  test('repeats exactly when it resumes from a checkpoint, restarts included', async () => {
    const data = await digits()
    const checkpoint = memory()
    using whole = vqVae({ ...options, restart: 0.9 })
    for await (const _ of train(whole, data, { ...settings, epochs: 2 }));
    using first = vqVae({ ...options, restart: 0.9 })
    for await (const _ of train(first, data, { ...settings, epochs: 1, checkpoint }));
    using second = vqVae({ ...options, restart: 0.9 })
    for await (const _ of train(second, data, { ...settings, epochs: 2, resume: checkpoint }));
    for (const name of ['codebook', 'codebook.usage']) {
      expect(valuesOf(second.state?.[name] as tf.Tensor)).toEqual(valuesOf(whole.state?.[name] as tf.Tensor))
    }
  })

  test('reports the codebook as a term when a loss moves it', () => {
    using moved = vqVae({ ...small, codebook: 'loss' })
    using averaged = vqVae({ ...small })
    const terms = (model: VqVae) => Object.keys(termsOf(model.objective, model.trace(tf.zeros([1, 6]))))
    expect(terms(moved)).toEqual(['reconstruction', 'commitment', 'perplexity', 'codebook'])
    expect(terms(averaged)).toEqual(['reconstruction', 'commitment', 'perplexity'])
    expect(Object.keys(moved.variables)).toContain('codebook')
    expect(Object.keys(averaged.variables)).not.toContain('codebook')
  })
})

describe('vqVae refuses', () => {
  test.each([1, -0.1, Number.NaN])('a decay of %s', (decay) => {
    expect(() => vqVae({ ...small, decay })).toThrow('Expected: a number of at least 0 and below 1')
  })

  test.each([1, -0.1, Number.NaN])('a restart of %s', (restart) => {
    expect(() => vqVae({ ...small, restart })).toThrow('Expected: a number of at least 0 and below 1')
  })

  test('an unknown option, naming the nearest', () => {
    expect(() => vqVae({ ...small, codebookSise: 16 } as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`vqVae\` has no option \`codebookSise\`.

      Expected: inputShape, codebookSize, embeddingSize, positions, codebook, decay, commitmentWeight, restart, architecture, hidden, activation, likelihood, seed
      Received: codebookSise
      Fix:      did you mean codebookSize?]
    `)
  })

  test('an unknown way to move the codebook', () => {
    expect(() => vqVae({ ...small, codebook: 'ema' as never })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`vqVae\` received a bad \`codebook\`.

      Expected: one of movingAverage, loss
      Received: "ema"
      Fix:      pass one of movingAverage, loss]
    `)
  })
})
