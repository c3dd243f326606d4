// Convolution, transposed convolution and the gradient of their filter, as matrix products with the patches that the
// filter sees: an image [height, width, inChannels] gives outHeight outWidth rows of filterHeight filterWidth inChannels.
import type { Heap } from '../heap.ts'
import type { Geometry } from './geometry.ts'
import { type Ending, type Matrix, multiply, noEnding } from './product.ts'

// Patches are made for a few rows of the output at a time, so that they stay in a second-level cache.
const patchFloats = 2 ** 16

/**
 * Writes `ending(convolution(x, filter))` to `out`.
 *
 * @param heap the memory
 * @param geometry of the convolution
 * @param x the address of `[batch, inHeight, inWidth, inChannels]`
 * @param filter the address of `[filterHeight, filterWidth, inChannels, outChannels]`
 * @param out the address of `[batch, outHeight, outWidth, outChannels]`
 */
export function convolve(
  heap: Heap,
  geometry: Geometry,
  x: number,
  filter: number,
  out: number,
  ending = noEnding,
): void {
  const other = fromOutside(geometry)
  if (other !== undefined) {
    withFlipped(heap, geometry, filter, (flipped) => {
      convolveTransposed(heap, other, out, flipped, x, ending)
    })
    return
  }
  const { outWidth, outChannels } = geometry
  eachRows(heap, geometry, (patches, row, count) => {
    const target = out + 4 * row * outWidth * outChannels
    heap.native.patchRows(x, patches.address, row, count, ...lengths(geometry))
    multiply(heap, patches, filterMatrix(filter, geometry), target, ending)
  })
}

/**
 * Writes the transposed convolution to `x`: the gradient of `convolve` by its input, and what decoders enlarge with.
 *
 * @param heap the memory
 * @param geometry of the convolution that this is the transpose of
 * @param x the address of the result, `[batch, inHeight, inWidth, inChannels]`
 * @param filter the address of `[filterHeight, filterWidth, inChannels, outChannels]`
 * @param out the address of what is given, `[batch, outHeight, outWidth, outChannels]`
 */
export function convolveTransposed(
  heap: Heap,
  geometry: Geometry,
  x: number,
  filter: number,
  out: number,
  { bias, activation }: Ending = noEnding,
): void {
  const other = fromOutside(geometry)
  if (other !== undefined) {
    withFlipped(heap, geometry, filter, (flipped) => {
      convolve(heap, other, out, flipped, x, { bias, activation })
    })
    return
  }
  const { inHeight, inWidth, inChannels, outHeight } = geometry
  let images = 0 // that are complete
  eachRows(heap, geometry, (patches, row, count) => {
    const transposed = { ...filterMatrix(filter, geometry), transposed: true }
    multiply(heap, outMatrix(out, row, count, geometry), transposed, patches.address)
    heap.native.addPatchRows(x, patches.address, row, count, ...lengths(geometry))
    const complete = Math.floor((row + count) / outHeight)
    if (bias !== 0 || activation !== 0) {
      const target = x + 4 * images * inHeight * inWidth * inChannels
      heap.native.biasActivation(
        heap.team,
        target,
        bias,
        (complete - images) * inHeight * inWidth,
        inChannels,
        activation,
      )
    }
    images = complete
  })
}

/**
 * Writes the gradient of the filter.
 *
 * @param heap the memory
 * @param geometry of the convolution
 * @param x the address of `[batch, inHeight, inWidth, inChannels]`
 * @param dy the address of `[batch, outHeight, outWidth, outChannels]`
 * @param dFilter the address of the result, `[filterHeight, filterWidth, inChannels, outChannels]`
 */
