// Objectives that contain a gradient, such as gradient penalties, against PyTorch: their gradients are second derivatives of the
// model.
import { registerGradients, type Trainable, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { squaredError } from '@ae/losses'
import { autoencoder, convolutionalArchitecture } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import contractive from '../../../reference/oracles/contractive.json' with { type: 'json' }
import oracle from '../../../reference/oracles/penalties.json' with { type: 'json' }
import { expectNear, type StoredTensor, valuesOf } from './closeness.ts'
import { inSoftware, onBackend } from './on-backend.ts'

type Model = ReturnType<typeof autoencoder>
type TermTensors = Readonly<Record<string, tf.Tensor>>
type Tensors = Readonly<Record<string, StoredTensor>>

const read = ({ shape, values }: StoredTensor) => tf.tensor([...values], [...shape])
const squares = (x: tf.Tensor) => tf.sum<tf.Tensor1D>(tf.square(tf.reshape(x, [x.shape[0] ?? 1, -1])), 1)

onBackend('gradients of gradient penalties agree with PyTorch within 1e-5', () => {
  beforeAll(registerGradients)

  test('of a contractive autoencoder: the norm of its Jacobian, computed from gradients', () => {
    const { layers, value, gradients } = contractive.deep
    const named = (tensors: readonly Readonly<Record<'weight' | 'bias', StoredTensor>>[]) =>
      Object.fromEntries(
        tensors.flatMap(({ weight, bias }, i) => [
          [`encoder.${i}.weight`, weight],
          [`encoder.${i}.bias`, bias],
        ]),
      )
    const model = { inputShape: [6], hidden: [5], codeSize: 4, activation: 'tanh', codeActivation: 'sigmoid' } as const
    return agree(
      () => autoencoder(model),
      { variables: named(layers), values: { contraction: value }, gradients: named(gradients) },
      // [3, 6] -> the gradient of each of the 4 codes
      (own) => {
        const rows = [0, 1, 2, 3].map((j) =>
          squares(tf.grad((x: tf.Tensor) => tf.sum(tf.slice(own.encode(x), [0, j], [-1, 1])))(read(contractive.x))),
        )
        return { contraction: tf.addN(rows) }
      },
      tf.sum,
    )
  })

  test('of a regularised autoencoder, whose decoder should be flat', () =>
    agree(regularised, oracle.regularised, (model) => {
      const { target, code, output } = model.trace(read(oracle.regularised.x))
      return regularisedTerms(model, { target, code, output })
    }))

  test('of a critic of images, whose gradient should have length 1', () =>
    agree(
      () =>
        autoencoder({
          inputShape: [5, 5, 1],
          codeSize: 1,
          codeActivation: 'linear',
          architecture: convolutionalArchitecture({ channels: [3], activation: 'tanh', normalization: 'layer' }),
        }),
      oracle.critic,
      (model) => {
        const slope = tf.grad((x: tf.Tensor) => tf.sum(model.encode(x)))(read(oracle.critic.x))
        return { penalty: tf.square(tf.sub(tf.sqrt(squares(slope)), 1)) }
      },
    ))

  test('training with such an objective flattens the decoder, and leaves nothing behind', () =>
    expectNoLeak(async () => {
      const data = fromArray(uniforms('examples', {}, 32 * 6), { shape: [6] })
      const [epochs, share] = inSoftware ? [1, 1] : [10, 0.1] // a step in software takes seconds
      const last = async (weight: number) => {
        const model = regularised()
        const flattened: Trainable = {
          ...model,
          objective: ({ output, target, code }) => {
            const { penalty, ...terms } = regularisedTerms(model, { output, target, code })
            return { ...terms, penalty: { value: penalty, weight } }
          },
        }
        let penalty = Number.NaN
        for await (const { loss } of train(flattened, data, {
          epochs,
          batchSize: 8,
          learningRate: 0.05,
          seed: 1,
        })) {
          penalty = loss.penalty ?? Number.NaN
        }
        model.dispose()
        return penalty
      }
      expect(await last(1)).toBeLessThan(share * (await last(0)))
    }))
})

function regularised(): Model {
  const likelihood = squaredError({ activation: 'sigmoid' })
  return autoencoder({
    inputShape: [6],
    hidden: [5],
    codeSize: 3,
    activation: 'tanh',
    codeActivation: 'linear',
    likelihood,
  })
}

/** Squared error, |code|^2 / 2, |d sum(reconstruction) / d code|^2: Ghosh et al., From variational to deterministic autoencoders, 2020. */
function regularisedTerms(
  { likelihood, decode }: Model,
  { output, target, code }: Readonly<Record<'output' | 'target' | 'code', tf.Tensor>>,
) {
  const slope = tf.grad((z: tf.Tensor) => tf.sum(decode(z as tf.Tensor2D)))(code)
  return {
    reconstruction: likelihood.negativeLogLikelihood(output, target),
    size: tf.mul(squares(code), 0.5),
    penalty: squares(slope),
  }
}

interface Expected {
  readonly variables: Tensors
  readonly values: Tensors
  readonly gradients: Tensors
}

/** Compares the terms at the oracle's weights, and the gradients of their means' sum (or of their sums') in all variables. */
function agree(
  create: () => Model,
  { variables, values, gradients }: Expected,
  terms: (model: Model) => TermTensors,
  reduce: (values: tf.Tensor) => tf.Scalar = tf.mean,
): Promise<void> {
  return expectNoLeak(async () => {
    const model = create()
    const names = Object.keys(variables)
    tf.tidy(() => {
      for (const name of names) model.variables[name]?.assign(read(variables[name] as StoredTensor))
    })
    const results = tf.tidy(() => {
      const total = () => tf.addN(Object.values(terms(model)).map((term) => reduce(term)))
      const free = names.map((name) => model.variables[name] as tf.Variable)
      const { grads } = tf.variableGrads(total, free)
      // A variable on which no term depends has no gradient.
      const named = names.map((name, i) => [name, grads[free[i]?.name ?? ''] ?? tf.zerosLike(free[i] as tf.Variable)])
      return { ...terms(model), ...Object.fromEntries(named) } as TermTensors
    })
    const actual = await valuesOf(results)
    tf.dispose(results)
    model.dispose()
    const expected = Object.entries({ ...values, ...gradients }).map(([name, { values }]) => [name, values])
    expectNear(actual, Object.fromEntries(expected), 1e-5)
  })
}
