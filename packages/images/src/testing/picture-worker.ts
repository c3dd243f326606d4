// A Worker that reads a bitmap as a batch and posts its values, and those of the PNG file at the address that it makes of it.
import '@tensorflow/tfjs-backend-cpu'
import { reshape } from '@tensorflow/tfjs-core'
import { readImages } from '../read-images.ts'
import { toBlobUrl } from '../to-blob-url.ts'

addEventListener('message', async ({ data: bitmap }: MessageEvent<ImageBitmap>) => {
  const shape = [bitmap.height, bitmap.width, 3] as const
  const batch = await readImages(bitmap, { shape })
  const url = await toBlobUrl(reshape(batch, [...shape]))
  const again = await readImages(await (await fetch(url)).blob(), { shape })
  URL.revokeObjectURL(url)
  postMessage([await batch.data(), await again.data()])
})
