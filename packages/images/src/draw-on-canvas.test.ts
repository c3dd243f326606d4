import '@tensorflow/tfjs-backend-cpu'
import { zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { drawOnCanvas, toImageData } from './draw-on-canvas.ts'

test('toImageData and drawOnCanvas say that they need a browser', async () => {
  await expect(toImageData(zeros([2, 2]))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`toImageData\` needs a browser: there is no ImageData here.

    Fix: use encodePng, which works everywhere]
  `)
  // A canvas does not exist here either; the refusal comes before it is touched.
  const canvas = {} as unknown as HTMLCanvasElement
  await expect(drawOnCanvas(zeros([2, 2]), canvas)).rejects.toThrow('`drawOnCanvas` needs a browser')
})
