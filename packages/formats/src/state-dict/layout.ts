// How PyTorch orders the values that a variable of ours has: channels first, outputs before inputs.

import { type Shape, sizeOfShape } from '@ae/core'
import { visitStrided } from '../bytes/strided.ts'

/** A tensor of a state dict, and the variable of a model that has its values. */
export interface Place {
  /** Its name in the state dict, e.g. `encoder.1.weight`. */
  readonly key: string
  /** The variable's name in the model, e.g. `encoder.0.weight`. */
  readonly variable: string
  /** Its shape in PyTorch. */
  readonly shape: Shape
  /** The variable's axes; a dense layer's are those of the feature maps before and after it. */
  readonly view: Shape
  /** Which of those axes PyTorch has first, second, ... */
  readonly order: readonly number[]
}

/** A place with the same values in the same order. */
export function plain(key: string, variable: string, shape: Shape): Place {
  return { key, variable, shape, view: shape, order: shape.map((_, axis) => axis) }
}

/** The variable's values as PyTorch has them. */
export function toTorch({ view, order }: Place, values: ArrayLike<number>): Float32Array {
  return permuted(values, view, order)
}

/** PyTorch's values as the variable has them. */
export function fromTorch({ view, order }: Place, values: ArrayLike<number>): Float32Array {
  const shape = order.map((axis) => view[axis] ?? 1)
  return permuted(
    values,
    shape,
    view.map((_, axis) => order.indexOf(axis)),
  )
}

/** The axes of an example, channels first; of a row of a table or a text they stay as they are. */
export function channelsFirst(shape: Shape): readonly number[] {
  const axes = shape.map((_, axis) => axis)
  return [shape.length - 1, ...axes.slice(0, -1)]
}

/** `tf.transpose` of values in memory. */
function permuted(values: ArrayLike<number>, shape: Shape, order: readonly number[]): Float32Array {
  const result = new Float32Array(sizeOfShape(shape))
  const strides = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)))
  const lengths = order.map((axis) => shape[axis] ?? 1)
  const steps = order.map((axis) => strides[axis] ?? 1)
  visitStrided(lengths, steps, 0, (from, to) => {
    result[to] = values[from] as number
  })
  return result
}
