// The weights of a model's file into the variables of a model.
import { type TypedArray, tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import { assertMembers } from '../checks/arguments.ts'
import { contextOption, variablesOption } from '../checks/members.ts'
import { assertOption, type OptionCheck, optional } from '../checks/options.ts'
import { DisposedError, WeightsError } from '../errors.ts'
import { noteTrainedSteps } from '../training/trained-steps.ts'
import { type ModelFile, type SavableModel, savedVariables, type VariableHolder } from './model-file.ts'
import { adoptNotesText, setHistoryText } from './notes-text.ts'
import { type StoredTensor, typeOf } from './safetensors.ts'
import type { ReadingContext } from './safetensors-header.ts'

/**
 * Puts a file's weights into a model's variables: all of them, or none.
 *
 * @param model its variables are overwritten
 * @param file borrowed
 * @param context how errors name the caller and the file
 * @throws {WeightsError} that lists every weight that is missing, unexpected, of the wrong shape or of the wrong type
 * @throws {DisposedError} when the model is disposed of
 */
export function assignWeights(
  model: VariableHolder & Pick<SavableModel, 'kind'>,
  file: ModelFile,
  context: ReadingContext = {},
): void {
  assertOption('assignWeights', 'context', context, contextOption)
  const { caller = 'assignWeights', source = 'the file' } = context
  assertMembers(caller, 'model', model, {
    expected: 'a model',
    members: { kind: 'string', variables: variablesOption, state: optional(variablesOption) },
    fix: 'pass a model of @ae/models',
  })
  assertMembers(caller, 'file', file, {
    expected: "a model's file",
    members: { tensors: isMap, metadata: 'object' },
    fix: 'pass what decodeModelFile(bytes) gives',
  })
  fillWeights(model, file, { caller, source })
}

/**
 * {@link assignWeights} for functions of this package, which have checked the model and the file.
 *
 * @param filled the variables that have their values already, with the name of their tensor
 */
export function fillWeights(
  model: VariableHolder & Pick<SavableModel, 'kind'>,
  file: ModelFile,
  { caller, source }: Required<ReadingContext>,
  filled: ReadonlyMap<Variable, string> = new Map(),
): void {
  const { kind } = model
  const variables = savedVariables(model)
  if (Object.values(variables).some(({ isDisposed }) => isDisposed)) {
    throw new DisposedError(`\`${caller}\` received a ${kind} that is disposed of.`, {
      fix: 'call dispose() afterwards',
    })
  }
  const misfits = findMisfits(variables, file)
  if (misfits !== undefined) {
    throw new WeightsError(`\`${caller}\` cannot use ${source}: its weights do not fit its ${kind}.`, {
      facts: { ...misfits, 'Written by': `@ae/core ${file.metadata.library ?? 'of an unknown version'}` },
      fix: 'save the model again, or load it with the version that wrote it',
    })
  }
  tidy(() => {
    for (const [name, variable] of Object.entries(variables)) {
      if (filled.get(variable) !== name) assignStored(variable, file.tensors.get(name) as StoredTensor)
    }
  })
  noteTrainedSteps(model, Number(file.metadata.trainedSteps ?? 0))
  adoptNotesText(model, file.metadata.notes)
  setHistoryText(model, file.metadata.history)
}

/** Puts values of a variable's shape and type into it; call it inside `tf.tidy`. */
export function assignStored(variable: Variable, { data }: StoredTensor): void {
  variable.assign(tensor(data as TypedArray, variable.shape, variable.dtype))
}

/** At most 100 names, separated by commas: enough for any model, and a limit on what a malicious file can print. */
export function listNames(names: Iterable<string>): string {
  const all = [...names].map((name) => (name.length > 200 ? `${name.slice(0, 200)}…` : name))
  return all.length > 100 ? `${all.slice(0, 100).join(', ')} and ${all.length - 100} more` : all.join(', ')
}

function findMisfits(
  variables: SavableModel['variables'],
  { metadata, tensors }: ModelFile,
): Record<string, string> | undefined {
  const lists: Record<string, string[]> = { Missing: [], Unexpected: [], Shape: [], Type: [] }
  const add = (label: string, name: string) => lists[label]?.push(name)
  for (const [name, { shape, dtype }] of Object.entries(variables)) {
    const stored = tensors.get(name)
    if (stored === undefined) {
      add('Missing', name)
      continue
    }
    const type = typeOf(stored)
    if (shape.join() !== stored.shape.join()) {
      add('Shape', `${name} [${stored.shape.join(', ')}] (needs [${shape.join(', ')}])`)
    }
    if (dtype !== type) add('Type', `${name} ${type} (needs ${dtype})`)
  }
  for (const name of tensors.keys()) {
    const isOptimizer = metadata.checkpoint !== undefined && name.startsWith('optimizer.')
    if (!Object.hasOwn(variables, name) && !isOptimizer) add('Unexpected', name)
  }
  const facts = Object.entries(lists).filter(([, names]) => names.length > 0)
  return facts.length === 0 ? undefined : Object.fromEntries(facts.map(([label, names]) => [label, listNames(names)]))
}

const isMap: OptionCheck = (value) => (value instanceof Map ? undefined : 'a Map')
