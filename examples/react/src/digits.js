// The model, loaded once for the whole page, and what the page asks of it.
import { http, load, selectBackend } from '@ae/core'
import { drawOnCanvas } from '@ae/images'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { squeeze, tensor2d } from '@tensorflow/tfjs-core'

/** The model. A module runs once, so every component shares it. */
export const model = selectBackend(wasm).then(() => load(http('digits.safetensors'), vae))

/** Draws what the model decodes from latents. */
export async function drawDigit(canvas, latents) {
  const { decode } = await model
  const codes = tensor2d([latents])
  const images = decode(codes) // [1, 28, 28, 1]
  const image = squeeze(images, [0])
  try {
    await drawOnCanvas(image, canvas, { scale: 8 })
  } finally {
    for (const tensor of [codes, images, image]) tensor.dispose() // tensors are not garbage collected
  }
}
