// What a file's tensors allow its options to ask for. A few digits in a file can describe a model of any size, so that whatever
// makes variables while a file is loaded asks here first.
import { type Tensor, type TypedArray, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core'
import { WeightsError } from '../errors.ts'
import type { Shape } from '../shape.ts'
import { type StoredTensor, typeOf } from './safetensors.ts'
import type { ReadingContext } from './safetensors-header.ts'

interface Stored {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly context: ReadingContext
  /** How many tensors of each shape no variable has taken. */
  readonly left: Map<string, number>
  /** The variables that were made with a file's values, by the name of these. */
  readonly filled: Map<Variable, string>
}

// Models are made without `await`, so that nothing else is made meanwhile.
let stored: Stored | undefined

/**
 * Makes a model that is to hold a file's tensors: within, {@link assertStored} refuses what the file has no tensor for, and
 * {@link initialVariable} takes its values.
 *
 * @param tensors of the file, by name
 * @param context how errors name the caller and the file
 * @param create makes it
 * @returns the model, and those of its variables that have their values, by the name of these
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
 * Call it before making a variable whose size an option decides. While `load` makes a model, it takes one tensor of that shape of
 * the file, under whatever name; at other times it does nothing.
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
    `\`${context.caller}\` cannot use ${context.source}: its options ask for weights that it has not.`,
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
 * A float32 variable of a model, refused before it takes any memory where a file that is being loaded has no tensor of its shape.
 * With a tensor of its name too it has the file's values from the start, so that no memory is taken for others.
 *
 * @param name of the variable in saved files
 * @param shape of the variable
 * @param values makes its first values; called inside `tf.tidy`
 * @param trainable whether an optimiser of tfjs may move it
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
