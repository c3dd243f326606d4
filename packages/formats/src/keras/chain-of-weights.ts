// The dense layers of a file that holds weights alone, in the only order in which their shapes fit.
import { type Json, OptionError, type Shape, sizeOfShape } from '@ae/core'
import type { Activation } from '@ae/models'
import { slopeOf } from '@ae/models/internal'
import { type Blame, noTwin } from './fold-layers.ts'
import type { KerasLayer } from './keras-model.ts'
import { type Parts, type SplitOptions, uncertain } from './split.ts'

/** What such a file leaves open. */
export interface ChainOptions extends SplitOptions {
  readonly inputShape?: Shape | undefined
  readonly activation?: Activation | undefined
  readonly codeActivation?: Activation | undefined
  readonly outputActivation?: 'linear' | 'sigmoid' | undefined
}

/**
 * The parts of a dense autoencoder or VAE.
 *
 * @throws {OptionError} when an option is missing that the file does not say, `WeightsError` when the order is not certain
 */
export function chainOfWeights(model: KerasLayer, options: ChainOptions, blame: Blame): Parts {
  const layers = leaves(model)
  const other = layers.find(({ className }) => className !== 'Dense')
  if (other !== undefined)
    throw noTwin(blame, other, 'the file holds weights alone, and not how this layer computes', whole)
  const { inputShape, activation, outputActivation, codeActivation } = options
  const heads = headsOf(layers, options)
  const needed = { inputShape, activation, outputActivation, ...(heads === undefined ? { codeActivation } : {}) }
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (inputShape === undefined || missing.length > 0) {
    throw new OptionError(
      `\`${blame.caller}\` needs to be told what ${blame.source} does not say: it holds weights alone.`,
      {
        facts: { Missing: missing.join(', '), Layers: layers.map(describe).join(', ') },
        fix: `pass ${missing.map((name) => `${name}: ${examples[name]}`).join(', ')}, or a file that model.save("model.keras") wrote`,
      },
    )
  }
  const middle = heads === undefined ? [] : [heads.mean, heads.logVariance]
  const rest = layers.filter((layer) => !middle.includes(layer))
  const steps = heads === undefined ? rest : [...rest, heads.mean]
  const orders = [...ordersOf(steps, sizeOfShape(inputShape))].slice(0, 2)
  const [order] = orders
  if (order === undefined || orders.length > 1) {
    throw uncertain(blame, 'in which order its layers compute', layers.map(describe).join(', '), whole)
  }
  const active = (layer: KerasLayer, activation: Json): KerasLayer => ({ ...layer, config: { activation } })
  const hidden = (row: readonly KerasLayer[]) => row.map((layer) => active(layer, kerasActivation(activation)))
  const output = (row: readonly KerasLayer[]) => {
    return row.map((layer, i) => active(layer, kerasActivation(i === row.length - 1 ? outputActivation : activation)))
  }
  if (heads !== undefined) {
    const at = order.indexOf(heads.mean)
    const parts = { encoder: hidden(order.slice(0, at)), decoder: output(order.slice(at + 1)) }
    return { ...parts, heads, inputShape }
  }
  const named = order.findIndex(({ name }) => name === options.code)
  const sizes = order.slice(0, -1).map(outputsOf)
  const least = sizes.flatMap((size, i) => (size === Math.min(...sizes) ? [i] : []))
  const at = named >= 0 ? named : least.length === 1 ? least[0] : undefined
  if (at === undefined)
    throw uncertain(blame, 'which layer gives the code', order.map(describe).join(', '), "pass code: 'dense_1'")
  const code = active(order[at] as KerasLayer, kerasActivation(codeActivation))
  return { encoder: [...hidden(order.slice(0, at)), code], decoder: output(order.slice(at + 1)), inputShape }
}

const whole =
  'pass a file that model.save("model.keras") wrote, or fill a model of yours with importLayers(model, layers, { map })'

const examples: Readonly<Record<string, string>> = {
  inputShape: '[784]',
  activation: "'relu'",
  outputActivation: "'sigmoid'",
  codeActivation: "'linear'",
}

/** An activation of this library as Keras has it in the options of a layer. */
function kerasActivation(activation: Activation = 'linear'): Json {
  const slope = slopeOf(activation)
  return slope === undefined ? activation : { class_name: 'LeakyReLU', config: { negative_slope: slope } }
}

function leaves({ layers }: KerasLayer): readonly KerasLayer[] {
  return layers.flatMap((layer) => (layer.layers.length > 0 ? leaves(layer) : [layer]))
}

const kernelOf = ({ tensors }: KerasLayer) => tensors.get('kernel')?.shape ?? []
const outputsOf = (layer: KerasLayer) => kernelOf(layer)[1] ?? 0
const describe = (layer: KerasLayer) => `${layer.name} [${kernelOf(layer).join(', ')}]`

/** The two that share features and size, one of which is named as a log variance; or those that an option names. */
function headsOf(layers: readonly KerasLayer[], { latent }: ChainOptions): Parts['heads'] {
  const find = (name: string | undefined) => layers.find((layer) => layer.name === name)
  const logVariance =
    latent === undefined ? layers.find(({ name }) => /log_?var/i.test(name)) : find(latent.logVariance)
  if (logVariance === undefined) return undefined
  const same = layers.filter(
    (layer) => layer !== logVariance && kernelOf(layer).join() === kernelOf(logVariance).join(),
  )
  const mean = latent === undefined ? (same.length === 1 ? same[0] : undefined) : find(latent.mean)
  return mean === undefined ? undefined : { mean, logVariance }
}

/** Every order in which each layer takes as many values as the one before it gives, and the last gives an example. */
function* ordersOf(layers: readonly KerasLayer[], size: number): Generator<readonly KerasLayer[]> {
  let steps = 0
  function* from(left: readonly KerasLayer[], width: number | undefined): Generator<readonly KerasLayer[]> {
    if (++steps > 10_000) return
    if (left.length === 0 && width === size) yield []
    for (const layer of left) {
      if (kernelOf(layer)[0] !== width) continue
      const others = left.filter((other) => other !== layer)
      for (const rest of from(others, outputsOf(layer))) yield [layer, ...rest]
    }
  }
  yield* from(layers, size)
}
