// How often something is done, as a text: 500steps, 60s, 10min, 2h, 1epoch.
import { OptionError } from '@ae/core'

/** One of the three. */
export type Interval = { readonly steps: number } | { readonly seconds: number } | { readonly epochs: number }

const units: Readonly<Record<string, (count: number) => Interval>> = {
  step: (steps) => ({ steps }),
  steps: (steps) => ({ steps }),
  s: (seconds) => ({ seconds }),
  min: (minutes) => ({ seconds: 60 * minutes }),
  h: (hours) => ({ seconds: 3600 * hours }),
  epoch: (epochs) => ({ epochs }),
  epochs: (epochs) => ({ epochs }),
}

/** @throws {OptionError} on another text */
export function intervalOf(flag: string, text: string): Interval {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(text) ?? []
  const count = Number(digits)
  const isWhole = Number.isSafeInteger(count) || units[unit]?.(1) === undefined || 'seconds' in units[unit](1)
  if (units[unit] !== undefined && count > 0 && isWhole) return units[unit](count)
  throw new OptionError(`\`ae train\` received a bad \`--${flag}\`.`, {
    facts: { Expected: 'a number of steps, s, min, h or epochs, e.g. 500steps, 60s or 1epoch', Received: text },
    fix: `pass e.g. --${flag} 1epoch`,
  })
}
