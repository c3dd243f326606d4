// How the examples of a shape are drawn.

/**
 * What examples look like: `picture` is [height, width] or [height, width, 1 or 3]; `signal` is [length], or [length, channels] with a
 * length of at least 4 times the channels; `none` is nothing that is drawn.
 */
export type Look = 'picture' | 'signal' | 'none'

/** How examples of a shape are drawn. */
export function lookOf(shape: readonly number[]): Look {
  const [length = 0, width = 1, channels = 1] = shape
  if (shape.length > 3) return 'none'
  if (shape.length === 1 || (shape.length === 2 && length >= 4 * width)) return 'signal'
  return shape.length > 1 && (channels === 1 || channels === 3) ? 'picture' : 'none'
}
