// The weights of Keras layers into a model that the user built: all of them, or none.
import { OptionError, type SavableModel, type Shape, type StoredTensor, sizeOfShape, WeightsError } from '@ae/core'
import { assertMembers, assertOptions, listNames, optional, variablesOption } from '@ae/core/internal'
import { fillVariables, importChecks, shapeText, variablesToFill } from '../import-weights.ts'
import type { ImportReport, NamedShape } from '../state-dict/import-state-dict.ts'
import type { NameMap } from '../state-dict/matching.ts'
import type { KerasLayer } from './keras-model.ts'

/** Options of {@link importLayers}. */
export interface ImportLayersOptions {
  /**
   * From names of layers to layers of the model, e.g. `{ dense: 'encoder.0', z_mean: 'mean', bn: 'encoder.0.normalization' }`, or of a
   * single weight to a variable, e.g. `{ 'dense/kernel': 'encoder.0.own' }`; null leaves one out. Layers that are not named here are
   * unexpected. Defaults to the layers that have weights, in their order, onto those of the model in its order.
   */
  readonly map?: NameMap | undefined
  /**
   * Whether a weight that is missing or a layer that is left over is an error, a boolean. Defaults to true. Shapes must fit in either
   * case.
   */
  readonly strict?: boolean | undefined
}

/**
 * Puts the weights of layers of Keras, or of a layers model of TensorFlow.js, into a model: one of @ae/models, of any architecture,
 * or your own. A bias before a batch normalisation is taken away from its mean, where the model has no such bias. All is checked
 * first: an error leaves the model as it was.
 *
 * @param model its variables are overwritten
 * @param layers as `readKeras(source)` or `readLayersModel(source)` gives them, models inside of them included; borrowed
 * @param options see {@link ImportLayersOptions}
 * @returns what went where
 * @throws {WeightsError} when the weights do not fit, with every name and shape, or are damaged; the model is then unchanged
 * @throws {OptionError} on a bad option, and when `model` or `layers` is something else
 * @throws {DisposedError} when the model is disposed of
 * @example
 * ```ts
 * const { layers } = await readKeras('vae.weights.h5')
 * importLayers(model, layers, { map: { dense: 'encoder.0', dense_1: 'mean', z_log_var: 'logVariance', dense_2: 'decoder.0', dense_3: 'decoder.1' } })
 * ```
 */
