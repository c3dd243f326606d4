import { registerGradients, termsOf } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { sum } from './objectives.ts'
import { squaredError } from './squared-error.ts'
import { codebookError, commitment, perplexity, type QuantizedTrace } from './vector-quantization.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const emitted = [0.25, -1, 0.5, 2, 1, 1.5, -0.75, 0] // [2, 4]: two positions of two values
const vectors = [0, -1, 1, 2, -1, 0.5] // [3, 2]
const chosen = [0, 1, 1, 2] // [2, 2]
const codeFrom = (book: ArrayLike<number>) => chosen.flatMap((k) => [Number(book[2 * k]), Number(book[2 * k + 1])])
const upstream = [2, -3]
const errors = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  [0, 1].map((row) => [0, 1, 2, 3].reduce((sum, i) => sum + (Number(a[4 * row + i]) - Number(b[4 * row + i])) ** 2, 0))
const weighed = (values: readonly number[]) => values.reduce((sum, value, i) => sum + value * (upstream[i] ?? 0), 0)

function traceOf(embeddings = tf.tensor2d(emitted, [2, 4]), codebook = tf.tensor2d(vectors, [3, 2])): QuantizedTrace {
  const indices = tf.tensor2d(chosen, [2, 2], 'int32')
  const code = tf.tensor2d(codeFrom(vectors), [2, 4])
  const x = tf.zeros([2, 1])
  return {
    input: x,
    target: x,
    code,
    output: x,
    likelihood: squaredError(),
    quantization: { embeddings, indices, codebook },
  }
}

describe('commitment', () => {
  test('is the squared distance from embeddings to code, and draws the embeddings', async () => {
    const f = (x: tf.Tensor) =>
      tf.sum(tf.mul(termsOf(commitment(), traceOf(x as tf.Tensor2D)).commitment.value, upstream))
    const at = tf.tensor2d(emitted, [2, 4])
    expectClose(termsOf(commitment(), traceOf()).commitment.value.dataSync(), errors(emitted, codeFrom(vectors)))
    const expected = await centralDifferences((x) => weighed(errors(x, codeFrom(vectors))), emitted)
    expectClose(tf.grad(f)(at).dataSync(), expected, { absolute: 1e-5 })
  })
})

describe('codebookError', () => {
  test('is the same distance, and draws the vectors that were chosen', async () => {
    const f = (book: tf.Tensor) =>
      tf.sum(tf.mul(termsOf(codebookError(), traceOf(undefined, book as tf.Tensor2D)).codebook.value, upstream))
    expectClose(termsOf(codebookError(), traceOf()).codebook.value.dataSync(), errors(emitted, codeFrom(vectors)))
    const expected = await centralDifferences((book) => weighed(errors(emitted, codeFrom(book))), vectors)
    expectClose(
      tf
        .grad(f)(tf.tensor2d(vectors, [3, 2]))
        .dataSync(),
      expected,
      { absolute: 1e-5 },
    )
  })
})

describe('perplexity', () => {
  const of = (indices: number[], codebookSize: number) => {
    const trace = traceOf(undefined, tf.zeros([codebookSize, 2]))
    const quantization = { ...trace.quantization, indices: tf.tensor2d([indices], undefined, 'int32') }
    return termsOf(perplexity(), { ...trace, quantization }).perplexity
  }

  test('counts the vectors that are used equally often', () => {
    expectClose(of([3, 3, 3, 3], 4).value.dataSync(), [1], { absolute: 1e-5 })
    expectClose(of([0, 1, 2, 3], 4).value.dataSync(), [4], { absolute: 1e-5 })
    expectClose(of([1, 1, 6, 6], 8).value.dataSync(), [2], { absolute: 1e-5 })
  })

  test('is exp of the entropy of their shares, and is not minimised', () => {
    const shares = [3 / 4, 1 / 4]
    const entropy = -shares.reduce((sum, p) => sum + p * Math.log(p), 0)
    const { value, weight } = of([2, 2, 0, 2], 3)
    expectClose(value.dataSync(), [Math.exp(entropy)], { relative: 1e-5 })
    expect([value.shape, weight]).toEqual([[], 0])
  })
})

test('the terms of vector quantisation leak nothing', () => {
  const trace = traceOf()
  expectNoLeak(() => {
    const terms = Object.values(termsOf(sum(commitment(), codebookError(), perplexity()), trace))
    tf.dispose(terms.map(({ value }) => value))
  })
})
