// The lengths of a convolution or a pooling, as arguments 12 to 25, and 27, of every job that has windows.
import { put } from './team'

export const IN_HEIGHT: i32 = 12, IN_WIDTH: i32 = 13, CHANNELS: i32 = 14, OUT_HEIGHT: i32 = 15, OUT_WIDTH: i32 = 16
export const OUT_CHANNELS: i32 = 17, FILTER_HEIGHT: i32 = 18, FILTER_WIDTH: i32 = 19
export const STRIDE_HEIGHT: i32 = 20, STRIDE_WIDTH: i32 = 21, DILATION_HEIGHT: i32 = 22, DILATION_WIDTH: i32 = 23
export const PAD_TOP: i32 = 24, PAD_LEFT: i32 = 25, BATCH: i32 = 27

/** Stores the lengths for the tasks of the next jobs. */
export function putLengths(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  padTop: i32, padLeft: i32,
): void {
  put(BATCH, batch)
  put(IN_HEIGHT, inHeight)
  put(IN_WIDTH, inWidth)
  put(CHANNELS, channels)
  put(OUT_HEIGHT, outHeight)
  put(OUT_WIDTH, outWidth)
  put(OUT_CHANNELS, outChannels)
  put(FILTER_HEIGHT, filterHeight)
  put(FILTER_WIDTH, filterWidth)
  put(STRIDE_HEIGHT, strideHeight)
  put(STRIDE_WIDTH, strideWidth)
  put(DILATION_HEIGHT, dilationHeight)
  put(DILATION_WIDTH, dilationWidth)
  put(PAD_TOP, padTop)
  put(PAD_LEFT, padLeft)
}
