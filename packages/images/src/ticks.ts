// Round numbers along an axis.

/** The numbers from the first to the last that an axis shows. */
export type Range = readonly [low: number, high: number]

/** A number on an axis, as it is written. */
export interface Tick {
  readonly value: number
  readonly text: string
}

/**
 * Round numbers within a range: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param range finite, the first below the second
 * @param most the most steps to divide the range into, at least 1
 * @param least the smallest step, e.g. 1 where only whole numbers have a meaning. Defaults to none
 */
export function ticksOf([low, high]: Range, most: number, least = 0): readonly Tick[] {
  const roughly = Math.max(least, (high - low) / most)
  const power = Math.floor(Math.log10(roughly))
  const factor = [1, 2, 5].find((candidate) => candidate * 10 ** power >= roughly) ?? 10
  const step = factor * 10 ** power
  const ticks: Tick[] = []
  for (let count = Math.ceil(low / step); count <= Math.floor(high / step); count++) {
    const value = count * step
    ticks.push({ value, text: format(value, factor === 10 ? power + 1 : power) })
  }
  return ticks
}

/** The smallest and the largest of some numbers. */
export function extentOf(values: Iterable<number>): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

/** The range of some numbers with a margin on both sides, also where they are all equal. */
export function rangeOf(values: Iterable<number>): Range {
  const [low, high] = extentOf(values)
  // Numbers that differ by rounding only count as equal: there is no tick between them.
  const rounding = 1e-6 * Math.max(Math.abs(low), Math.abs(high))
  const margin = high - low > rounding ? 0.04 * (high - low) : Math.abs(low) / 2 || 1
  return [low - margin, high + margin]
}

/** A multiple of `10 ** power`, without superfluous digits. */
function format(value: number, power: number): string {
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Math.abs(value)) + 1e-9)
  if (magnitude >= 6 || power < -5) return value.toExponential(Math.max(0, magnitude - power))
  return value.toFixed(Math.max(0, -power))
}
