// The context of a canvas that is written pixel by pixel.

/**
 * A context in main memory. Pictures come as pixels, many times a second: on a GPU the page would wait for each upload, and where the GPU is
 * software, for seconds.
 *
 * @param canvas has had no context of another kind
 */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  return canvas.getContext('2d', { willReadFrequently: true })
}
