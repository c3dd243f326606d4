// Where the windows of a convolution or a pooling lie. tfjs-core knows it too, but whoever asks it there (backend_util) ships 10 kB
// of unrelated code with it.
import { OptionError, ShapeError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Conv2DAttrs } from '@tensorflow/tfjs-core'
import type { Shape4D } from './kernel.ts'

/** The lengths of a convolution. */
export interface Geometry {
  readonly batchSize: number
  readonly inHeight: number
  readonly inWidth: number
  readonly inChannels: number
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly dilationHeight: number
  readonly dilationWidth: number
  /** Rows and columns of zeros before an image. */
  readonly padInfo: Readonly<Record<'top' | 'left', number>>
}

/** How windows move: as tfjs's ops take it. */
export interface WindowOptions extends Pick<Conv2DAttrs, 'strides' | 'pad'> {
  readonly dilations?: Conv2DAttrs['dilations'] | undefined
  readonly dimRoundingMode?: Conv2DAttrs['dimRoundingMode'] | undefined
}

/**
 * The windows over images `[batch, height, width, channels]`.
 *
 * @param name the op, for the message
 * @param images the shape of the images
 * @param filter height and width of a window
 * @param outChannels how many numbers each window gives
 * @param options how windows move
 * @returns as tfjs-core computes it; `outHeight` or `outWidth` may be 0 or less, where no window fits
 * @throws {OptionError} on a padding that tfjs does not know
 */
export function windowsOf(
  name: string,
  [batchSize, inHeight, inWidth, inChannels]: Shape4D,
  [filterHeight, filterWidth]: readonly [number, number],
  outChannels: number,
  { strides, pad, dilations = 1, dimRoundingMode }: WindowOptions,
): Geometry {
  const [strideHeight, strideWidth] = pair(strides)
  const [dilationHeight, dilationWidth] = pair(dilations ?? 1)
  const down: Axis = { length: inHeight, window: spread(filterHeight, dilationHeight), stride: strideHeight }
  const right: Axis = { length: inWidth, window: spread(filterWidth, dilationWidth), stride: strideWidth }
  // With one number for all sides tfjs measures both axes by the vertical window and stride, on every backend:
  // findings/tfjs-number-padding.sh.
  const across: Axis = typeof pad === 'number' ? { ...down, length: inWidth } : right
  const [top, outHeight] = placed(name, down, pad, 1, dimRoundingMode)
  const [left, outWidth] = placed(name, across, pad, 2, dimRoundingMode)
  return {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padInfo: { top, left },
  }
}

/**
 * Asserts that windows fit into the images.
 *
 * @param window what to call one in the message
 * @throws {ShapeError} when none does
 */
export function assertFits(name: string, geometry: Geometry, window: string, shape: readonly number[]): void {
  if (geometry.outHeight > 0 && geometry.outWidth > 0) return
  const { batchSize, inHeight, inWidth, inChannels } = geometry
  throw new ShapeError(`\`${name}\` received images smaller than its ${window.toLowerCase()}.`, {
    facts: {
      [window]: `[${shape.join(', ')}]`,
      Images: `[${[batchSize, inHeight, inWidth, inChannels].join(', ')}]`,
    },
    fix: "pad them, e.g. with pad: 'same'",
  })
}

/** The shape of what the windows give. */
export function outShapeOf({ batchSize, outHeight, outWidth, outChannels }: Geometry): Shape4D {
  return [batchSize, outHeight, outWidth, outChannels]
}

/** Its numbers, in the order in which assembly/lengths.ts takes them. */
export function lengthsOf(geometry: Geometry): number[] {
  return [
    geometry.batchSize,
    geometry.inHeight,
    geometry.inWidth,
    geometry.inChannels,
    geometry.outHeight,
    geometry.outWidth,
    geometry.outChannels,
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

interface Axis {
  readonly length: number
  readonly window: number
  readonly stride: number
}

/** The padding before an axis, and how many windows lie along it. */
function placed(
  name: string,
  { length, window, stride }: Axis,
  pad: WindowOptions['pad'],
  place: 1 | 2,
  rounding: WindowOptions['dimRoundingMode'],
): readonly [before: number, count: number] {
  if (pad === 'valid') return [0, Math.ceil((length - window + 1) / stride)]
  if (pad === 'same') {
    const count = Math.ceil(length / stride)
    return [Math.floor(Math.max(0, (count - 1) * stride + window - length) / 2), count]
  }
  const sides = typeof pad === 'number' ? ([pad, pad] as const) : Array.isArray(pad) ? pad[place] : undefined
  if (sides === undefined) {
    throw new OptionError(`\`${name}\` received an unknown \`pad\`.`, {
      facts: {
        Expected: "'same', 'valid', a number, or [[0, 0], [top, bottom], [left, right], [0, 0]]",
        Received: show(pad),
      },
    })
  }
  const [before, after] = sides
  return [before, Math[rounding ?? 'trunc']((length - window + before + after) / stride + 1)]
}

function pair(value: number | readonly number[]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : (value as readonly [number, number])
}

/** How far a window with holes reaches. */
function spread(window: number, dilation: number): number {
  return window + (window - 1) * (Math.max(1, dilation) - 1)
}
