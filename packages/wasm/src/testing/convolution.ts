// A 2-D convolution as the sum of products that it is, in float64: of each output, which pixels it sees with which weights.

/** A convolution of images `[batch, height, width, inChannels]`. */
export interface Convolution {
  readonly image: readonly [batch: number, height: number, width: number, channels: number]
  readonly filter: readonly [height: number, width: number, outChannels: number]
  /** Defaults to 1. */
  readonly strides?: [number, number]
  /** Defaults to 1. */
  readonly dilations?: [number, number]
  /** Defaults to `valid`. */
  readonly pad?: 'same' | 'valid' | number | Explicit
}

type Explicit = [[number, number], [number, number], [number, number], [number, number]]
type Shape4D = [number, number, number, number]

/** The shapes of its images, its filter and its output. */
export function shapesOf(convolution: Convolution): { x: Shape4D; filter: Shape4D; out: Shape4D } {
  const { image, filter } = convolution
  const [vertical, horizontal] = [alongAxis(convolution, 0), alongAxis(convolution, 1)]
  return {
    x: [...image],
    filter: [filter[0], filter[1], image[3], filter[2]],
    out: [image[0], vertical.length, horizontal.length, filter[2]],
  }
}

/** Calls `visit` for every product x times filter that is part of an output, with the places of the three. */
export function eachProduct(convolution: Convolution, visit: (x: number, filter: number, out: number) => void): void {
  const { image, filter, strides = [1, 1], dilations = [1, 1] } = convolution
  const [batch, height, width, inChannels] = image
  const [filterHeight, filterWidth, outChannels] = filter
  const [vertical, horizontal] = [alongAxis(convolution, 0), alongAxis(convolution, 1)]
  for (let pixel = 0; pixel < batch * vertical.length * horizontal.length; pixel++) {
    const outX = pixel % horizontal.length
    const outY = Math.floor(pixel / horizontal.length) % vertical.length
    const b = Math.floor(pixel / horizontal.length / vertical.length)
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const y = outY * strides[0] + Math.floor(tap / filterWidth) * dilations[0] - vertical.before
      const xx = outX * strides[1] + (tap % filterWidth) * dilations[1] - horizontal.before
      if (y < 0 || y >= height || xx < 0 || xx >= width) continue
      for (let c = 0; c < inChannels; c++) {
        for (let o = 0; o < outChannels; o++) {
          const place = ((b * height + y) * width + xx) * inChannels + c
          visit(place, (tap * inChannels + c) * outChannels + o, pixel * outChannels + o)
        }
      }
    }
  }
}

/** The output's length, and the padding before an image. With `same` the smaller half of what is needed comes before. */
function alongAxis(convolution: Convolution, axis: 0 | 1): { length: number; before: number } {
  const { image, filter, strides = [1, 1], dilations = [1, 1], pad = 'valid' } = convolution
  const [size, stride] = [image[axis + 1] ?? 0, strides[axis]]
  const extent = (filter[axis] - 1) * dilations[axis] + 1
  if (pad === 'same') {
    const length = Math.ceil(size / stride)
    return { length, before: Math.floor(Math.max(0, (length - 1) * stride + extent - size) / 2) }
  }
  const [before, after] = pad === 'valid' ? [0, 0] : typeof pad === 'number' ? [pad, pad] : (pad[axis + 1] ?? [0, 0])
  return { length: Math.floor((size + before + after - extent) / stride) + 1, before }
}
