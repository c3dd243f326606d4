// A small plot of one term: where its line runs, and what its axis says.
import type { LossHistory } from './loss-history.ts'

/** A line in a box, ready to be drawn. */
export interface LossPlot {
  /** Of an SVG path; empty without points. */
  readonly path: string
  /** What the bottom and the top of the box stand for. */
  readonly range: readonly [low: number, high: number]
  /** The last point, in the box. */
  readonly end: readonly [x: number, y: number] | undefined
}

/**
 * Lays out the line of a term. The first tenth of a run often lies far above the rest; the box shows what comes after it, and the
 * line enters from above.
 *
 * @param history of the run
 * @param term one of its terms
 * @param width of the box, in any unit
 * @param height of the box
 */
export function lossPlot({ steps, terms }: LossHistory, term: string, width: number, height: number): LossPlot {
  const values = terms[term] ?? []
  const points = values.flatMap((value, index) => (Number.isFinite(value) ? [[steps[index] ?? 0, value] as const] : []))
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return { path: '', range: [0, 1], end: undefined }
  const settled = points.slice(Math.floor(points.length / 10)).map(([, value]) => value)
  const [low, high] = widened(Math.min(...settled), Math.max(...settled))
  const x = (step: number) => (last[0] === first[0] ? width : ((step - first[0]) / (last[0] - first[0])) * width)
  const y = (value: number) => height - ((value - low) / (high - low)) * height
  const place = ([step, value]: readonly [number, number]) => [x(step), Math.max(-height, y(value))] as const
  const path = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${place(point).map(round).join(' ')}`).join('')
  return { path, range: [low, high], end: place(last) }
}

/** A range with something between its ends. */
function widened(low: number, high: number): readonly [number, number] {
  if (high - low > 1e-9 * Math.max(1, Math.abs(high))) return [low, high]
  return [low - Math.max(0.5, Math.abs(low) / 2), high + Math.max(0.5, Math.abs(high) / 2)]
}

const round = (value: number) => Math.round(10 * value) / 10
