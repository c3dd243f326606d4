import '@tensorflow/tfjs-backend-cpu'
import { tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { encodeAnimation } from './encode-animation.ts'

const three = () => tensor([0, 1, 0.2, 0.4, 0.6, 0.8], [3, 1, 2, 1])

test('a browser finds the frames of an animation, their pixels and their duration', async () => {
  const data = await encodeAnimation(three(), { framesPerSecond: 25, loops: 3, scale: 2 })
  const decoder = new ImageDecoder({ data, type: 'image/png' })
  await decoder.tracks.ready
  const { frameCount, repetitionCount, animated } = decoder.tracks.selectedTrack ?? {}
  expect({ frameCount, animated, repetitionCount }).toEqual({ frameCount: 3, animated: true, repetitionCount: 2 })
  const frames: unknown[] = []
  for (let frameIndex = 0; frameIndex < 3; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex })
    const context = new OffscreenCanvas(4, 2).getContext('2d') as OffscreenCanvasRenderingContext2D
    context.drawImage(image, 0, 0)
    const reds = [...context.getImageData(0, 0, 4, 2).data].filter((_, index) => index % 4 === 0)
    frames.push({ microseconds: image.duration, reds })
    image.close()
  }
  expect(frames).toEqual([
    { microseconds: 40_000, reds: [0, 0, 255, 255, 0, 0, 255, 255] },
    { microseconds: 40_000, reds: [51, 51, 102, 102, 51, 51, 102, 102] },
    { microseconds: 40_000, reds: [153, 153, 204, 204, 153, 153, 204, 204] },
  ])
})

test('a page shows an animation as an image', async () => {
  const image = new Image()
  const bytes = await encodeAnimation(three(), { scale: 5 })
  image.src = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }))
  await image.decode()
  expect([image.naturalWidth, image.naturalHeight]).toEqual([10, 5])
})
