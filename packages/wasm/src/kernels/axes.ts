// Which axes an op works along.

/** The axes of a tensor of `rank` that tfjs names `axis`: all where it names none; negative ones count from the last. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): ReadonlySet<number> {
  const named = axis === undefined || axis === null ? Array.from({ length: rank }, (_, place) => place) : [axis].flat()
  return new Set(named.map((place) => (place < 0 ? place + rank : place)))
}
