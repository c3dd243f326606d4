// The gradient of what `train` minimises, for every model and in every variable, against central differences.
import { normals, registerGradients, sizeOfShape, uniforms } from '@ae/core'
import { centralDifferences } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { hastenProducts, inSoftware, onBackend } from './on-backend.ts'
import { smallModels, totalOf } from './small-models.ts'

// Where every dispatch takes a millisecond, all variables move at once.
onBackend('gradients of whole models are those of central differences', () => {
  hastenProducts()

  test.each(Object.entries(smallModels))('%s', async (_name, create) => {
    registerGradients()
    using model = create()
    const { inputShape, variables } = model
    const entries = Object.entries(variables)
    tf.tidy(() => {
      for (const [, variable] of entries) variable.assign(tf.mul(variable, 2)) // larger gradients
    })
    const x = tf.tensor(uniforms('x', {}, 2 * sizeOfShape(inputShape)), [2, ...inputShape])
    const total = () => tf.tidy(() => totalOf(model.objective(model.trace(x, { seed: 3, step: 1, training: true }), 0)))
    const { value, grads } = tf.variableGrads(
      total,
      entries.map(([, variable]) => variable),
    )
    for (const group of inSoftware ? [entries] : entries.map((entry) => [entry])) {
      const lines = await Promise.all(group.map(([name, variable]) => lineThrough(name, variable)))
      const at = async (t: number) => {
        for (const line of lines) line.assign(t)
        const value = total()
        const [number] = await value.data()
        value.dispose()
        return number as number
      }
      const [difference = Number.NaN] = await centralDifferences(([t]) => at(t as number), [0], { step: 2 ** -8 })
      await at(0)
      const slopes = await Promise.all(lines.map((line) => line.slope(grads)))
      const slope = slopes.reduce((sum, part) => sum + part)
      const names = group.map(([name]) => name).join(', ')
      expect(Math.abs(slope - difference), names).toBeLessThan(2e-3 + 5e-3 * Math.abs(difference))
    }
    tf.dispose([x, value, grads])
  })
})

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
