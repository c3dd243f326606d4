// What the page opens with: a small trained VAE with two latents, and what a first look needs of its data. `pretrain` makes both files.
import { readSafetensors } from '@ae/core'
import type { ModelCard, Plane } from './engine.ts'
import type { Examples } from './examples.ts'
import { type FittedPlane, latentPlane } from './plane.ts'

/** The first view. */
export interface FirstView {
  /** The model's file. */
  readonly model: Uint8Array
  readonly card: ModelCard
  readonly plane: FittedPlane
  /** Scores of digits, in ascending order. */
  readonly typical: Float32Array
  readonly examples: Examples
}

/** Steps of a point of the plane from end to end, in each direction. */
export const pointSteps = 255

/** Fetches the two files. */
export async function fetchFirstView(model: string, view: string): Promise<FirstView> {
  const bytesOf = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())
  const [modelBytes, viewBytes] = await Promise.all([bytesOf(model), bytesOf(view)])
  return readFirstView(modelBytes, viewBytes)
}

/**
 * @param model the model's file
 * @param view the other file
 */
export function readFirstView(model: Uint8Array, view: Uint8Array): FirstView {
  const { metadata, tensors } = readSafetensors(view, { source: 'the first view' })
  const bytes = (name: string) => Uint8Array.from(tensors.get(name)?.data ?? [])
  const extent = JSON.parse(metadata.get('extent') ?? '[]') as Plane['extent']
  const points = Float32Array.from(bytes('points'), (value, i) => {
    const [low = 0, high = 0] = i % 2 === 0 ? extent.slice(0, 2) : extent.slice(2)
    return low + ((high - low) * value) / pointSteps
  })
  const card = JSON.parse(metadata.get('card') ?? '{}') as ModelCard
  const pixels = bytes('examples')
  const [height, width, channels] = card.shape
  const count = pixels.length / (height * width * channels)
  const pictures = { values: Float32Array.from(pixels, (value) => value / 255), count, height, width, channels }
  const plane = latentPlane(points, card.settings.epochs, { labels: bytes('labels') })
  return {
    model,
    card,
    plane: { ...plane, plane: { ...plane.plane, extent } },
    typical: Float32Array.from(tensors.get('typical')?.data ?? []),
    examples: { pictures, labels: bytes('exampleLabels') },
  }
}
