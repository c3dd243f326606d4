// What functions that put weights into a model have in common, whatever file the weights come from.
import { DisposedError, type SavableModel, type Shape } from '@ae/core'
import { flagOption, type OptionCheck } from '@ae/core/internal'
import { tensor, tidy } from '@tensorflow/tfjs-core'

const mapOption: OptionCheck = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((name) => name === null || typeof name === 'string')
    ? undefined
    : 'an object from their names to names of ours, or null'

/** The checks of their options. */
export const importChecks = { map: mapOption, strict: flagOption }

/**
 * All variables of a model by name.
 *
 * @throws {DisposedError} when it is disposed of
 */
export function variablesToFill(
  functionName: string,
  model: Pick<SavableModel, 'variables' | 'state'>,
): SavableModel['variables'] {
  const variables = { ...model.variables, ...model.state }
  if (!Object.values(variables).some(({ isDisposed }) => isDisposed)) return variables
  throw new DisposedError(`\`${functionName}\` received a model that is disposed of.`, {
    fix: 'call dispose() afterwards',
  })
}

/** Assigns values to variables by name. Decode every value before: that may fail, and assigning does not. */
export function fillVariables(
  variables: SavableModel['variables'],
  values: Iterable<readonly [name: string, values: Float32Array]>,
): void {
  tidy(() => {
    for (const [name, own] of values) {
      const variable = variables[name]
      variable?.assign(tensor(own, variable.shape))
    }
  })
}

/** A shape in a text. */
export function shapeText(shape: Shape = []): string {
  return `[${shape.join(', ')}]`
}
