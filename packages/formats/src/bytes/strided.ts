// Arrays whose axes lie in another order, or with gaps.

/**
 * Visits the places of an array in row-major order, the last axis first, as a counter turns.
 *
 * @param lengths of the axes, none of them 0
 * @param strides how far apart neighbours along each axis lie
 * @param start where the first is
 * @param visit gets where a value lies, and the number of the visit
 */
export function visitStrided(
  lengths: readonly number[],
  strides: readonly number[],
  start: number,
  visit: (from: number, to: number) => void,
): void {
  const place = lengths.map(() => 0)
  const count = lengths.reduce((product, length) => product * length, 1)
  let from = start
  for (let to = 0; to < count; to++) {
    visit(from, to)
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      const [length = 1, stride = 0, now = 0] = [lengths[axis], strides[axis], place[axis]]
      if (now + 1 < length) {
        place[axis] = now + 1
        from += stride
        break
      }
      place[axis] = 0
      from -= now * stride
    }
  }
}
