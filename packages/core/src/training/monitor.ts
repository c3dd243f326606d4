// Watches one figure of a run from epoch to epoch: which value is the best so far, and how long ago.
import { assertOptions, nonNegativeNumber, type OptionCheck, oneOf, suggest } from '../checks/options.ts'
import { OptionError } from '../errors.ts'
import type { Epoch } from './epoch.ts'
import { scalarsOf } from './scalars.ts'

/** Which figure tells how good a model is, and which values of it are better. */
export interface MonitorOptions {
  /**
   * The figure, by its name in logs: `validation/total`, `train/kl` or another term of either. Defaults to `validation/total`
   * where there is validation data, else `train/total`. A total whose weights are on a schedule is a different figure in each
   * epoch: name a term then.
   */
  readonly monitor?: string | undefined
  /** Which values are better. Defaults to `lower`, as losses are. */
  readonly direction?: 'lower' | 'higher' | undefined
  /** How much better a value must be than the best so far to count as an improvement, at least 0. Defaults to 0: any. */
  readonly minimumImprovement?: number | undefined
}

/** The best value of the figure that was watched. Plain data. */
export interface Best {
  /** The epoch that it was measured after, counted from 1. */
  readonly epoch: number
  /** The figure. */
  readonly value: number
  /** Its name, e.g. `validation/total`. */
  readonly monitor: string
}

/** The checks of {@link MonitorOptions}. */
const monitorChecks: Readonly<Record<string, OptionCheck>> = {
  monitor: (value) =>
    typeof value === 'string' && /^(train|validation)\/./.test(value)
      ? undefined
      : 'the name of a figure, e.g. "validation/total" or "train/total"',
  direction: /* @__PURE__ */ oneOf('lower', 'higher'),
  minimumImprovement: nonNegativeNumber,
}

/** Follows one figure. */
export class Monitor {
  /** The best value so far; undefined before the first. */
  best: Best | undefined
  /** Values since the best one. */
  since = 0
  readonly #functionName: string
  readonly #options: MonitorOptions

  /**
   * @param functionName the public function that watches, for messages
   * @param options checked here
   * @param further checks of the function's other options
   * @throws {OptionError} on a bad option
   */
  constructor(functionName: string, options: MonitorOptions, further: Readonly<Record<string, OptionCheck>> = {}) {
    assertOptions(functionName, options, { ...monitorChecks, ...further })
    this.#functionName = functionName
    this.#options = options
  }

  /**
   * Takes an epoch's figure, if the epoch has one: validation may be rarer than epochs.
   *
   * @returns whether it is the best so far
   * @throws {OptionError} when the run has no figure of that name
   */
  take(epoch: Epoch<string>): boolean {
    const { direction = 'lower', minimumImprovement = 0 } = this.#options
    const { monitor = epoch.validations === undefined ? 'train/total' : 'validation/total' } = this.#options
    const isRare = monitor.startsWith('validation/') && epoch.validations !== undefined
    if (isRare && epoch.validation === undefined) return false
    const scalars = scalarsOf(epoch)
    const value = scalars[monitor]
    if (value === undefined) throw unknownFigure(this.#functionName, monitor, scalars)
    const gain = this.best === undefined ? Infinity : (this.best.value - value) * (direction === 'lower' ? 1 : -1)
    const isBetter = gain > minimumImprovement
    this.since = isBetter ? 0 : this.since + 1
    if (isBetter) this.best = { epoch: epoch.epoch, value, monitor }
    return isBetter
  }
}

function unknownFigure(functionName: string, monitor: string, scalars: Readonly<Record<string, number>>): OptionError {
  const known = Object.keys(scalars).filter((name) => monitorChecks.monitor?.(name) === undefined)
  const hasNone = monitor.startsWith('validation/') && !known.some((name) => name.startsWith('validation/'))
  return new OptionError(`\`${functionName}\` watches \`${monitor}\`, which the run does not measure.`, {
    facts: { Expected: known.join(', '), Received: monitor },
    fix: hasNone ? 'pass validation data to the run: validation: data' : suggest(monitor, known),
  })
}
