// Lowers the learning rate of a run whose figure no longer improves: state of the run, which its checkpoints hold.
import { assertOption, nonNegativeNumber, openShare, positiveInteger } from '../checks/options.ts'
import { OptionError } from '../errors.ts'
import { isRecord } from '../files/safetensors-header.ts'
import { type Best, Monitor, type MonitorOptions } from './monitor.ts'
import { type Optimizer, optimizerOption } from './optimizer.ts'

/** Options of {@link reduceOnPlateau}. */
export interface ReduceOnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, above 0 and below 1. Defaults to 0.1. */
  readonly factor?: number | undefined
  /**
   * Measured epochs in a row without an improvement after which it is, a positive integer; they are then counted anew. That is
   * Keras' `patience`; PyTorch's is one less. Defaults to 10.
   */
  readonly patience?: number | undefined
  /** The product of the factors is never below this, at least 0. Defaults to 0. */
  readonly minimumFactor?: number | undefined
}

/**
 * An optimiser that lowers its learning rates when a figure of the run no longer improves: of the whole schedule, if the rate is
 * one, and of all groups. It decides after each epoch and its validation, so that a checkpoint holds the decision and a run that
 * resumes goes on as if unbroken. It composes with other wrappers of optimisers. Reports show the rate of each epoch.
 *
 * @param optimizer one of this package, or one whose state has a `rate`
 * @param options which figure, how long to wait, and by how much
 * @returns an optimiser; replayed where `optimizer` is
 * @throws {OptionError} on a bad option; when the run begins, on an optimiser without a `rate`; while training, when the run does
 *   not measure the figure
 * @example
 * ```ts
 * await fit(model, digits, { epochs: 50, validation, optimizer: reduceOnPlateau(adam(), { factor: 0.5, patience: 4 }) })
 * ```
 */
export function reduceOnPlateau(optimizer: Optimizer, options: ReduceOnPlateauOptions = {}): Optimizer {
  assertOption('reduceOnPlateau', 'optimizer', optimizer, optimizerOption)
  const checks = { factor: openShare, patience: positiveInteger, minimumFactor: nonNegativeNumber }
  new Monitor('reduceOnPlateau', options, checks) // tells bad options now
  const { factor = 0.1, patience = 10, minimumFactor = 0 } = options
  const { kind, config } = optimizer
  return {
    kind,
    config: { ...config, plateau: { factor, patience, minimumFactor, ...monitored(options) } },
    create(variables) {
      const state = optimizer.create(variables)
      const { rate, memory } = state
      if (rate === undefined) {
        state.dispose()
        throw withoutRate(kind)
      }
      const monitor = new Monitor('reduceOnPlateau', options, checks)
      return {
        ...state,
        afterEpoch(report) {
          state.afterEpoch?.(report)
          monitor.take(report)
          if (monitor.since < patience) return
          monitor.since = 0
          rate.factor = Math.max(rate.factor * factor, Math.min(rate.factor, minimumFactor))
        },
        memory: {
          save: () => ({
            best: monitor.best ? { ...monitor.best } : null,
            since: monitor.since,
            inner: memory?.save() ?? null,
          }),
          restore(saved) {
            if (!isRecord(saved)) return
            monitor.best = isRecord(saved.best) ? (saved.best as unknown as Best) : undefined
            monitor.since = Number(saved.since)
            if (saved.inner !== null && saved.inner !== undefined) memory?.restore(saved.inner)
          },
        },
      }
    },
  }
}

function monitored({ monitor, direction, minimumImprovement }: MonitorOptions) {
  return JSON.parse(JSON.stringify({ monitor, direction, minimumImprovement }))
}

/** An optimiser whose learning rate cannot be lowered. */
function withoutRate(kind: string): OptionError {
  return new OptionError(`\`reduceOnPlateau\` received the optimiser ${kind}, whose learning rate it cannot lower.`, {
    facts: { Expected: 'an optimiser whose state has a `rate`', Received: kind },
    fix: 'let its create return rate: { factor: 1 } too, and multiply its step size by rate.factor in each step',
  })
}
