// The activations of Keras and those of this library: one table for both ways. What has no twin is refused by its name; a slope or a
// scale that is different is no twin.
import type { Json } from '@ae/core'
import type { Activation } from '@ae/models'
import { type Config, objectOf, textOf } from './keras-model.ts'

/** An activation, or why it has no twin. */
export type ActivationTwin = { readonly activation: Activation } | { readonly refused: string }

/** By Keras' names. `leaky_relu` has the slope 0.2 there and here; the layer `LeakyReLU` has 0.3 unless told otherwise. */
const twins: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  elu: 'elu',
  selu: 'selu',
  softplus: 'softplus',
  leaky_relu: 'leakyRelu',
  swish: 'swish',
  silu: 'swish',
}

/** The option `activation` of a layer: nothing, a name, or a layer. */
export function activationOf(value: Json | undefined): ActivationTwin {
  if (value === undefined || value === null) return { activation: 'linear' }
  if (typeof value === 'string') return byName(value)
  const { class_name, config } = objectOf(value)
  return typeof config === 'string'
    ? byName(config)
    : (activationOfLayer(textOf(class_name) ?? '', objectOf(config)) ?? { refused: 'an activation of its own' })
}

/** What a layer that is an activation computes; undefined for other layers. */
export function activationOfLayer(className: string, config: Config): ActivationTwin | undefined {
  if (className === 'Activation') return activationOf(config.activation)
  if (className === 'ReLU') {
    const { max_value = null, negative_slope = 0, threshold = 0 } = config
    const isPlain = max_value === null && isNumber(negative_slope, 0) && isNumber(threshold, 0)
    return isPlain ? { activation: 'relu' } : { refused: 'ReLU with a greatest value, a slope or a threshold' }
  }
  if (className === 'LeakyReLU') {
    const slope = config.negative_slope ?? config.alpha ?? 0.3
    if (isNumber(slope, 0.2)) return { activation: 'leakyRelu' } // with the error of float32, as Keras 2 stored it
    return typeof slope === 'number' && slope >= 0
      ? { activation: `leakyRelu(${slope})` }
      : { refused: `LeakyReLU with the slope ${JSON.stringify(slope)}` }
  }
  if (className === 'ELU') {
    return isNumber(config.alpha ?? 1, 1) ? { activation: 'elu' } : { refused: `ELU with alpha ${config.alpha}` }
  }
  return ['Softmax', 'PReLU', 'ThresholdedReLU'].includes(className) ? { refused: className } : undefined
}

function byName(name: string): ActivationTwin {
  const activation = Object.hasOwn(twins, name) ? twins[name] : undefined
  return activation === undefined ? { refused: name } : { activation }
}

/** Files may hold the number as a float32: 0.20000000298023224. */
function isNumber(value: Json | undefined, expected: number): boolean {
  const number = typeof value === 'object' ? Number(objectOf(value).value) : Number(value)
  return Math.abs(number - expected) < 1e-7
}
