// Which axes an op works along.
import { ShapeError } from '@ae/core'

/**
 * The axes of a tensor that tfjs names `axis`: all where it names none; negative ones count from the last.
 *
 * @param op as tfjs calls it, for the message
 * @throws {ShapeError} when the tensor has no such axis
 */
export function axesOf(
  op: string,
  axis: number | readonly number[] | null | undefined,
  shape: readonly number[],
): ReadonlySet<number> {
  const named = axis === undefined || axis === null ? [...shape.keys()] : [axis].flat()
  const axes = named.map((place) => (place < 0 ? place + shape.length : place))
  if (axes.every((place) => place in shape)) return new Set(axes)
  throw new ShapeError(`\`${op}\` received an axis that its tensor does not have.`, {
    facts: { Tensor: `[${shape.join(', ')}]`, Received: `[${named.join(', ')}]` },
  })
}
