// The weights of a PyTorch model into a model of ours: all of them, or none.
import { type Shape, type StoredTensor, WeightsError } from '@ae/core'
import { assertMembers, assertOptions, listNames } from '@ae/core/internal'
import { fillVariables, importChecks, shapeText, variablesToFill } from '../import-weights.ts'
import { type Match, type Matching, matchByLayer, matchByName, type NameMap, type Tensors } from './matching.ts'
import { isBatchCount, namedLayers } from './named-layers.ts'
import { type ExchangeableModel, type Plan, planOf } from './plan.ts'

/** Options of {@link importStateDict}. */
export interface ImportStateDictOptions {
  /**
   * From names in the state dict to names of the model's variables, for tensors or for whole modules, e.g.
   * `{ fc1: 'encoder.0', fc21: 'mean', 'bn1': 'encoder.0.normalization' }`; null leaves one out. With it nothing is matched but by
   * name. Defaults to names that are recognised, and layers in the order of a pass.
   */
  readonly map?: NameMap | undefined
  /**
   * Whether a weight that is missing or a tensor that is left over is an error, a boolean. Defaults to true. Shapes must fit in either
   * case.
   */
  readonly strict?: boolean | undefined
}

/** A tensor and its shape. */
export interface NamedShape {
  /** In the state dict, or in the model for a weight that is missing. */
  readonly name: string
  /** In PyTorch's order of axes. */
  readonly shape: Shape
}

/** What {@link importStateDict} did. */
export interface ImportReport {
  /** Which tensors each variable of the model took; none for what PyTorch leaves out, such as a layer's bias that is always 0. */
  readonly matched: readonly {
    /** The variable's name. */
    readonly to: string
    /** Names in the state dict. */
    readonly from: readonly string[]
    /** In PyTorch's order of axes. */
    readonly shape: Shape
  }[]
  /** Variables that the state dict has no tensor for; they keep their values. */
  readonly missing: readonly NamedShape[]
  /** Tensors that the model has no variable for. */
  readonly unexpected: readonly NamedShape[]
  /** Names of tensors that no computation reads: `num_batches_tracked`. */
  readonly skipped: readonly string[]
}

/**
 * Puts the weights of a PyTorch model into a model: transposes dense layers, convolutions and transposed ones, reorders what
 * lies between a feature map and a dense layer, and takes running statistics.
 *
 * It knows the names that {@link toStateDict} gives and, under any names, layers in the order of a pass: those of the VAEs of
 * pytorch/examples, pythae and PyTorch-VAE among them. Wrappers' prefixes are ignored: `module.`, `_orig_mod.`, `model.`. All is
 * checked first: an error leaves the model as it was.
 *
 * Activations, padding and the order of the input's values are not in a state dict: convolutions must be padded as TensorFlow's
 * `same` pads, which PyTorch's `kernel_size=4, stride=2, padding=1` does for even sizes. Weights of `kernel_size=3` with that stride
 * and padding fit `kernelSize: 4` with zeros at the end, and are put there.
 *
 * @param model with dense or convolutional networks; its variables are overwritten
 * @param tensors by name, as `readPyTorch` or `readSafetensors` give them; borrowed
 * @param options see {@link ImportStateDictOptions}
 * @returns what went where
 * @throws {WeightsError} when the tensors do not fit, with every name and shape; the model is then unchanged
 * @throws {OptionError} on a bad option, or a model whose networks are functions
 * @throws {DisposedError} when the model is disposed of
 * @example
 * ```ts
 * const model = vae({ inputShape: [28, 28, 1], latentSize: 20, hidden: [400] })
 * const { tensors } = await readPyTorch('vae.pt')
 * importStateDict(model, tensors)
 * ```
 */
export function importStateDict(
  model: ExchangeableModel,
  tensors: ReadonlyMap<string, StoredTensor>,
  options: ImportStateDictOptions = {},
): ImportReport {
  return importAs('importStateDict', model, tensors, options)
}

