// The gradient of what `train` minimises, and that of its square, for every model and in every variable, against central differences.
import { normals, registerGradients, sizeOfShape, type Trainable, uniforms } from '@ae/core'
import { centralDifferences } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { hastenProducts, inSoftware, onBackend } from './on-backend.ts'
import { smallModels, totalOf } from './small-models.ts'

// Where every dispatch takes a millisecond, all variables are varied at once.
onBackend('gradients of whole models are those of central differences', () => {
  hastenProducts()

  test.each(Object.entries(smallModels))('%s', async (_name, create) => {
    using model = prepared(create)
    const { value, grads } = tf.variableGrads(model.total, model.variables)
    await expectSlopes(model, grads, () => numberOf(model.total()))
    tf.dispose([value, grads])
  })

  // Gradient penalties consist of these. Left out: a penalty that is itself a difference, whose rounding a second one magnifies.
  const twice = Object.entries(smallModels).filter(([name]) => name !== 'contractive autoencoder, estimated')
  test.each(twice)('%s: the gradient of its squared gradient', async (_name, create) => {
    using model = prepared(create)
    const gradients = () => Object.values(tf.variableGrads(model.total, model.variables).grads)
    const { value, grads } = tf.variableGrads(
      () => tf.mul(tf.addN(gradients().map((gradient) => tf.sum(tf.square(gradient)))), 0.5),
      model.variables,
    )
    const squares = async () => {
      const all = await Promise.all(tf.tidy(gradients).map(numbersOf))
      return all.flatMap((numbers) => [...numbers]).reduce((sum, number) => sum + number ** 2 / 2, 0) // in double precision
    }
    // The gradients are float32, and their squares are large compared with the change over one step.
    await expectSlopes(model, grads, squares, ((await squares()) * 2 ** -23) / step)
    tf.dispose([value, grads])
  })
})

/** A model, and the function that `train` minimises. */
function prepared(create: () => Trainable) {
  registerGradients()
  const model = create()
  const { inputShape } = model
  const entries = Object.entries(model.variables)
  tf.tidy(() => {
    for (const [, variable] of entries) variable.assign(tf.mul(variable, 2)) // larger gradients
  })
  const x = tf.tensor(uniforms('x', {}, 2 * sizeOfShape(inputShape)), [2, ...inputShape])
  return {
    entries,
    variables: entries.map(([, variable]) => variable),
    total: () => tf.tidy(() => totalOf(model.objective(model.trace(x, { seed: 3, step: 1, training: true }), 0))),
    [Symbol.dispose]() {
      x.dispose()
      model.dispose()
    },
  }
}

/**
 * Asserts that a function of the variables has the given gradients, by central differences in every variable.
 *
 * @param rounding the rounding error of the differences themselves
 */
async function expectSlopes(
  { entries }: ReturnType<typeof prepared>,
  grads: tf.NamedTensorMap,
  valueNow: () => Promise<number>,
  rounding = 0,
): Promise<void> {
  for (const group of inSoftware ? [entries] : entries.map((entry) => [entry])) {
    const lines = await Promise.all(group.map(([name, variable]) => lineThrough(name, variable)))
    const at = async (t: number) => {
      for (const line of lines) line.assign(t)
      return valueNow()
    }
    const [difference = Number.NaN] = await centralDifferences(([t]) => at(t as number), [0], { step })
    await at(0)
    const slopes = await Promise.all(lines.map((line) => line.slope(grads)))
    const slope = slopes.reduce((sum, part) => sum + part)
    const names = group.map(([name]) => name).join(', ')
    expect(Math.abs(slope - difference), names).toBeLessThan(2e-3 + 5e-3 * Math.abs(difference) + rounding)
  }
}

const step = 2 ** -8

async function numbersOf(tensor: tf.Tensor): Promise<Float64Array> {
  const numbers = Float64Array.from(await tensor.data())
  tensor.dispose()
  return numbers
}

async function numberOf(tensor: tf.Scalar): Promise<number> {
  const [number = Number.NaN] = await numbersOf(tensor)
  return number
}

/** A straight line through the values of a variable, in a random direction. */
async function lineThrough(name: string, variable: tf.Variable) {
  const start = await variable.data()
  const direction = normals(`direction/${name}`, {}, variable.size)
  return {
    assign(t: number) {
      const values = start.map((value, i) => value + t * (direction[i] ?? 0))
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)))
    },
    async slope(gradients: tf.NamedTensorMap) {
      const gradient: ArrayLike<number> = (await gradients[variable.name]?.data()) ?? []
      return direction.reduce((sum, along, i) => sum + along * (gradient[i] ?? 0), 0)
    },
  }
}
