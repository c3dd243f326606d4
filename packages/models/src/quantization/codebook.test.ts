import { registerGradients } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/quantization.json' with { type: 'json' }
import { createCodebook } from './codebook.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = {
  codebookSize: 5,
  embeddingSize: 2,
  update: 'movingAverage',
  decay: oracle.decay,
  restart: 0,
  seed: 1,
} as const
const valuesOf = (x: tf.Tensor) => [...x.dataSync()]
const matrix = ({ shape, values }: { shape: readonly number[]; values: readonly number[] }) =>
  tf.tensor2d([...values], shape as [number, number])

/** A codebook with given vectors and counts. */
function codebookAt(vectors: tf.Tensor2D, counts: readonly number[], changes: object = {}) {
  const codebook = createCodebook({ ...options, codebookSize: counts.length, ...changes })
  codebook.vectors.assign(vectors)
  codebook.state['codebook.counts']?.assign(tf.tensor1d([...counts]))
  return codebook
}

test('a codebook moves as PyTorch averages, step after step', () => {
  const codebook = codebookAt(matrix(oracle.start.codebook), oracle.counts.values)
  for (const [step, batch] of oracle.batches.entries()) {
    tf.tidy(() => codebook.quantize(matrix(batch), { training: true, step }))
    expectClose(codebook.vectors.dataSync(), oracle.moved[step]?.codebook.values ?? [], { absolute: 1e-5 })
    expectClose(codebook.state['codebook.counts']?.dataSync() ?? [], oracle.moved[step]?.counts.values ?? [], {
      absolute: 1e-5,
    })
  }
})

test('a codebook starts in the first training pass, as embeddings of its batch', () => {
  const codebook = createCodebook({ ...options, codebookSize: 3 })
  const embeddings = tf.tensor2d([1, 2, 3, 4, 5, 6].map((value) => [value, -value]))
  const before = valuesOf(codebook.vectors)
  codebook.quantize(embeddings, { training: false })
  expect(valuesOf(codebook.vectors)).toEqual(before)
  const { quantized } = codebook.quantize(embeddings, { training: true, seed: 1, step: 0 })
  const starts = new Set((quantized.arraySync() as number[][]).map(String))
  const rows = (embeddings.arraySync() as number[][]).map(String)
  expect(starts.size).toBe(3)
  for (const start of starts) expect(rows).toContain(start)
})

test('a codebook restarts vectors that are hardly chosen, and those alone', () => {
  const vectors = tf.tensor2d([
    [0, 0],
    [50, 50],
    [9, 9],
  ])
  const embeddings = tf.tensor2d([
    [0, 1],
    [10, 9],
  ])
  const at = (restart: number) => {
    const codebook = codebookAt(vectors, [3, 0.5, 3], { decay: 0.5, restart })
    codebook.quantize(embeddings, { training: true, seed: 1, step: 0 })
    return codebook.vectors.arraySync() as number[][]
  }
  expect(at(0)[1]).toEqual([50, 50])
  expect([
    [0, 1],
    [10, 9],
  ]).toContainEqual(at(1)[1])
  expect(at(1)).not.toContainEqual([50, 50])
})

test('a vector that nothing chooses stays where it is, however small its count', () => {
  const vectors = tf.tensor2d([
    [0, 0],
    [50, 50],
  ])
  const codebook = codebookAt(vectors, [1, 1e-45], { decay: 0.5 })
  codebook.quantize(tf.tensor2d([[0, 1]]), { training: true })
  expect((codebook.vectors.arraySync() as number[][])[1]).toEqual([50, 50])
  expect(valuesOf(codebook.state['codebook.counts'] as tf.Tensor)[1]).toBe(0)
})

test('a codebook that a loss moves keeps its vectors in a training pass', () => {
  const vectors = matrix(oracle.start.codebook)
  const codebook = codebookAt(vectors, oracle.counts.values, { update: 'loss' })
  codebook.quantize(tf.ones([3, 2]), { training: true })
  expect(valuesOf(codebook.vectors)).toEqual(valuesOf(vectors))
  expect(Object.keys(codebook.variables)).toEqual(['codebook'])
  expect(Object.keys(codebook.state)).toEqual(['codebook.counts'])
})

test('a codebook moves under a gradient tape without being recorded', () => {
  const codebook = codebookAt(matrix(oracle.start.codebook), oracle.counts.values)
  const scale = tf.variable(tf.scalar(1))
  const { grads } = tf.variableGrads(() => {
    const embeddings = tf.mul<tf.Tensor2D>(matrix(oracle.batches[0] ?? { shape: [], values: [] }), scale)
    return tf.sum(codebook.quantize(embeddings, { training: true }).quantized)
  }, [scale])
  const sum = (oracle.batches[0]?.values ?? []).reduce((total, value) => total + value, 0)
  expectClose(grads[scale.name]?.dataSync() ?? [], [sum], { absolute: 1e-5 })
  expectClose(codebook.vectors.dataSync(), oracle.moved[0]?.codebook.values ?? [], { absolute: 1e-5 })
})