/** {@link importStateDict} for another function of this package, which errors name. */
export function importAs(
  functionName: string,
  model: ExchangeableModel,
  tensors: Tensors,
  options: ImportStateDictOptions = {},
): ImportReport {
  assertTensors(functionName, tensors)
  assertOptions(functionName, options, importChecks)
  const plan = planOf(functionName, model)
  const variables = variablesToFill(functionName, model)
  const { strict = true } = options
  const { matches, missing, unexpected, misfits } = findMatching(functionName, plan, tensors, options.map)
  const isWrong = misfits.length > 0 || (strict && missing.length + unexpected.length > 0)
  if (isWrong) throw doesNotFit(functionName, plan, tensors, { matches, missing, unexpected, misfits })
  // Every value is decoded before the first is assigned: decoding may fail.
  const values = matches.map((match) => [match.place.variable, match.values()] as const)
  fillVariables(variables, values)
  return {
    matched: matches.map(({ place, from }) => ({ to: place.variable, from, shape: place.shape })),
    missing: missing.map(({ variable, shape }) => ({ name: variable, shape })),
    unexpected: unexpected.map((name) => ({ name, shape: tensors.get(name)?.shape ?? [] })),
    skipped: [...tensors.keys()].filter(isBatchCount),
  }
}

/** @throws {OptionError} when they are not tensors of a file by name */
export function assertTensors(functionName: string, tensors: unknown): void {
  const isRight =
    tensors instanceof Map &&
    [...tensors].every(
      ([name, stored]) =>
        typeof name === 'string' && typeof stored === 'object' && stored !== null && Array.isArray(stored.shape),
    )
  if (isRight) return
  assertMembers(functionName, 'tensors', tensors, {
    expected: 'a Map of tensors by name',
    members: { get: () => 'a function that gives tensors' },
    fix: 'pass the `tensors` that readPyTorch or readSafetensors gives',
  })
}

function findMatching(functionName: string, plan: Plan, tensors: Tensors, map: NameMap | undefined): Matching {
  const named = matchByName(plan, tensors, map ?? {})
  const isWhole = named.missing.length + named.unexpected.length + named.misfits.length === 0
  if (map !== undefined || isWhole) return named
  const [matches, other] = matchByLayer(plan, tensors)
  if (matches === undefined) return named
  if (other !== undefined) throw inDoubt(functionName, matches, other)
  const used = new Set(matches.flatMap(({ from }) => from))
  const unexpected = [...tensors.keys()].filter((name) => !used.has(name) && !isBatchCount(name))
  return { matches, missing: [], unexpected, misfits: [] }
}

function inDoubt(functionName: string, first: readonly Match[], second: readonly Match[]): WeightsError {
  const list = (matches: readonly Match[]) => listNames(matches.flatMap(({ from }) => from[0] ?? []))
  return new WeightsError(`\`${functionName}\` finds two orders of the layers that fit.`, {
    facts: { 'By the file': list(first), 'By the names': list(second) },
    fix: "name the layers: pass map, e.g. { layer1: 'encoder.0', layer2: 'mean' }",
  })
}

function doesNotFit(
  functionName: string,
  plan: Plan,
  tensors: Tensors,
  { missing, unexpected, misfits }: Matching,
): WeightsError {
  const { layers, mean, logVariance } = namedLayers(tensors, 'file')
  const theirs = [...layers, ...(mean ? [mean] : []), ...(logVariance ? [logVariance] : [])]
  const facts = {
    Missing: listNames(missing.map(({ variable, shape }) => `${variable} ${shapeText(shape)}`)),
    Unexpected: listNames(unexpected.map((name) => `${name} ${shapeText(tensors.get(name)?.shape)}`)),
    Shape: listNames(
      misfits.map(
        ({ from, place }) => `${from} ${shapeText(tensors.get(from)?.shape)} (needs ${shapeText(place.shape)})`,
      ),
    ),
    Model: listNames(plan.layers.map(({ name, weight }) => `${name} ${shapeText(weight.shape)}`)),
    'State dict': listNames(theirs.map(({ name, shape }) => `${name} ${shapeText(shape)}`)),
  }
  return new WeightsError(`\`${functionName}\` cannot put these tensors into a ${plan.kind}: they do not fit.`, {
    facts: Object.fromEntries(Object.entries(facts).filter(([, list]) => list !== '')),
    fix: "build the model with the layers of the state dict, e.g. by fromStateDict(tensors); or name layers that fit but were not recognised: map: { layer1: 'encoder.0' }",
  })
}
