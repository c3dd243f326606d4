// Shapes: the lengths of axes.

/** The lengths of a tensor's axes, without the batch axis where a doc comment says so. */
export type Shape = readonly number[]

/**
 * The number of values in one example of a shape.
 *
 * @param shape axis lengths; `[]` has one value
 */
export function sizeOfShape(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1)
}
