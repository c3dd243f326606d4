// Linear maps along one axis of a tensor, and zeros inserted between its values: several gradients consist of these.
import { broadcastTo, matMul, pad, reshape, slice, type Tensor, transpose, util } from '@tensorflow/tfjs-core'

/** A tensor of any rank viewed as four axes; the map acts along the third. */
export interface View {
  /** The number of values along the axes whose values have a matrix each. */
  readonly batches: number
  /** The number of values along all axes between those and that of the map. */
  readonly outer: number
  /** The number of values along all axes after it. */
  readonly inner: number
}

/** The view of `shape` for a map along `axis` with the same matrix for all batches. */
export function viewAround(shape: readonly number[], axis: number): View {
  return {
    batches: 1,
    outer: util.sizeFromShape(shape.slice(0, axis)),
    inner: util.sizeFromShape(shape.slice(axis + 1)),
  }
}

/**
 * out[batch, outer, j, inner] = sum over i of x[batch, outer, i, inner] matrix[batch, i, j], as one matrix product.
 *
 * @param x of any shape, m values along the axis of the map
 * @param matrix `[batches, m, n]` or, with one batch, `[m, n]`
 * @param shape the shape of the result, n values along the axis of the map
 */
export function contract(x: Tensor, { batches, outer, inner }: View, matrix: Tensor, shape: number[]): Tensor {
  const [m, n] = matrix.shape.slice(-2) as [number, number]
  const rows = transpose(reshape(x, [batches, outer, m, inner]), [0, 1, 3, 2])
  const product = matMul(reshape(rows, [batches, outer * inner, m]), reshape(matrix, [batches, m, n]))
  return reshape(transpose(reshape(product, [batches, outer, inner, n]), [0, 1, 3, 2]), shape)
}

/**
 * Repeats `x` along its axes of length 1, to `shape` of the same rank. Neighbouring axes that are all repeated, or all not, are
 * merged into one: with five axes or more, webgl cannot repeat, and webgpu reads the tensor back to do it.
 */
export function repeatTo(x: Tensor, shape: readonly number[]): Tensor {
  if (shape.length < 5) return broadcastTo(x, [...shape])
  const from: number[] = []
  const to: number[] = []
  for (const [axis, length] of shape.entries()) {
    const own = x.shape[axis] as number
    const last = from.length - 1
    if (axis > 0 && (from[last] === to[last]) === (own === length)) {
      from[last] = Number(from[last]) * own
      to[last] = Number(to[last]) * length
    } else {
      from.push(own)
      to.push(length)
    }
  }
  return reshape(broadcastTo(reshape(x, from), to), [...shape])
}

/**
 * `x` with the given numbers of zeros before and after it along each axis. An axis without any is merged with the axis before
 * it: with five axes or more, webgl cannot pad.
 */
export function padWithZeros(x: Tensor, paddings: readonly (readonly [number, number])[]): Tensor {
  const shape: number[] = []
  const merged: [number, number][] = []
  for (const [axis, [before, after]] of paddings.entries()) {
    const length = x.shape[axis] as number
    const last = merged.at(-1)
    if (last === undefined || before > 0 || after > 0) {
      shape.push(length)
      merged.push([before, after])
    } else {
      shape.push(Number(shape.pop()) * length)
      merged.splice(-1, 1, [last[0] * length, last[1] * length])
    }
  }
  const whole = paddings.map(([before, after], axis) => before + Number(x.shape[axis]) + after)
  return reshape(pad(reshape(x, shape), merged), whole)
}

/**
 * Puts `gap - 1` zeros between neighbours along an axis: length m becomes (m - 1) gap + 1.
 *
 * @returns `x` itself when the gap is 1
 */
export function spread(x: Tensor, axis: number, gap: number): Tensor {
  if (gap === 1) return x
  const { outer, inner } = viewAround(x.shape, axis)
  const length = x.shape[axis] ?? 0
  const columns = reshape(x, [outer, length, 1, inner])
  const padded = pad(columns, [
    [0, 0],
    [0, 0],
    [0, gap - 1],
    [0, 0],
  ]) // [outer, length, gap, inner]
  const ended = slice(reshape(padded, [outer, length * gap, inner]), [0, 0, 0], [outer, (length - 1) * gap + 1, inner])
  return reshape(ended, x.shape.with(axis, (length - 1) * gap + 1))
}
