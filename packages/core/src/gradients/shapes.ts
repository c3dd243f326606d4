// Gradients of ops that move values without changing them: each puts dy back where its value came from.
import {
  backend_util,
  batchToSpaceND,
  cast,
  concat,
  equal,
  eye,
  mirrorPad,
  mul,
  range,
  reshape,
  reverse,
  type StridedSliceAttrs,
  slice,
  slice_util,
  spaceToBatchND,
  stack,
  sum,
  type Tensor,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core'
import { constantIn, fromInputs, type Gradients, ofList, ofPieces, ofX } from './gradient.ts'
import { contract, padWithZeros, spread, viewAround } from './linear.ts'

/** The gradients of reshaping, joining, slicing, padding, repeating and gathering. */
export function shapes(): Gradients {
  return {
    Reshape: ofX((dy, x) => reshape(dy, x.shape)),
    ExpandDims: fromInputs(['input'], (dy, [x]) => ({ input: () => reshape(dy, x.shape) })),
    Transpose: fromInputs([], (dy, _, { perm }: { perm: number[] }) => ({
      x: () =>
        transpose(
          dy,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
    })),
    Reverse: fromInputs([], (dy, _, { dims }: { dims: number | number[] }) => ({ x: () => reverse(dy, dims) })),
    Tile: ofX((dy, x, { reps }: { reps: number[] }) => sumRepeats(dy, x, reps)),

    Concat: ofList((dy, inputs, index, attributes: { axis: number }) => {
      const axis = parseAxis(attributes.axis, dy.shape)
      const before = inputs.slice(0, index).reduce((length, input) => length + (input.shape[axis] ?? 0), 0)
      return part(dy, axis, before, inputs[index]?.shape[axis] ?? 0)
    }),
    Pack: ofList((dy, inputs, index, { axis }: { axis: number }) =>
      reshape(part(dy, parseAxis(axis, dy.shape), index, 1), inputs[index]?.shape ?? []),
    ),
    SplitV: ofPieces('x', (dys, { axis }: { axis: number }) => concat(dys, axis)),
    Unpack: ofPieces('value', (dys, { axis }: { axis: number }) =>
      stack(dys, axis < 0 ? axis + (dys[0]?.rank ?? 0) + 1 : axis),
    ),

    Slice: ofX((dy, x, { begin, size }: { begin: number[]; size: number[] }) => {
      const [first = []] = slice_util.parseSliceParams(x, begin, size)
      return placeAt(first, dy, x.shape)
    }),
    StridedSlice: ofX((dy, x, attributes: StridedSliceAttrs) => undoStrides(dy, x, attributes)),
    PadV2: ofX((dy, x, { paddings }: { paddings: [number, number][] }) =>
      slice(
        dy,
        paddings.map(([before]) => before),
        x.shape,
      ),
    ),
    MirrorPad: ofX((dy, x, attributes: { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }) =>
      foldMirrors(dy, x, attributes),
    ),
    SpaceToBatchND: fromInputs([], (dy, _, attributes: { blockShape: number[]; paddings: number[][] }) => ({
      x: () => batchToSpaceND(dy, attributes.blockShape, attributes.paddings),
    })),
    BatchToSpaceND: fromInputs([], (dy, _, attributes: { blockShape: number[]; crops: number[][] }) => ({
      x: () => spaceToBatchND(dy, attributes.blockShape, attributes.crops),
    })),

    GatherV2: fromInputs(['x', 'indices'], (dy, [x, indices], { axis, batchDims }: GatherAttributes) => ({
      x: () => sumPicks(dy, x, indices, parseAxis(axis, x.shape), batchDims),
      indices: () => zeros(indices.shape),
    })),
    OneHot: constantIn('indices'),
    FlipLeftRight: fromInputs([], (dy) => ({ image: () => reverse(dy, 2) })),
    Diag: ofX((dy, x) => {
      const square = reshape(dy, [x.size, x.size])
      return reshape(sum(mul(square, eye(x.size)), 1), x.shape)
    }),
    DepthToSpace: ofX((dy, x, { blockSize, dataFormat }: { blockSize: number; dataFormat: string }) => {
      const channelsFirst = dataFormat === 'NCHW'
      const [batch = 0, ...lengths] = x.shape
      const [height = 0, width = 0] = channelsFirst ? lengths.slice(1) : lengths
      const places = [height, blockSize, width, blockSize]
      const blocks = reshape(dy, channelsFirst ? [batch, -1, ...places] : [batch, ...places, -1])
      return reshape(transpose(blocks, channelsFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 2, 4, 5]), x.shape)
    }),
  }
}

interface GatherAttributes {
  readonly axis: number
  readonly batchDims: number
}

function parseAxis(axis: number, shape: number[]): number {
  return axis < 0 ? axis + shape.length : axis
}

/** One axis at a time, so that the rank never grows beyond three. */
function sumRepeats(dy: Tensor, x: Tensor, reps: readonly number[]): Tensor {
  let rest = dy
  reps.forEach((count, axis) => {
    const { outer, inner } = viewAround(rest.shape, axis)
    const length = x.shape[axis] ?? 0
    if (count > 1) rest = reshape(sum(reshape(rest, [outer, count, length * inner]), 1), rest.shape.with(axis, length))
  })
  return reshape(rest, x.shape)
}

/** The values of `x` from `start` on, `length` of them along `axis`. */
function part(x: Tensor, axis: number, start: number, length: number): Tensor {
  return slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.with(axis, length),
  )
}

/** `x` with zeros around it, so that it begins at `first` in a tensor of `shape`. */
function placeAt(first: readonly number[], x: Tensor, shape: readonly number[]): Tensor {
  return padWithZeros(
    x,
    shape.map((length, axis) => {
      const before = first[axis] ?? 0
      return [before, length - before - (x.shape[axis] ?? 0)]
    }),
  )
}

function undoStrides(dy: Tensor, x: Tensor, attributes: StridedSliceAttrs): Tensor {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes
  const cut = slice_util.sliceInfo(
    x.shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  )
  let rest = reshape(dy, slice_util.computeOutShape(cut.begin, cut.end, cut.strides))
  const first = cut.strides.map((stride, axis) => {
    const start = cut.begin[axis] ?? 0
    const last = start + stride * ((rest.shape[axis] ?? 0) - 1)
    if (stride < 0) rest = reverse(rest, axis)
    rest = spread(rest, axis, Math.abs(stride))
    return Math.min(start, last)
  })
  return placeAt(first, rest, x.shape)
}

/** Padding is a linear map along each axis; the map's matrix is what it does to the unit vectors. */
function foldMirrors(
  dy: Tensor,
  x: Tensor,
  { paddings, mode }: { paddings: [number, number][]; mode: 'reflect' | 'symmetric' },
): Tensor {
  let rest = dy
  paddings.forEach((padding, axis) => {
    const length = x.shape[axis] ?? 0
    const matrix = mirrorPad(eye(length), [padding, [0, 0]], mode) // [padded, length]
    rest = contract(rest, viewAround(rest.shape, axis), matrix, rest.shape.with(axis, length))
  })
  return rest
}

/** dy of each pick goes to the value that was picked; picks of the same value add up. */
function sumPicks(dy: Tensor, x: Tensor, indices: Tensor, axis: number, batchDims: number): Tensor {
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
  const view = { batches: info.batchSize, outer: info.outerSize, inner: info.sliceSize }
  const column = reshape(indices, [view.batches, -1, 1])
  const picked = cast(equal(column, range(0, info.dimSize, 1, 'int32')), 'float32') // [batches, picks, values]
  return contract(dy, view, picked, x.shape)
}
