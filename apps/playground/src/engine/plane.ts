// A plane in the space of codes, to look at and to drag over: the two latents themselves, or the first principal components of more.
import type { IndexedDataset } from '@ae/datasets'
import { tensor } from '@tensorflow/tfjs-core'
import type { Plane } from './engine.ts'
import { readExamples } from './examples.ts'
import { isConditional, type OpenedModel, viewOf } from './opened-model.ts'
import { valuesOf } from './pictures.ts'

/** A plane that points can be moved onto and off. */
export interface FittedPlane {
  readonly plane: Plane
  /** `[n, 2]` -> `[n, codeSize]` */
  toCodes(points: Float32Array): Float32Array
  /** `[n, codeSize]` -> `[n, 2]` */
  toPoints(codes: Float32Array): Float32Array
}

/** How many examples are shown. */
const pointsOnPlane = 1000

/**
 * The plane of a model's codes.
 *
 * @param data whose first examples are shown
 * @param epoch for the report
 * @param before the last plane: principal components keep its directions where their signs are free
 */
export async function fitPlane(
  model: OpenedModel,
  data: IndexedDataset,
  epoch: number,
  before?: FittedPlane,
): Promise<FittedPlane> {
  const { pictures, labels } = await readExamples(data, pointsOnPlane)
  const { values, count } = pictures
  const { codeSize } = viewOf(model)
  const codes = await valuesOf(() => {
    const x = tensor(values, [count, ...data.shape])
    return isConditional(model) ? model.encode(x, [...(labels ?? [])]) : viewOf(model).encode(x)
  })
  const shown = labels && { labels }
  if (codeSize === 2) return latentPlane(codes, epoch, shown)
  return componentPlane(codes, codeSize, epoch, shown, before)
}

/** A model with two latents: the plane is theirs. */
export function latentPlane(points: Float32Array, epoch: number, labels: Pick<Plane, 'labels'> = {}): FittedPlane {
  const plane = { epoch, points, ...labels, axes: 'latents', extent: extentOf(points) } as const
  return { plane, toCodes: (points) => points, toPoints: (codes) => codes }
}

async function componentPlane(
  codes: Float32Array,
  codeSize: number,
  epoch: number,
  labels: Pick<Plane, 'labels'> | undefined,
  before: FittedPlane | undefined,
): Promise<FittedPlane> {
  const { pca } = await import('@ae/metrics')
  const components = Math.min(2, codeSize)
  const found = await pca({ values: codes, count: codes.length / codeSize, codeSize }, { components })
  const { mean } = found
  const directions = Float64Array.from({ length: 2 * codeSize }, (_, i) => found.directions[i] ?? 0)
  const toPoints = (codes: Float32Array) =>
    Float32Array.from({ length: (codes.length / codeSize) * 2 }, (_, to) => {
      const [row, axis] = [(to >> 1) * codeSize, (to & 1) * codeSize]
      let sum = 0
      for (let i = 0; i < codeSize; i++) sum += at(codes, row + i, mean[i]) * at(directions, axis + i)
      return sum
    })
  if (before !== undefined) {
    const [now, then] = [toPoints(codes), before.plane.points]
    for (const axis of [0, 1]) {
      let agreement = 0
      for (let i = axis; i < now.length; i += 2) agreement += at(now, i) * at(then, i)
      if (agreement < 0)
        for (let i = 0; i < codeSize; i++) directions[axis * codeSize + i] = -at(directions, axis * codeSize + i)
    }
  }
  const points = toPoints(codes)
  const [first = 0, second = 0] = found.shares
  return {
    plane: {
      epoch,
      points,
      ...labels,
      axes: 'principal components',
      explained: [first, second],
      extent: extentOf(points),
    },
    toPoints,
    toCodes: (points) =>
      Float32Array.from({ length: (points.length / 2) * codeSize }, (_, to) => {
        const [row, i] = [Math.floor(to / codeSize) * 2, to % codeSize]
        return (mean[i] ?? 0) + at(points, row) * at(directions, i) + at(points, row + 1) * at(directions, codeSize + i)
      }),
  }
}

/** What holds the points, with a margin; at least from -1 to 1. */
function extentOf(points: Float32Array): Plane['extent'] {
  const ends = [0, 1].map((axis) => {
    let [low, high] = [-1, 1]
    for (let i = axis; i < points.length; i += 2) {
      low = Math.min(low, at(points, i))
      high = Math.max(high, at(points, i))
    }
    const margin = 0.05 * (high - low)
    return [low - margin, high + margin] as const
  })
  const [[left, right] = [-1, 1], [bottom, top] = [-1, 1]] = ends
  return [left, right, bottom, top]
}

function at(values: ArrayLike<number>, i: number, less = 0): number {
  return (values[i] ?? 0) - less
}
