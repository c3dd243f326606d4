// Numbers as the page writes them.

const whole = new Intl.NumberFormat('en')

/** A whole number with separators between thousands. */
export const count = (value: number): string => whole.format(Math.round(value))

/** A number with as many digits as tell something: three significant ones, and a real minus sign. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? 'infinite' : '−infinite'
  const size = Math.abs(value)
  const text =
    size >= 1000
      ? count(size)
      : size >= 100
        ? size.toFixed(1)
        : size >= 0.01 || size === 0
          ? size.toFixed(2)
          : size.toExponential(1)
  return value < 0 && Number(text.replaceAll(',', '')) !== 0 ? `−${text}` : text
}

/** A duration; no line ends between a number and its unit. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)}\u00a0s`
  const minutes = Math.floor(seconds / 60)
  return `${minutes}\u00a0min ${Math.round(seconds - 60 * minutes)}\u00a0s`
}

/** One thing or several: `plural(1, 'step')` is `1 step`. */
export const plural = (value: number, name: string): string => `${count(value)} ${name}${value === 1 ? '' : 's'}`
