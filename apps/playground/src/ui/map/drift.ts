// Until somebody takes over, the point wanders over the map, so that the page opens alive.
import type { Plane } from '../../engine/engine.ts'
import type { Point } from './plane-view.ts'

/** Seconds after which the point rests. */
const most = 24

/**
 * Moves the point along a slow curve, unless the visitor prefers less motion.
 *
 * @param element no motion starts before the plane is there, nor while this is out of sight
 * @param extentOf of the plane, once there is one
 * @param moveTo is told the next point
 * @returns stops for good
 */
export function drift(
  element: HTMLElement,
  extentOf: () => Plane['extent'] | undefined,
  moveTo: (point: Point) => void,
): () => void {
  let isOver = matchMedia('(prefers-reduced-motion: reduce)').matches
  let start: number | undefined
  let last = 0
  const move = (now: number) => {
    if (isOver) return
    const extent = extentOf()
    if (extent && now - last > 40 && element.getBoundingClientRect().bottom > 0) {
      start ??= now
      last = now
      moveTo(driftPoint(extent, (now - start) / 1000))
      isOver = now - start > 1000 * most
    }
    requestAnimationFrame(move)
  }
  requestAnimationFrame(move)
  return () => {
    isOver = true
  }
}

/** A point on a Lissajous curve around the middle, which it leaves at 0 seconds. */
function driftPoint([left, right, bottom, top]: Plane['extent'], seconds: number): Point {
  const x = (left + right) / 2 + 0.36 * (right - left) * Math.sin(0.42 * seconds)
  return [x, (bottom + top) / 2 + 0.34 * (top - bottom) * Math.sin(0.61 * seconds)]
}
