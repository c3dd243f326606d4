// The network as a row of columns, from the picture to the code and back: what each is, and how tall it is drawn.
import type { LayerCard, ModelCard } from '../../engine/engine.ts'
import { count } from '../foundation/numbers.ts'

/** A column of the diagram. */
export interface NetworkColumn {
  readonly title: string
  /** Of what leaves it, without the batch. */
  readonly shape: string
  /** Its numbers to learn, and its activation. */
  readonly detail: string
  readonly part: LayerCard['part'] | 'picture'
  /** From 0 to 1: the logarithm of how many numbers leave it, against the widest. */
  readonly tall: number
}

/**
 * The columns of a model. Layers side by side that both make the code, mean and log-variance, share one.
 */
export function networkColumns({
  layers,
  shape: picture,
}: Pick<ModelCard, 'layers' | 'shape'>): readonly NetworkColumn[] {
  const groups: LayerCard[][] = []
  for (const layer of layers) {
    const last = groups.at(-1)
    if (last?.[0]?.part === 'latent' && layer.part === 'latent') last.push(layer)
    else groups.push([layer])
  }
  const sizes = groups.map(([first]) => sizeOf(first?.outputShape ?? []))
  const widest = Math.max(2, ...sizes, sizeOf(picture))
  const tall = (size: number) => Math.log(1 + size) / Math.log(1 + widest)
  const columns = groups.map((group, index): NetworkColumn => {
    const parameters = group.reduce((sum, layer) => sum + layer.parameters, 0)
    const activation = group.find((layer) => layer.activation !== undefined)?.activation
    return {
      title: group.map(({ name }) => titleOfLayer(name)).join(', '),
      shape: (group[0]?.outputShape ?? []).join(' × '),
      detail: [`${count(parameters)} weights`, activation]
        .filter((text) => text !== undefined && text !== 'linear')
        .join(', '),
      part: group[0]?.part ?? 'encoder',
      tall: tall(sizes[index] ?? 1),
    }
  })
  return [
    { title: 'Example', shape: picture.join(' × '), detail: '', part: 'picture', tall: tall(sizeOf(picture)) },
    ...columns,
  ]
}

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1)

/** `encoder.0` is `Encoder 1`, `logVariance` is `Log variance`. */
function titleOfLayer(name: string): string {
  const words = name
    .replace(/\.(\d+)/g, (_, index: string) => ` ${Number(index) + 1}`)
    .replace(/([a-z])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`)
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
