// Changes between two training steps: in the model, its optimiser, its objective.
import { evaluate, memory, type OptimizerState, repeatable, save, uniforms } from '@ae/core'
import { assignWeights, decodeModelFile } from '@ae/core/internal'
import { fromArray } from '@ae/datasets'
import { klDivergence, reconstruction, sum, weighted } from '@ae/losses'
import type { Corruption, DenoisingAutoencoder, Vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'

/** A model that its owner may change, and the inputs of its training. */
export interface Scene {
  readonly model: Mutable<DenoisingAutoencoder<Vae>>
  readonly corruption: Mutable<Corruption>
  /** The optimiser's state in this run. */
  readonly state: Mutable<OptimizerState>
  rate: number
  weight: number
}

type Mutable<type> = { -readonly [name in keyof type]: type[name] }
/** Reverts a change, and returns what was observed of it. */
export type Undo = () => unknown
/** Changes something. */
export type Change = (scene: Scene) => Undo | undefined | Promise<Undo | undefined>

/** The variable or moment that is changed. */
export const first = (variables: Readonly<Record<string, tf.Variable>>) => Object.values(variables)[0] as tf.Variable

/** Keyed by the state after the change. */
export const changesOfTraining: Readonly<Record<string, Change>> = {
  nothing: () => undefined,
  'a variable is frozen': ({ model }) => {
    const { trainable } = first(model.variables)
    first(model.variables).trainable = !trainable
    return () => {
      first(model.variables).trainable = trainable
    }
  },
  'all variables but one are frozen': ({ model }) => {
    const others = Object.values(model.variables).slice(1)
    for (const variable of others) variable.trainable = false
    return () => {
      for (const variable of others) variable.trainable = true
    }
  },
  'all variables are frozen': ({ model }) => {
    for (const variable of Object.values(model.variables)) variable.trainable = false
    return undefined
  },
  'a variable is assigned': ({ model }) => {
    tf.tidy(() => first(model.variables).assign(tf.mul(first(model.variables), 0.5)))
    return undefined
  },
  'a moment is assigned': ({ state }) => {
    tf.tidy(() => first(state.slots).assign(tf.mul(first(state.slots), 0.5)))
    return undefined
  },
  'a variable is assigned a tensor that is still in use': ({ model }) => {
    const tensor = tf.keep(tf.tidy(() => tf.mul(first(model.variables), 0.5)))
    first(model.variables).assign(tensor)
    return () => tensor.dispose()
  },
  'a clone of a variable is kept': ({ model }) => {
    const clone = tf.keep(first(model.variables).clone())
    return () => clone.dispose()
  },
  'two variables have the same numbers': ({ model }) => {
    const [one, other] = Object.values(model.variables).filter(({ shape }) => shape.join() === '6,5')
    if (other !== undefined) one?.assign(other)
    return undefined
  },
  'a variable is replaced': ({ model }) => {
    const [name = ''] = Object.keys(model.variables)
    const before = first(model.variables)
    const other = tf.tidy(() => tf.variable(tf.zerosLike(before)))
    Object.assign(model.variables, { [name]: other })
    return () => {
      Object.assign(model.variables, { [name]: before })
      other.dispose()
    }
  },
  'fewer variables are trained': ({ model }) => {
    const { variables } = model
    model.variables = Object.fromEntries(Object.entries(variables).slice(1))
    return () => {
      model.variables = variables
    }
  },
  'a variable is disposed of': ({ model }) => {
    first(model.variables).dispose()
    return undefined
  },
  'a moment is disposed of': ({ state }) => {
    first(state.slots).dispose()
    return undefined
  },
  'weights are loaded': async ({ model }) => {
    const store = memory()
    await save(model, store)
    return async () => assignWeights(model, decodeModelFile(await store.read()))
  },
  'the model is evaluated and used': async ({ model }) => {
    await evaluate(model, examples())
    tf.tidy(() => void model.reconstruct(tf.ones([2, 6])))
    return undefined
  },
  'the learning rate is different': (scene) => {
    scene.rate = 0.1
    return () => {
      scene.rate = 0.01
    }
  },
  'the learning rate is not a number': (scene) => {
    scene.rate = Number.NaN
    return undefined
  },
  'the weight of a term is different': (scene) => {
    scene.weight = 3
    return () => {
      scene.weight = 0
    }
  },
  'the weight of a term is not a number': (scene) => {
    scene.weight = Number.NaN
    return undefined
  },
  'the optimiser updates differently': ({ state }) => {
    const { apply } = state
    state.apply = (gradients, step) => {
      const clipped = Object.entries(gradients).map(([name, gradient]) => [name, tf.clipByValue(gradient, -0.01, 0.01)])
      apply(Object.fromEntries(clipped), step)
    }
    return () => {
      state.apply = apply
    }
  },
  'the pass is different': ({ model }) => {
    const { trace } = model
    model.trace = (x, pass) => trace(tf.mul(x, 0.5), pass)
    return () => {
      model.trace = trace
    }
  },
  'the pass is a different, repeatable one': ({ model }) => {
    const { trace } = model
    model.trace = repeatable((x, pass) => trace(tf.mul(x, 0.5), pass), [trace])
    return () => {
      model.trace = trace
    }
  },
  'the objective is different': ({ model }) => {
    const { objective } = model
    model.objective = sum(weighted(2, reconstruction()), klDivergence())
    return () => {
      model.objective = objective
    }
  },
  'the likelihood computes differently': ({ model }) => {
    const likelihood: Mutable<typeof model.likelihood> = model.likelihood
    const { negativeLogLikelihood } = likelihood
    likelihood.negativeLogLikelihood = (output, target) => tf.mul(negativeLogLikelihood(output, target), 2)
    return () => {
      likelihood.negativeLogLikelihood = negativeLogLikelihood
    }
  },
  'the corruption corrupts differently': ({ corruption }) => {
    const { corrupt } = corruption
    corruption.corrupt = (x: tf.Tensor) => tf.zerosLike(x)
    return () => {
      corruption.corrupt = corrupt
    }
  },
}

/** Twenty examples of six numbers. */
export function examples() {
  return fromArray(uniforms('examples', {}, 20 * 6), { shape: [6] })
}