export function importLayers(
  model: Pick<SavableModel, 'kind' | 'variables' | 'state'>,
  layers: readonly KerasLayer[],
  options: ImportLayersOptions = {},
): ImportReport {
  assertMembers(functionName, 'model', model, {
    expected: 'a model',
    members: { kind: 'string', variables: variablesOption, state: optional(variablesOption) },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  assertOptions(functionName, options, importChecks)
  if (!Array.isArray(layers) || !Array.from(layers).every(isLayer)) {
    throw new OptionError(`\`${functionName}\` received \`layers\` that are not layers.`, {
      fix: 'pass the `layers` that readKeras or readLayersModel gives',
    })
  }
  const variables = variablesToFill(functionName, model)
  const all = withWeights(layers)
  const map = options.map ?? inOrder(all, Object.keys(variables))
  const found = new Map<string, { readonly from: string; readonly stored: StoredTensor }>()
  const unexpected: NamedShape[] = []
  const biases = new Map<string, { readonly from: string; readonly stored: StoredTensor }>()
  for (const { name, tensors } of all) {
    for (const [key, stored] of tensors) {
      const from = `${name}/${key}`
      const to = target(map, name, key)
      if (to === null) continue
      const isTaken = to !== undefined && (to in variables || to.endsWith('.bias'))
      if (!isTaken) unexpected.push({ name: from, shape: stored.shape })
      else if (to in variables) found.set(to, { from, stored })
      else biases.set(to, { from, stored })
    }
  }
  for (const [to, { from, stored }] of biases) {
    if (!found.has(`${to.slice(0, -'.bias'.length)}.normalization.mean`))
      unexpected.push({ name: from, shape: stored.shape })
  }
  const missing = Object.entries(variables).filter(([name]) => !found.has(name))
  const misfits = [...found].filter(([to, { stored }]) => !fits(stored.shape, variables[to]?.shape ?? []))
  const { strict = true } = options
  if (misfits.length > 0 || (strict && missing.length + unexpected.length > 0)) {
    throw new WeightsError(`\`${functionName}\` cannot put these layers into a ${model.kind}: they do not fit.`, {
      facts: Object.fromEntries(
        Object.entries({
          Missing: list(missing.map(([name, { shape }]) => ({ name, shape }))),
          Unexpected: list(unexpected),
          Shape: listNames(
            misfits.map(
              ([to, { from, stored }]) =>
                `${from} ${shapeText(stored.shape)} (${to} needs ${shapeText(variables[to]?.shape)})`,
            ),
          ),
        }).filter(([, text]) => text !== ''),
      ),
      fix: "build the model with the layers of the file, or say which goes where: map: { dense: 'encoder.0' }",
    })
  }
  // Every value is decoded before the first is assigned: decoding may fail.
  const values = [...found].map(([to, { stored }]) => {
    const bias = to.endsWith('.normalization.mean')
      ? biases.get(`${to.slice(0, -'.normalization.mean'.length)}.bias`)
      : undefined
    const shift = bias?.stored.data
    return [to, Float32Array.from(stored.data, (value, i) => value - (shift?.[i] ?? 0))] as const
  })
  fillVariables(variables, values)
  return {
    matched: [...found].map(([to, { from, stored }]) => ({ to, from: [from], shape: stored.shape })),
    missing: missing.map(([name, { shape }]) => ({ name, shape })),
    unexpected,
    skipped: [],
  }
}

const functionName = 'importLayers'

/** Keras' names of weights and ours. */
const ours: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'mean',
  moving_variance: 'variance',
}

function target(map: NameMap, layer: string, key: string): string | null | undefined {
  const exact = Object.hasOwn(map, `${layer}/${key}`) ? map[`${layer}/${key}`] : undefined
  if (exact !== undefined) return exact
  const to = Object.hasOwn(map, layer) ? map[layer] : undefined
  return typeof to === 'string' ? `${to}.${ours[key] ?? key}` : to
}

/** The layers with weights, models inside unfolded. */
function withWeights(layers: readonly KerasLayer[]): readonly KerasLayer[] {
  const all = layers.flatMap((layer) => [layer, ...withWeights(layer.layers)])
  const seen = new Set<string>()
  // A layer that two models share is one.
  return all.filter(({ name, tensors }) => tensors.size > 0 && !seen.has(name) && seen.add(name))
}

/** Layers and normalisations, each onto the next of its kind. */
function inOrder(layers: readonly KerasLayer[], names: readonly string[]): NameMap {
  const prefixes = [...new Set(names.map((name) => name.replace(/\.[^.]*$/, '')))]
  const isNormal = (name: string) => name.endsWith('.normalization')
  const map: Record<string, string> = {}
  const weighted = prefixes.filter((prefix) => !isNormal(prefix))
  let last = ''
  for (const { name, tensors } of layers) {
    if (tensors.has('kernel')) {
      last = weighted.shift() ?? `no layer for ${name}`
      map[name] = last
    } else {
      map[name] = `${last}.normalization`
    }
  }
  return map
}

/** Equal lengths, but for axes of one: a signal's filter is one column wide here. */
function fits(stored: Shape, needed: Shape): boolean {
  const long = (shape: Shape) => shape.filter((length) => length !== 1).join()
  return sizeOfShape(stored) === sizeOfShape(needed) && long(stored) === long(needed)
}

function list(shapes: readonly NamedShape[]): string {
  return listNames(shapes.map(({ name, shape }) => `${name} ${shapeText(shape)}`))
}

function isLayer(layer: unknown): boolean {
  const { name, tensors, layers } = (layer ?? {}) as Partial<KerasLayer>
  return typeof name === 'string' && tensors instanceof Map && Array.isArray(layers) && layers.every(isLayer)
}
