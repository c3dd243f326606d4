// Adam changes numbers where they lie, and XNNPACK, which runs some of tfjs's kernels, packs a tensor once: into each kernel of
// tfjs that does, in every place that it has for one.
import { adam, randomNormal, registerGradients } from '@ae/core'
import { extensionOf, movesOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { wasmBackend } from '../index.ts'

beforeAll(async () => {
  await wasmBackend({ threads: 1 }).activate()
  registerGradients()
})

let x: tf.Tensor4D
let vectors: tf.Tensor2D
let kept: tf.Tensor4D // a filter that stays the same
beforeEach(() => {
  x = images([2, 4, 4, 3])
  vectors = some([2, 3]) as tf.Tensor2D
  kept = images([3, 3, 3, 4])
})
afterEach(() => tf.dispose([x, vectors, kept]))

/** A constant. */
function some(shape: number[]): tf.Tensor {
  return randomNormal(shape, 'constant', {})
}

function images(shape: [number, number, number, number]): tf.Tensor4D {
  return some(shape) as tf.Tensor4D
}

/** Ops of one weight, by the shape of it. */
const ops: Record<string, [number[], (w: tf.Tensor) => tf.Tensor]> = {
  prelu: [[3], (w) => tf.prelu(x, w)],
  'prelu of images': [[4, 4, 3], (w) => tf.prelu(x, w)],
  depthwiseConv2d: [[3, 3, 3, 2], (w) => tf.depthwiseConv2d(x, w as tf.Tensor4D, 1, 'same')],
  'separableConv2d, first': [
    [2, 2, 3, 1],
    (w) => tf.separableConv2d(x, w as tf.Tensor4D, images([1, 1, 3, 5]), 1, 'valid'),
  ],
  'separableConv2d, second': [
    [1, 1, 3, 5],
    (w) => tf.separableConv2d(x, images([2, 2, 3, 1]), w as tf.Tensor4D, 1, 'valid'),
  ],
  conv2d: [[3, 3, 3, 4], (w) => tf.conv2d(x, w as tf.Tensor4D, 2, 'same')],
  conv2dTranspose: [[3, 3, 2, 3], (w) => tf.conv2dTranspose(x, w as tf.Tensor4D, [2, 8, 8, 2], 2, 'same')],
  'fused.conv2d': [[3, 3, 3, 4], (w) => tf.fused.conv2d({ x, filter: w as tf.Tensor4D, strides: 1, pad: 'same' })],
  'fused.conv2d, bias': [
    [4],
    (bias) => tf.fused.conv2d({ x, filter: kept, strides: 1, pad: 'same', bias, activation: 'relu' }),
  ],
  'fused.conv2d, slope': [
    [4],
    (preluActivationWeights) =>
      tf.fused.conv2d({
        x,
        filter: images([3, 3, 3, 4]),
        strides: 1,
        pad: 'same',
        bias: some([4]),
        activation: 'prelu',
        preluActivationWeights,
      }),
  ],
  'fused.depthwiseConv2d': [
    [3, 3, 3, 1],
    (w) => tf.fused.depthwiseConv2d({ x, filter: w as tf.Tensor4D, strides: 1, pad: 'same' }),
  ],
  'fused.depthwiseConv2d, bias': [
    [12],
    (bias) => tf.fused.depthwiseConv2d({ x, filter: kept, strides: 1, pad: 'same', bias }),
  ],
  matMul: [[3, 4], (w) => tf.matMul(vectors, w as tf.Tensor2D)],
  'fused.matMul': [[3, 4], (w) => tf.fused.matMul({ a: vectors, b: w as tf.Tensor2D, activation: 'elu' })],
  'fused.matMul, bias': [
    [4],
    (bias) => tf.fused.matMul({ a: vectors, b: some([3, 4]) as tf.Tensor2D, bias, activation: 'relu6' }),
  ],
  'fused.matMul, slope': [
    [4],
    (preluActivationWeights) =>
      tf.fused.matMul({
        a: vectors,
        b: some([3, 4]) as tf.Tensor2D,
        activation: 'prelu',
        preluActivationWeights,
      }),
  ],
  batchNorm: [[3], (w) => tf.batchNorm(x, w as tf.Tensor1D, tf.square(w) as tf.Tensor1D)],
  add: [[3], (w) => tf.add(x, w)],
  clipByValue: [[2, 3], (w) => tf.clipByValue(w, -0.5, 0.5)],
  maxPool: [[2, 4, 4, 3], (w) => tf.maxPool(w as tf.Tensor4D, 2, 2, 'valid')],
  avgPool: [[2, 4, 4, 3], (w) => tf.avgPool(w as tf.Tensor4D, 2, 2, 'valid')],
  resizeBilinear: [[2, 4, 4, 3], (w) => tf.image.resizeBilinear(w as tf.Tensor4D, [7, 7])],
  pad: [
    [2, 3],
    (w) =>
      tf.pad(w, [
        [1, 1],
        [0, 2],
      ]),
  ],
  elu: [[2, 3], (w) => tf.elu(w)],
  softmax: [[2, 3], (w) => tf.softmax(w)],
}

/** What the op gives of a weight is what it gives of another tensor with the same numbers. */
function expectFresh(op: (w: tf.Tensor) => tf.Tensor, w: tf.Tensor): void {
  const values = (w: tf.Tensor) => tf.tidy(() => [...op(w).dataSync()])
  const other = tf.tensor([...w.dataSync()], w.shape)
  expect(values(w)).toEqual(values(other))
  other.dispose()
}

describe.each(Object.entries(ops))('%s', (_, [shape, op]) => {
  let w: tf.Variable
  let state: ReturnType<ReturnType<typeof adam>['create']>
  beforeEach(() => {
    w = tf.tidy(() => tf.variable(randomNormal(shape, 'w', {})))
    state = adam({ learningRate: 0.1 }).create({ w })
  })
  afterEach(() => {
    state.dispose()
    w.dispose()
  })

  const step = (at: number) => tf.tidy(() => state.apply({ w: tf.mul(tf.add(w, 1), at % 2 === 0 ? 1 : -0.5) }, at))

  test('sees what a recorded step and a replayed one changed', async () => {
    const { stepPlayer } = extensionOf(tf.backend())
    const player = await (stepPlayer as NonNullable<typeof stepPlayer>)([w, ...Object.values(state.slots)])
    for (const isPlayable of [false, true]) {
      for (let at = 0; at < 5; at++) {
        const moves = movesOf(state.apply)?.numbersAt(at) ?? []
        const numbers = { step: at, variant: 0, moves, weights: [] }
        expectFresh(op, w)
        const given = player.play([vectors], numbers, ([input]) =>
          tf.tidy(() => {
            if (!isPlayable) op(w)
            tf.tidy(() => state.apply({ w: tf.mul(tf.add(w, tf.mean(input as tf.Tensor)), 0.5) }, at))
            return [tf.keep(tf.mean(tf.mul(input as tf.Tensor, 2)))]
          }),
        )
        tf.dispose(given)
      }
      expectFresh(op, w)
    }
    player.dispose()
  })

  test('sees what a step of the engine changed, and so does a reader of its moments', () => {
    for (let at = 0; at < 3; at++) {
      step(at)
      for (const tensor of [w, ...Object.values(state.slots)]) expectFresh(op, tensor)
    }
  })
})
