// The rotation of images. tfjs's own fills what has no pixel with whole numbers, four channels of them, and reads on beyond those.
import { RotateWithOffset, type RotateWithOffsetAttrs } from '@tensorflow/tfjs-core'
import { imagesInput, type WasmKernel } from './kernel.ts'
import { compute } from './numbers.ts'

/** Images turned about `center`, a share of their width and height; the nearest pixel counts. */
export const rotation: WasmKernel = {
  name: RotateWithOffset,
  run: (call) => {
    const [image, [, height, width, channels]] = imagesInput('image.rotateWithOffset', call.inputs, 'image')
    const { radians, fillValue, center } = call.attributes as unknown as RotateWithOffsetAttrs
    const [acrossShare, downShare] = [center].flat()
    const [centerX, centerY] = [width * Number(acrossShare), height * Number(downShare ?? acrossShare)]
    const [sine, cosine] = [Math.sin(radians), Math.cos(radians)]
    // The fourth channel is how opaque a pixel is.
    const fills = typeof fillValue === 'number' ? new Array<number>(channels).fill(fillValue) : [...fillValue, 255]
    return compute(call, [image], image.shape, image.dtype, (out, pixels = out) => {
      for (let i = 0; i < out.length; i++) {
        const [channel, pixel] = [i % channels, Math.floor(i / channels)]
        const [right, down] = [(pixel % width) - centerX, (Math.floor(pixel / width) % height) - centerY]
        const x = Math.round(right * cosine - down * sine + centerX)
        const y = Math.round(right * sine + down * cosine + centerY)
        const isInside = x >= 0 && x < width && y >= 0 && y < height
        const from = (Math.floor(pixel / width / height) * height + y) * width + x
        out[i] = Number(isInside ? pixels[from * channels + channel] : fills[channel])
      }
    })
  },
}
