// The ops of networks against PyTorch in float64: convolutions, normalisation, activations, each with its first and second
// derivatives.
import { registerGradients } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import { type Activation, activate } from '../../../packages/models/src/networks/activation.ts'
import { convolution, transposedConvolution } from '../../../packages/models/src/networks/convolution.ts'
import { dense } from '../../../packages/models/src/networks/dense.ts'
import { densePair } from '../../../packages/models/src/networks/dense-pair.ts'
import { normalizationLayer, normalize } from '../../../packages/models/src/networks/normalization.ts'
import { upsample } from '../../../packages/models/src/networks/upsample.ts'
import oracle from '../../../reference/oracles/networks.json' with { type: 'json' }
import { expectNear, type StoredTensor, valuesOf } from './closeness.ts'
import { ways } from './fused-kernels.ts'
import { hastenProducts, onBackend } from './on-backend.ts'
import { secondDerivatives } from './second-derivatives.ts'

/** An op at a point, as written by `reference/losses.py`. */
interface Case {
  readonly inputs: Readonly<Record<string, StoredTensor>>
  readonly upstream: StoredTensor
  readonly value: StoredTensor
  readonly gradients: Readonly<Record<string, StoredTensor>>
  readonly seconds: Readonly<Record<string, StoredTensor>>
}

type Pair = readonly [number, number]
type Weight = tf.Tensor2D
type Bias = tf.Tensor1D
type Op = (x: tf.Tensor4D, second: tf.Tensor, third: tf.Tensor) => tf.Tensor

onBackend('the ops of networks agree with PyTorch within 1e-5', () => {
  beforeAll(registerGradients)
  hastenProducts()

  describe.each(ways)('$name', ({ way }) => {
    test.each(oracle.convolutions)('convolutions of $size by strides $strides, $activation', (row) =>
      way(async () => {
        const [size, strides] = [row.size as unknown as Pair, row.strides as unknown as Pair]
        const activation = row.activation as Activation
        const options = { size, strides, inputGradient: true }
        await check(row.convolution, (x, filter, bias) =>
          convolution(x, filter as tf.Tensor4D, bias as tf.Tensor1D, activation, options),
        )
        await check(row.transposedConvolution, (x, filter, bias) =>
          transposedConvolution(x, filter as tf.Tensor4D, bias as tf.Tensor1D, activation, options),
        )
      }),
    )
  })

  test.each(oracle.convolutions)('upsampling to $size by $strides', ({ size, strides, upsample: row }) =>
    check(row, (x) => upsample(x, strides as unknown as Pair, size as unknown as Pair)),
  )

  test.each(Object.entries(oracle.activations))('%s', (name, row) =>
    check(row, (x) => activate(x as tf.Tensor, name as Activation)),
  )

  test.each(Object.entries(oracle.dense))('a dense layer, %s', (name, row) =>
    check(row, (x, weight, bias) =>
      dense(x as tf.Tensor as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D, name as Activation, {
        inputGradient: true,
      }),
    ),
  )

  test('two dense layers on one input', () =>
    check(oracle.densePair, (...inputs: tf.Tensor[]) => {
      const [x, ...parameters] = inputs as [tf.Tensor2D, ...tf.Tensor[]]
      const [weight, bias, secondWeight, secondBias] = parameters as [Weight, Bias, Weight, Bias]
      const second = { weight: secondWeight, bias: secondBias }
      return tf.mul(...densePair(x, { weight, bias }, second, { inputGradient: true }))
    }))

  test.each(oracle.normalizations)('normalisation, case %#', async ({ batch, evaluation, layer, before, after }) => {
    const op = (kind: 'batch' | 'layer'): Op => {
      return (x, weight, bias) => normalize(x, weight as tf.Tensor1D, bias as tf.Tensor1D, kind)
    }
    await check(layer, op('layer'))
    if (batch === undefined || evaluation === undefined || before === undefined || after === undefined) return
    await check(batch, op('batch'))
    await expectNoLeak(async () => {
      const { variables, state, apply } = normalizationLayer('n', 'batch', before.mean.values.length)
      const named = { ...variables, ...state } as Readonly<Record<string, tf.Variable>>
      const { weight, bias, x } = evaluation.inputs
      tf.tidy(() => {
        for (const [name, value] of Object.entries({ weight, bias, ...before }))
          named[`n.${name}`]?.assign(toTensor(value))
      })
      const run = (training: boolean) => tf.tidy(() => apply(toTensor(x), { training }))
      const y = { evaluation: run(false), training: run(true) }
      const actual = await valuesOf({
        ...y,
        mean: state['n.mean'] as tf.Tensor,
        variance: state['n.variance'] as tf.Tensor,
      })
      tf.dispose([y, { ...named }])
      const expected = { evaluation: evaluation.value, training: batch.value, ...after }
      expectNear(actual, Object.fromEntries(Object.entries(expected).map(([name, { values }]) => [name, values])), 1e-5)
    })
  })
})

function check({ inputs, upstream, value, gradients, seconds }: Case, op: Op): Promise<void> {
  return expectNoLeak(async () => {
    const points = Object.values(inputs).map(toTensor)
    const program = op as unknown as (...points: tf.Tensor[]) => tf.Tensor
    const y = tf.tidy(() => program(...points))
    const dy = toTensor(upstream)
    const grads = tf.grads(program)(points, dy)
    const second = secondDerivatives(program, points, dy)
    const names = Object.keys(inputs)
    const named = (tensors: tf.Tensor[], what = '') =>
      Object.fromEntries(tensors.map((tensor, i) => [`${names[i]}${what}`, tensor]))
    const actual = await valuesOf({ value: y, ...named(grads), ...named(second, ', second') })
    tf.dispose([points, y, dy, grads, second])
    const expected = [
      ...Object.entries({ value, ...gradients }),
      ...Object.entries(seconds).map(([name, of]) => [`${name}, second`, of] as const),
    ]
    expectNear(actual, Object.fromEntries(expected.map(([name, { values }]) => [name, values])), 1e-5)
  })
}

function toTensor({ shape, values }: StoredTensor): tf.Tensor {
  return tf.tensor([...values], [...shape])
}
