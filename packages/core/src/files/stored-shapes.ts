// What a file's tensors allow its options to ask for. A few digits in a file can describe a model of any size, so that whatever
// makes variables while a file is loaded asks here first.
import { WeightsError } from '../errors.ts'
import type { Shape } from '../shape.ts'
import type { ReadingContext } from './safetensors-header.ts'

interface Stored {
  readonly tensors: ReadonlyMap<string, { readonly shape: Shape }>
  readonly context: ReadingContext
  /** How many tensors of each shape no variable has taken. */
  readonly left: Map<string, number>
}

// Models are made without `await`, so that nothing else is made meanwhile.
let stored: Stored | undefined

/**
 * Makes a model that is to hold a file's tensors: within, {@link assertStored} refuses what the file has no tensor for.
 *
 * @param tensors of the file, by name
 * @param context how errors name the caller and the file
 * @param create makes it
 */
export function withShapesOf<model>(tensors: Stored['tensors'], context: ReadingContext, create: () => model): model {
  const before = stored
  const left = new Map<string, number>()
  for (const { shape } of tensors.values()) left.set(shape.join(), (left.get(shape.join()) ?? 0) + 1)
  stored = { tensors, context, left }
  try {
    return create()
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
