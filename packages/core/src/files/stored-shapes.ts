// Refuses options of a file that ask for more than its tensors fill. A few digits in a file can describe a model of any size, so
// code that makes variables while a file is loaded asks here first.
import { type Tensor, type TypedArray, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core'
import { WeightsError } from '../errors.ts'
import type { Shape } from '../shape.ts'
import { type StoredTensor, typeOf } from './safetensors.ts'
import type { ReadingContext } from './safetensors-header.ts'

interface Stored {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly context: ReadingContext
  /** How many tensors of each shape no variable has taken yet. */
  readonly left: Map<string, number>
  /** The variables that were made with values of the file, with the name of their tensor. */
  readonly filled: Map<Variable, string>
}

// Models are made without `await`, so nothing else is made meanwhile.
let stored: Stored | undefined

/**
 * Makes a model that will hold a file's tensors: meanwhile {@link assertStored} refuses what the file has no tensor for, and
 * {@link initialVariable} takes the file's values.
 *
 * @param tensors of the file, by name
 * @param context how errors name the caller and the file
 * @param create makes the model
 * @returns the model, and those of its variables that have their values already, with the name of their tensor
 */
export function withStored<model>(
  tensors: Stored['tensors'],
  context: ReadingContext,
  create: () => model,
): { readonly model: model; readonly filled: ReadonlyMap<Variable, string> } {
  const before = stored
  const filled = new Map<Variable, string>()
  const left = new Map<string, number>()
  for (const { shape } of tensors.values()) left.set(shape.join(), (left.get(shape.join()) ?? 0) + 1)
  stored = { tensors, context, left, filled }
  try {
    return { model: create(), filled }
  } finally {
    stored = before
  }
}

/**
 * Call it before making a variable whose size an option decides. While `load` makes a model, it reserves one of the file's
 * tensors of that shape, whatever its name; at other times it does nothing.
 *
 * @param name of the variable, for the message
 * @param shape of the variable
 * @throws {WeightsError} while `load` makes a model, when the file has no further tensor of this shape
 */
export function assertStored(name: string, shape: Shape): void {
  if (stored === undefined) return
  const { tensors, left, context } = stored
  const key = shape.join()
  const count = left.get(key) ?? 0
  if (count > 0) {
    left.set(key, count - 1)
    return
  }
  const found = tensors.get(name)?.shape
  throw new WeightsError(
    `\`${context.caller}\` cannot use ${context.source}: its options ask for weights that it does not have.`,
    {
      facts: {
        Expected: `${name} [${shape.join(', ')}]`,
        Received: found === undefined || found.join() === key ? 'no tensor of that shape' : `[${found.join(', ')}]`,
      },
      fix: 'save the model again, or load it with the version that wrote it',
    },
  )
}

/**
 * A float32 variable of a model. While a file is loaded that has no tensor of its shape, it is refused before it takes any
 * memory; if a tensor of that shape has its name too, it starts with the file's values, which saves the memory of initial ones.
 *
 * @param name of the variable in saved files
 * @param shape of the variable
 * @param values makes its first values; called inside `tf.tidy`
 * @param trainable whether an optimiser of tfjs may update it
 */
export function initialVariable(name: string, shape: Shape, values: () => Tensor, trainable: boolean): Variable {
  assertStored(name, shape)
  const own = stored?.tensors.get(name)
  const isFilled = own !== undefined && own.shape.join() === shape.join() && typeOf(own) === 'float32'
  const first = isFilled ? () => tensor(own.data as TypedArray, [...shape], 'float32') : values
  const made = tidy(() => variable(first(), trainable))
  if (isFilled) stored?.filled.set(made, name)
  return made
}