export function filterGradient(heap: Heap, geometry: Geometry, x: number, dy: number, dFilter: number): void {
  const other = fromOutside(geometry)
  if (other !== undefined) {
    const [taps, bytes] = [geometry.filterHeight * geometry.filterWidth, 4 * patchSize(geometry) * geometry.outChannels]
    heap.scratch(bytes, (flipped) => {
      filterGradient(heap, other, dy, x, flipped)
      heap.native.flipFilter(flipped, dFilter, taps, geometry.outChannels, geometry.inChannels)
    })
    return
  }
  eachRows(heap, geometry, (patches, row, count) => {
    heap.native.patchRows(x, patches.address, row, count, ...lengths(geometry))
    const transposed = { ...patches, transposed: true }
    multiply(heap, transposed, outMatrix(dy, row, count, geometry), dFilter, row === 0 ? noEnding : 'add')
  })
}

/**
 * The convolution with stride 1 as the transpose of another, from its output to its input. Patches are then as large as
 * the output's channels, so that a last layer to few channels does not copy many channels nine times.
 *
 * @returns undefined where that would not help
 */
function fromOutside(geometry: Geometry): Geometry | undefined {
  const { filterHeight, filterWidth, inChannels, outChannels, padInfo } = geometry
  const dense = [geometry.strideHeight, geometry.strideWidth, geometry.dilationHeight, geometry.dilationWidth]
  if (dense.some((step) => step !== 1) || inChannels <= 3 * outChannels || filterHeight * filterWidth === 1) return
  return {
    ...geometry,
    inHeight: geometry.outHeight,
    inWidth: geometry.outWidth,
    inChannels: outChannels,
    outHeight: geometry.inHeight,
    outWidth: geometry.inWidth,
    outChannels: inChannels,
    padInfo: { top: filterHeight - 1 - padInfo.top, left: filterWidth - 1 - padInfo.left },
  }
}

/** Calls `use` with the filter that the convolution of `fromOutside` has, freed afterwards. */
function withFlipped(heap: Heap, geometry: Geometry, filter: number, use: (flipped: number) => void): void {
  const { filterHeight, filterWidth, inChannels, outChannels } = geometry
  heap.scratch(4 * patchSize(geometry) * outChannels, (flipped) => {
    heap.native.flipFilter(filter, flipped, filterHeight * filterWidth, inChannels, outChannels)
    use(flipped)
  })
}

/** Calls `use` with room for the patches of a few rows of the output at a time; once with none for an empty batch. */
function eachRows(heap: Heap, geometry: Geometry, use: (patches: Matrix, row: number, count: number) => void): void {
  const { batchSize, outHeight, outWidth } = geometry
  const columns = patchSize(geometry)
  const rows = batchSize * outHeight
  const rowsAtOnce = Math.max(1, Math.min(rows, Math.floor(patchFloats / (outWidth * columns || 1))))
  heap.scratch(4 * rowsAtOnce * outWidth * columns || 4, (address) => {
    for (let row = 0; row === 0 || row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row)
      use({ address, rows: count * outWidth, columns, transposed: false }, row, count)
    }
  })
}

function filterMatrix(address: number, geometry: Geometry): Matrix {
  return { address, rows: patchSize(geometry), columns: geometry.outChannels, transposed: false }
}

function outMatrix(address: number, row: number, count: number, { outWidth, outChannels }: Geometry): Matrix {
  const offset = 4 * row * outWidth * outChannels
  return { address: address + offset, rows: count * outWidth, columns: outChannels, transposed: false }
}

function patchSize({ filterHeight, filterWidth, inChannels }: Geometry): number {
  return filterHeight * filterWidth * inChannels
}

/** In the order in which assembly/convolution.ts takes them. */
function lengths(geometry: Geometry): number[] {
  return [
    geometry.inHeight,
    geometry.inWidth,
    geometry.inChannels,
    geometry.outHeight,
    geometry.outWidth,
    geometry.filterHeight,
    geometry.filterWidth,
    geometry.strideHeight,
    geometry.strideWidth,
    geometry.dilationHeight,
    geometry.dilationWidth,
    geometry.padInfo.top,
    geometry.padInfo.left,
  ]
}
