// The losses of a training run over its epochs.
import { OptionError } from '@ae/core'
import { assertOptions, positiveNumber, show } from '@ae/core/internal'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { type PlotOptions, plotChecks } from './axes.ts'
import { drawLines, type Line } from './draw-lines.ts'
import { textsOption } from './font.ts'
import type { Point } from './raster.ts'

/** What is drawn of an epoch: `train` yields such reports, and `fit` collects them. */
export interface EpochLosses {
  /** Counted from 1. */
  readonly epoch: number
  /** Figures by name: `total` and the terms. */
  readonly loss: Readonly<Record<string, number>>
  /** The same of the validation data. Defaults to none. */
  readonly validation?: Readonly<Record<string, number>> | undefined
}

/** Which curves are drawn, and how. */
export interface LossCurvesOptions extends PlotOptions {
  /** Pixels from left to right. Defaults to 640, and to 860 with several terms, whose legend is wider. */
  readonly width?: number | undefined
  /** The figures to draw, at least one. Defaults to `['total']`. */
  readonly terms?: readonly string[] | undefined
  /** The names of the axes; give the unit of the loss. Defaults to `['epoch', 'loss']`. */
  readonly axisNames?: readonly [x: string, y: string] | undefined
  /** Width of a line in pixels. Defaults to 3. */
  readonly lineWidth?: number | undefined
}

/**
 * Draws the losses of a run: a line for training and one for validation, for each term.
 *
 * @param history what `fit` gives, or the epochs that `train` yielded; at least one
 * @param options terms, size and texts
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 * @throws {OptionError} when `history` is something else or lacks a term, an option is unknown or out of its range, or there is too
 *   little room
 * @example
 * ```ts
 * const picture = lossCurves(await fit(model, digits, { epochs: 20, validation }), { axisNames: ['epoch', 'nats per image'] })
 * ```
 */
export function lossCurves(
  history: { readonly epochs: readonly EpochLosses[] } | readonly EpochLosses[],
  options: LossCurvesOptions = {},
): Tensor3D {
  assertOptions('lossCurves', options, { ...plotChecks, terms: textsOption, lineWidth: positiveNumber })
  const { terms = ['total'], lineWidth = 3, axisNames = ['epoch', 'loss'] } = options
  const { width = terms.length === 1 ? 640 : 860 } = options
  const epochs: unknown = Array.isArray(history) ? history : (history as { epochs?: unknown } | null)?.epochs
  if (!Array.isArray(epochs) || epochs.length === 0 || !Array.from(epochs).every(isEpoch)) {
    throw badHistory('at least one epoch of a run', show(history))
  }
  const kinds = { training: (one: EpochLosses) => one.loss, validation: (one: EpochLosses) => one.validation }
  const lines: Line[] = terms.flatMap((term) =>
    Object.entries(kinds).map(([kind, figuresOf]) => ({
      name: terms.length === 1 ? kind : `${kind} ${term}`,
      points: (epochs as readonly EpochLosses[]).flatMap((one): Point[] => {
        const value = figuresOf(one)?.[term]
        return Number.isFinite(value) ? [[one.epoch, value as number]] : []
      }),
    })),
  )
  const missing = terms.find((_, i) => lines[2 * i]?.points.length === 0 && lines[2 * i + 1]?.points.length === 0)
  if (missing !== undefined) {
    throw badHistory(`finite figures of ${show(missing)}`, `${Object.keys((epochs[0] as EpochLosses).loss).join(', ')}`)
  }
  const drawn = lines.filter(({ points }) => points.length > 0)
  return drawLines('lossCurves', drawn, { ...options, width, axisNames, lineWidth })
}

function isEpoch(value: unknown): boolean {
  const { epoch, loss, validation } = (value ?? {}) as Readonly<Record<string, unknown>>
  const isObject = (one: unknown) => typeof one === 'object' && one !== null
  return Number.isFinite(epoch) && isObject(loss) && (validation === undefined || isObject(validation))
}

function badHistory(expected: string, received: string): OptionError {
  return new OptionError('`lossCurves` received a bad `history`.', {
    facts: { Expected: expected, Received: received },
    fix: 'pass what fit(...) gives, or the epochs that train(...) yielded, in an array, and terms that they have',
  })
}
