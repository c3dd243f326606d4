import { permutation, registerGradients } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/quantization.json' with { type: 'json' }
import { type Codebook, createCodebook } from './codebook.ts'

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

/** A codebook with given vectors and usage. */
function codebookAt(vectors: tf.Tensor2D, usage: readonly number[], changes: object = {}) {
  const codebook = createCodebook({ ...options, codebookSize: usage.length, ...changes })
  codebook.vectors.assign(vectors)
  usageOf(codebook).assign(tf.tensor1d([...usage]))
  return codebook
}
const usageOf = ({ state }: Codebook) => state['codebook.usage'] as tf.Variable
const rowsOf = (x: tf.Tensor) => (x.arraySync() as number[][]).map(String)
/** The oracle counts how often a step chooses each vector: 7 embeddings, 5 vectors. */
const equalShare = 7 / 5
const oracleUsage = oracle.counts.values.map((count) => count / equalShare)

test('a codebook moves as PyTorch averages, step after step', () => {
  const codebook = codebookAt(matrix(oracle.start.codebook), oracleUsage)
  for (const [step, batch] of oracle.batches.entries()) {
    tf.tidy(() => codebook.quantize(matrix(batch), { training: true, step }))
    const { codebook: vectors, counts } = oracle.moved[step] ?? {}
    expectClose(codebook.vectors.dataSync(), vectors?.values ?? [], { absolute: 1e-5 })
    expectClose(usageOf(codebook).dataSync(), counts?.values.map((count) => count / equalShare) ?? [], {
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
  codebook.quantize(embeddings, { training: true, seed: 1, step: 0 })
  expect(new Set(rowsOf(codebook.vectors)).size).toBe(3)
  for (const vector of rowsOf(codebook.vectors)) expect(rowsOf(embeddings)).toContain(vector)
  expect(valuesOf(usageOf(codebook))).toEqual([1, 1, 1])
})

test('a codebook of more vectors than a batch has embeddings starts in several passes, without a vector twice', () => {
  const codebook = createCodebook({ ...options, codebookSize: 5 })
  for (const [step, started] of [2, 4, 5].entries()) {
    const embeddings = tf.tensor2d([10 * step + 1, 10 * step + 2].map((value) => [value, value]))
    codebook.quantize(embeddings, { training: true, step })
    expect(valuesOf(usageOf(codebook)).filter((usage) => usage >= 0)).toHaveLength(started)
  }
  expect(new Set(rowsOf(codebook.vectors)).size).toBe(5)
})

test('a batch does not choose among its own embeddings, so that its error is that of unseen data', () => {
  const codebook = createCodebook({ ...options, codebookSize: 4, restart: 0.5 })
  const batch = (step: number) => tf.randomNormal<tf.Rank.R2>([2, 2], 0, 1, 'float32', step + 1)
  for (let step = 0; step < 20; step++) {
    const error = (training: boolean) => {
      const { quantized } = codebook.quantize(batch(step), { training, step })
      return valuesOf(tf.sum(tf.squaredDifference(quantized, batch(step))))
    }
    const [asUnseen, inTraining] = [error(false), error(true)]
    expect(inTraining).toEqual(asUnseen)
  }
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
    const codebook = codebookAt(vectors, [1, 0.5, 1], { decay: 0.95, restart, update: 'loss' })
    codebook.quantize(embeddings, { training: true, seed: 1, step: 0 })
    return codebook
  }
  expect(rowsOf(at(0).vectors)).toEqual(rowsOf(vectors))
  expect(rowsOf(at(0.4).vectors)).toEqual(rowsOf(vectors))
  const [first, second, third] = rowsOf(at(0.5).vectors)
  expect([first, third]).toEqual(['0,0', '9,9'])
  expect(rowsOf(embeddings)).toContain(second)
  expect(valuesOf(usageOf(at(0.5)))[1]).toBe(1)
})

// A rule by counts a step restarts all vectors for ever where a step has fewer embeddings than vectors.
test.each([
  [1, 16],
  [4, 16],
  [16, 16],
  [160, 16],
])('with %s embeddings a step, %s vectors of equal use stay, and one that is never chosen restarts', (count, size) => {
  const codebookSize = size + 1
  const points = Array.from({ length: size }, (_, i) => [Math.cos(i), Math.sin(i) + 2 * i])
  const codebook = codebookAt(tf.tensor2d([...points, [500, 500]]), Array(codebookSize).fill(1), {
    decay: 0.99,
    restart: 0.5,
    update: 'loss',
  })
  let restarts = 0
  let expected = 0 // how often an equal share would have chosen the last vector
  for (let step = 0; expected < 15 || step < 150; step++) {
    const chosen = permutation('test', { step: Math.floor((step * count) / size) }, size)
    const rows = Array.from({ length: count }, (_, i) => points[chosen[(step * count + i) % size] ?? 0] ?? [])
    tf.tidy(() => codebook.quantize(tf.tensor2d(rows), { training: true, step }))
    const values = codebook.vectors.arraySync() as number[][]
    restarts = values
      .slice(0, size)
      .filter((vector, i) => Math.hypot(...vector.map((v, j) => v - (points[i]?.[j] ?? 0))) > 1e-3).length
    expected += count / codebookSize
    if (expected < 5) expect(values[size]).toEqual([500, 500])
  }
  expect(restarts).toBe(0)
  expect((codebook.vectors.arraySync() as number[][])[size]).not.toEqual([500, 500])
})

test('a vector that nothing chooses stays where it is, also when its usage is 0', () => {
  const vectors = tf.tensor2d([
    [0, 0],
    [50, 50],
  ])
  const codebook = codebookAt(vectors, [1, 0], { decay: 0.5 })
  codebook.quantize(tf.tensor2d([[0, 1]]), { training: true })
  expect((codebook.vectors.arraySync() as number[][])[1]).toEqual([50, 50])
  expect(valuesOf(usageOf(codebook))[1]).toBe(0)
})

test('a codebook that a loss moves keeps its vectors in a training pass', () => {
  const vectors = matrix(oracle.start.codebook)
  const codebook = codebookAt(vectors, oracleUsage, { update: 'loss' })
  codebook.quantize(tf.ones([3, 2]), { training: true })
  expect(valuesOf(codebook.vectors)).toEqual(valuesOf(vectors))
  expect(Object.keys(codebook.variables)).toEqual(['codebook'])
  expect(Object.keys(codebook.state)).toEqual(['codebook.usage'])
})

test('a codebook moves under a gradient tape without being recorded', () => {
  const codebook = codebookAt(matrix(oracle.start.codebook), oracleUsage)
  const scale = tf.variable(tf.scalar(1))
  const { grads } = tf.variableGrads(() => {
    const embeddings = tf.mul<tf.Tensor2D>(matrix(oracle.batches[0] ?? { shape: [], values: [] }), scale)
    return tf.sum(codebook.quantize(embeddings, { training: true }).quantized)
  }, [scale])
  const sum = (oracle.batches[0]?.values ?? []).reduce((total, value) => total + value, 0)
  expectClose(grads[scale.name]?.dataSync() ?? [], [sum], { absolute: 1e-5 })
  expectClose(codebook.vectors.dataSync(), oracle.moved[0]?.codebook.values ?? [], { absolute: 1e-5 })
})
