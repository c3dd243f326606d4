// What every writer of models asks of a model, and reads of it.
import { DisposedError, OptionError, type SavableModel } from '@ae/core'
import { assertMembers, configOption, readTensors, show, variablesOption } from '@ae/core/internal'
import { describeModel, type ModelDescription } from '@ae/models/internal'
import type { Weights } from './onnx/graph.ts'

/**
 * The layers of a model that is to be written.
 *
 * @param functionName the public function that writes it, for messages
 * @param model as received
 * @throws {OptionError} when it is not a model of @ae/models
 */
export function describeExported(functionName: string, model: SavableModel): ModelDescription {
  assertMembers(functionName, 'model', model, {
    expected: 'a model',
    members: { kind: 'string', config: 'object', likelihood: hasConfig, variables: variablesOption },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  const description = describeModel(model)
  if (description !== undefined) return description
  throw new OptionError(`\`${functionName}\` received a model of a kind that it does not know.`, {
    facts: { Expected: 'a model of @ae/models', Received: show(model.kind) },
    fix: 'export a model that a factory of @ae/models made; the layers of others are not known',
  })
}

const hasConfig = (value: unknown) =>
  configOption((value as { readonly config?: unknown } | null | undefined)?.config) === undefined
    ? undefined
    : 'a likelihood with a config'

/** The values of all variables. All reads begin before the first await: they are of one moment, even if training goes on. */
export async function readWeights(functionName: string, { variables, state }: SavableModel): Promise<Weights> {
  const all = Object.entries({ ...variables, ...state })
  if (all.some(([, { isDisposed }]) => isDisposed)) {
    throw new DisposedError(`\`${functionName}\` received a model that is disposed of.`, {
      fix: 'export it before dispose()',
    })
  }
  const values = await readTensors(all.map(([, variable]) => variable))
  return new Map(all.map(([name, { shape }], i) => [name, { shape, data: values[i] as Float32Array }]))
}
