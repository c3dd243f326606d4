// Lets callbacks that were written for `model.fit` of TensorFlow.js follow a run: `tfvis.show.fitCallbacks`, `tf.node.tensorBoard`,
// or one of your own.
import { type Logger, type LogRecord, OptionError } from '@ae/core'
import { show } from '@ae/core/internal'
import { assertRecord } from './record.ts'

/** The figures of a callback, under the names that TensorFlow.js gives them: `loss`, `kl`, `val_loss`, `val_kl` and so on. */
export type TfjsLogs = Record<string, number>

/** The callbacks of `model.fit`, as an object or an instance of a class such as `tf.CustomCallback`. */
export interface TfjsCallbacks {
  /** Called before the first of the others. */
  onTrainBegin?(logs?: TfjsLogs): unknown
  /** Called when the run has ended. */
  onTrainEnd?(logs?: TfjsLogs): unknown
  /** Called before the figures of an epoch, which is counted from 0. */
  onEpochBegin?(epoch: number, logs?: TfjsLogs): unknown
  /** Called with the figures of an epoch, which is counted from 0. */
  onEpochEnd?(epoch: number, logs?: TfjsLogs): unknown
  /** Called with figures from within an epoch: those of a validation every few steps. Steps are counted from 0. */
  onBatchEnd?(step: number, logs?: TfjsLogs): unknown
}

/**
 * Gives the figures of a run to callbacks of TensorFlow.js. Figures come after each epoch, so `onEpochBegin` is called just before
 * `onEpochEnd`. Their names change: `train/total` becomes `loss`, `train/kl` becomes `kl`, `validation/kl` becomes `val_kl`.
 *
 * A callback cannot stop the run: use `stopEarly` of `fit` instead of `tf.callbacks.earlyStopping`, which needs a model of
 * TensorFlow.js.
 *
 * @param callbacks one or several, each with at least one of the methods of {@link TfjsCallbacks}; each is awaited
 * @throws {OptionError} when something else is among them
 * @example
 * ```ts
 * const charts = tfvis.show.fitCallbacks({ name: 'VAE', tab: 'Training' }, ['loss', 'kl'], { callbacks: ['onEpochEnd'] })
 * await fit(model, digits, { epochs: 10, log: tfjsCallbacks(charts) })
 * ```
 */
export function tfjsCallbacks(callbacks: TfjsCallbacks | readonly TfjsCallbacks[]): Logger {
  const all = (Array.isArray(callbacks) ? Array.from(callbacks) : [callbacks]) as TfjsCallbacks[]
  for (const one of all.length === 0 ? [undefined] : all) assertCallbacks(one)
  let epoch = 0
  return {
    async write(record) {
      assertRecord('tfjsCallbacks', record)
      const isEnd = Object.keys(record.scalars).some((name) => name.startsWith('train/'))
      for (const one of all) {
        if (epoch === 0) await one.onTrainBegin?.({})
        if (record.epoch !== epoch) await one.onEpochBegin?.(record.epoch - 1, {})
        if (isEnd) await one.onEpochEnd?.(record.epoch - 1, logsOf(record))
        else await one.onBatchEnd?.(record.step - 1, logsOf(record))
      }
      epoch = record.epoch
    },
    async close() {
      if (epoch > 0) for (const one of all) await one.onTrainEnd?.({})
      epoch = 0
    },
  }
}

/** An object of its own for each callback: TensorFlow.js writes into them. */
function logsOf({ scalars }: LogRecord): TfjsLogs {
  return Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [
      name
        .replace(/^train\//, '')
        .replace(/^validation\//, 'val_')
        .replace(/^(val_)?total$/, '$1loss'),
      value,
    ]),
  )
}

const methods = ['onTrainBegin', 'onTrainEnd', 'onEpochBegin', 'onEpochEnd', 'onBatchEnd']

function assertCallbacks(value: unknown): asserts value is TfjsCallbacks {
  const members = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  const given = methods.map((name) => members[name]).filter((member) => member !== undefined)
  if (given.length > 0 && given.every((member) => typeof member === 'function')) return
  throw new OptionError('`tfjsCallbacks` received bad `callbacks`.', {
    facts: { Expected: `functions by name, at least one of ${methods.join(', ')}`, Received: show(value) },
    fix: "pass e.g. tfvis.show.fitCallbacks(surface, ['loss']), or { onEpochEnd: (epoch, logs) => {} }",
  })
}
