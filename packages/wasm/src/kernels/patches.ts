// Convolution, transposed convolution and their gradients. assembly/convolution.ts does them as matrix products with the
// patches that the filter sees; here is decided which of the two directions is the cheaper one.
import type { Heap } from '../memory/heap.ts'
import { type Geometry, lengthsOf } from './geometry.ts'
import { type Ending, noEnding } from './product.ts'

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
  inDirection(heap, geometry, false, filter, (turned) => forward(heap, turned, x, out, ending))
}

/**
 * Writes `ending(transposed convolution)` to `x`: without an ending the gradient of `convolve` by its input, and what
 * decoders enlarge with.
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
  ending = noEnding,
): void {
  inDirection(heap, geometry, true, filter, (turned) => forward(heap, turned, out, x, ending))
}

/** The addresses that `convolutionGradient` reads and writes; 0 for what is not there, or not wanted. */
export interface GradientAddresses {
  /** What was convolved. */
  readonly input: number
  readonly filter: number
  /** The result of the layer, and its gradient. `output` is read where there is an activation only. */
  readonly output: number
  readonly dy: number
  /** Where the gradients go. */
  readonly dFilter: number
  readonly dBias: number
  readonly dInput: number
}

/**
 * Writes the gradients of `ending(convolution(input, filter))`, or of the transposed convolution.
 *
 * @param heap the memory
 * @param geometry of the convolution, or of the one that is transposed
 * @param transposed which of the two
 * @param addresses what is read and written
 * @param activation the number of the activation, as assembly/activate.ts knows it
 */
export function convolutionGradient(
  heap: Heap,
  geometry: Geometry,
  transposed: boolean,
  addresses: GradientAddresses,
  activation = 0,
): void {
  inDirection(heap, geometry, transposed, addresses.filter, (turned) => {
    const { input, output, dy, dBias, dInput, dFilter } = addresses
    const write = (filterGradient: number) =>
      heap.exports.convolutionGradient(
        Number(turned.transposed),
        input,
        turned.filter,
        output,
        dy,
        filterGradient,
        dBias,
        dInput,
        activation,
        room(heap, turned.geometry),
        ...lengthsOf(turned.geometry),
      )
    if (turned.geometry === geometry) {
      write(dFilter)
      return
    }
    const { filterHeight, filterWidth, inChannels, outChannels } = geometry
    heap.scratch(filterBytes(geometry), (flipped) => {
      write(flipped)
      heap.exports.flipFilter(flipped, dFilter, filterHeight * filterWidth, outChannels, inChannels)
    })
  })
}

/** A convolution, or a transposed one, in the direction in which it is computed. */
interface Turned {
  readonly geometry: Geometry
  readonly transposed: boolean
  readonly filter: number
}

/**
 * Calls `use` with the convolution, or with the same as the transpose of another, from its output to its input. With stride
 * 1 and few channels out, as in a last layer to an image, the patches of that one are as small as those few channels, where
 * its own would copy many channels nine times.
 *
 * @param filter its address; 0 where `use` does not need one
 */
function inDirection(
  heap: Heap,
  geometry: Geometry,
  transposed: boolean,
  filter: number,
  use: (turned: Turned) => void,
): void {
  const { filterHeight, filterWidth, inChannels, outChannels, padInfo } = geometry
  const dense = [geometry.strideHeight, geometry.strideWidth, geometry.dilationHeight, geometry.dilationWidth]
  if (dense.some((step) => step !== 1) || inChannels <= 3 * outChannels || filterHeight * filterWidth === 1) {
    use({ geometry, transposed, filter })
    return
  }
  const other = {
    ...geometry,
    inHeight: geometry.outHeight,
    inWidth: geometry.outWidth,
    inChannels: outChannels,
    outHeight: geometry.inHeight,
    outWidth: geometry.inWidth,
    outChannels: inChannels,
    padInfo: { top: filterHeight - 1 - padInfo.top, left: filterWidth - 1 - padInfo.left },
  }
  if (filter === 0) {
    use({ geometry: other, transposed: !transposed, filter })
    return
  }
  heap.scratch(filterBytes(geometry), (flipped) => {
    heap.exports.flipFilter(filter, flipped, filterHeight * filterWidth, inChannels, outChannels)
    use({ geometry: other, transposed: !transposed, filter: flipped })
  })
}

function forward(
  heap: Heap,
  { geometry, transposed, filter }: Turned,
  input: number,
  output: number,
  { bias, activation }: Ending,
): void {
  const [images, maps] = transposed ? [output, input] : [input, output]
  const addresses = [images, filter, maps, bias, activation, room(heap, geometry)]
  heap.exports.convolve(Number(transposed), ...addresses, ...lengthsOf(geometry))
}

/** The address of the working memory that it needs. */
function room(heap: Heap, geometry: Geometry): number {
  return heap.workspace(4 * heap.exports.convolutionFloats(...lengthsOf(geometry)))
}

function filterBytes({ filterHeight, filterWidth, inChannels, outChannels }: Geometry): number {
  return 4 * filterHeight * filterWidth * inChannels * outChannels
}
