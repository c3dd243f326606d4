// Where a point of the latent plane lies on the map, and back; and where the arrow keys lead.
import type { Plane } from '../../engine/engine.ts'

/** A point of the plane, or of the map in pixels from its top left. */
export type Point = readonly [x: number, y: number]

/** A map of a plane. */
export interface PlaneView {
  /** Pixels of a point of the plane. */
  toMap(point: Point): Point
  /** The point of the plane under a pixel, within the extent. */
  toPlane(pixel: Point): Point
}

/**
 * The extent of a plane, with the centres of the outermost tiles on its edges half a tile further in.
 *
 * @param extent `[left, right, bottom, top]`
 * @param size pixels of the square map, from side to side
 */
export function planeView(extent: Plane['extent'], size: number): PlaneView {
  const [left, right, bottom, top] = extent
  const [width, height] = [right - left, top - bottom]
  return {
    toMap: ([x, y]) => [((x - left) / width) * size, ((top - y) / height) * size],
    toPlane: ([x, y]) => clamped([left + (x / size) * width, top - (y / size) * height], extent),
  }
}

/** The centres of a square grid of tiles over the extent, row by row from the top left: `[perSide * perSide, 2]`. */
export function tileCentres([left, right, bottom, top]: Plane['extent'], perSide: number): Float32Array {
  const centres = new Float32Array(2 * perSide * perSide)
  for (let row = 0; row < perSide; row++) {
    for (let column = 0; column < perSide; column++) {
      const at = 2 * (row * perSide + column)
      centres[at] = left + ((column + 0.5) / perSide) * (right - left)
      centres[at + 1] = top - ((row + 0.5) / perSide) * (top - bottom)
    }
  }
  return centres
}

/** The nearest point within the extent. */
export function clamped([x, y]: Point, [left, right, bottom, top]: Plane['extent']): Point {
  return [Math.min(right, Math.max(left, x)), Math.min(top, Math.max(bottom, y))]
}

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/**
 * Where a key leads on the map: arrows a fortieth of the extent, with Shift an eighth; Home to the middle.
 *
 * @param point the point before
 * @param key as the event names it
 * @param isFar whether Shift is held
 * @returns undefined for any other key
 */
export function movedByKey(point: Point, extent: Plane['extent'], key: string, isFar: boolean): Point | undefined {
  const [left, right, bottom, top] = extent
  if (key === 'Home') return [(left + right) / 2, (bottom + top) / 2]
  const direction = directions[key]
  if (direction === undefined) return undefined
  const share = isFar ? 1 / 8 : 1 / 40
  const [x, y] = point
  return clamped([x + direction[0] * share * (right - left), y + direction[1] * share * (top - bottom)], extent)
}

/**
 * Which label most of the nearest examples have.
 *
 * @returns the label and its share of the nearest; undefined without labels
 */
export function labelNear(
  [x, y]: Point,
  { points, labels }: Plane,
  nearest = 15,
): { label: number; share: number } | undefined {
  if (labels === undefined || labels.length === 0) return undefined
  const distances = Array.from(labels, (label, index) => {
    const [dx, dy] = [(points[2 * index] ?? 0) - x, (points[2 * index + 1] ?? 0) - y]
    return [dx * dx + dy * dy, label] as const
  })
  const near = distances.sort(([a], [b]) => a - b).slice(0, nearest)
  const counts = new Map<number, number>()
  for (const [, label] of near) counts.set(label, (counts.get(label) ?? 0) + 1)
  const [best] = [...counts].sort(([, a], [, b]) => b - a)
  return best && { label: best[0], share: best[1] / near.length }
}
