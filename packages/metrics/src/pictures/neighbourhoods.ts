// The neighbourhoods of features: a ball around each row that reaches its k-th nearest other row, and who lies in which.
import { yieldToTasks } from '@ae/core/internal'
import type { Codes } from '../representation/codes.ts'
import { nearestRows } from '../representation/nearest-codes.ts'

/** The squared distance of each row from its k-th nearest other row. */
export async function squaredRadii(rows: Codes, k: number): Promise<Float64Array> {
  const nearest = await nearestRows(rows, rows, k + 1) // each is its own nearest
  return Float64Array.from({ length: rows.count }, (_, i) =>
    squaredDistance(rows, i, rows, nearest[i * (k + 1) + k] as number, Infinity),
  )
}

/** Which points lie in which balls. */
export interface Membership {
  /** In how many balls each point lies. */
  readonly ballsOfPoint: Uint32Array
  /** Whether each ball holds a point, 1 or 0. */
  readonly isBallFilled: Uint8Array
}

/** Counts the points that lie in balls around `centres`, those on the surface too. */
export async function membership(points: Codes, centres: Codes, radii: Float64Array): Promise<Membership> {
  const ballsOfPoint = new Uint32Array(points.count)
  const isBallFilled = new Uint8Array(centres.count)
  for (let i = 0; i < points.count; i++) {
    for (let j = 0; j < centres.count; j++) {
      const radius = radii[j] as number
      if (squaredDistance(points, i, centres, j, radius) > radius) continue
      ballsOfPoint[i] = (ballsOfPoint[i] as number) + 1
      isBallFilled[j] = 1
    }
    await yieldToTasks()
  }
  return { ballsOfPoint, isBallFilled }
}

/** The squared distance of two rows; something above `limit`, at once, if it is more than that. */
function squaredDistance(a: Codes, i: number, b: Codes, j: number, limit: number): number {
  const { codeSize: size, values: x } = a
  const { values: y } = b
  const [from, other] = [i * size, j * size]
  let sum = 0
  for (let at = 0; at < size && sum <= limit; at++) sum += ((x[from + at] as number) - (y[other + at] as number)) ** 2
  return sum
}
