// Gradients of reductions and scans. Every reduction repeats dy along the axes that were reduced.
import {
  cumprod,
  cumsum,
  div,
  equal,
  mul,
  reshape,
  reverse,
  sum,
  type Tensor,
  tensor,
  transpose,
  util,
  where,
} from '@tensorflow/tfjs-core'
import { constantIn, fromAll, fromInputs, type Gradients, ofX } from './gradient.ts'
import { repeatTo, viewAround } from './linear.ts'

type Axes = number | number[]

interface Scan {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}

/** The gradients of reductions and scans. */
export function reductions(): Gradients {
  return {
    Sum: ofX((dy, x, { axis }: { axis: Axes }) => repeatTo(keepAxes(dy, x, axis), x.shape)),
    Mean: ofX((dy, x, { axis }: { axis: Axes }) => repeatTo(keepAxes(div(dy, x.size / dy.size), x, axis), x.shape)),
    Max: fromAll(['x'], (dy, [x, y], { reductionIndices }: { reductionIndices: Axes }) => ({
      x: () => shareAmongTies(dy, x, y, reductionIndices),
    })),
    Min: fromAll(['x'], (dy, [x, y], { axis }: { axis: Axes }) => ({ x: () => shareAmongTies(dy, x, y, axis) })),
    Prod: ofX((dy, x, { axis }: { axis: Axes }) => mul(keepAxes(dy, x, axis), productOfOthers(x, axis))),
    Cumsum: fromInputs([], (dy, _, scan: Scan) => ({
      x: () =>
        scan.reverse ? cumsum(dy, scan.axis, scan.exclusive) : fromTheEnd(cumsum, dy, scan.axis, scan.exclusive),
    })),
    Cumprod: ofX((dy, x, scan: Scan) => undoProducts(dy, x, scan)),
    ArgMax: constantIn('x'),
    ArgMin: constantIn('x'),
    All: constantIn('x'),
    Any: constantIn('x'),
  }
}

/** A reduced tensor with the reduced axes of `x` put back, of length 1. */
function keepAxes(reduced: Tensor, x: Tensor, axis: Axes): Tensor {
  const axes = util.parseAxisParam(axis, x.shape)
  return reshape(
    reduced,
    x.shape.map((length, i) => (axes.includes(i) ? 1 : length)),
  )
}

/** dy goes to the values equal to the extreme one, in equal shares. */
function shareAmongTies(dy: Tensor, x: Tensor, extreme: Tensor, axis: Axes): Tensor {
  // Not a cast: webgpu's keeps the boolean's integers, and its transposition then misreads them.
  const ties = where(equal(x, keepAxes(extreme, x, axis)), 1, 0)
  return mul(ties, div(keepAxes(dy, x, axis), sum(ties, axis, true)))
}

/** For each value the product of all others that are reduced with it; exact also where values are zero. */
function productOfOthers(x: Tensor, axis: Axes): Tensor {
  const axes = util.parseAxisParam(axis, x.shape)
  const kept = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
  const order = [...kept, ...axes]
  const moved = transpose(x, order) // [...kept, ...reduced]
  const flat = reshape(moved, [util.sizeFromShape(moved.shape.slice(0, kept.length)), -1])
  const others = mul(cumprod(flat, 1, true), fromTheEnd(cumprod, flat, 1, true)) // before it times after it
  return transpose(
    reshape(others, moved.shape),
    order.map((_, i) => order.indexOf(i)),
  )
}

/** y_i is the product of the x_k that the scan has reached; its derivative with respect to each of them is the product of the others. */
function undoProducts(dy: Tensor, x: Tensor, { axis, exclusive, reverse }: Scan): Tensor {
  const { outer, inner } = viewAround(x.shape, axis)
  const length = x.shape[axis] ?? 0
  const isReached = Uint8Array.from({ length: length ** 2 }, (_, at) => {
    const [i, k] = [Math.floor(at / length), at % length]
    return Number(i === k ? !exclusive : k > i === reverse)
  })
  const reached = tensor(isReached, [1, length, length, 1], 'bool')
  const factors = where(reached, reshape(x, [outer, 1, length, inner]), 1) // [outer, i, k, inner]
  const each = mul(productOfOthers(factors, 2), reshape(dy, [outer, length, 1, inner]))
  return reshape(sum(where(reached, each, 0), 1), x.shape)
}

/** Not by the scan's own option: webgpu runs the program that it built for a different length. */
function fromTheEnd(scan: typeof cumsum, x: Tensor, axis: number, exclusive: boolean): Tensor {
  return reverse(scan(reverse(x, axis), axis, exclusive), axis)
}
