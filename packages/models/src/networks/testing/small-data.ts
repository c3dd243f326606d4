// Small data with something to learn, in any shape, for tests of networks.
import { type Epoch, type Shape, sizeOfShape, uniforms } from '@ae/core'
import { type ArrayDataset, fromArray } from '@ae/datasets'

/** `count` examples in (0, 1): waves along the features, of two hidden numbers each. */
export function wavesOf(shape: Shape, count: number): ArrayDataset {
  const size = sizeOfShape(shape)
  const hidden = uniforms('waves', {}, 2 * count)
  const values = Float32Array.from({ length: count * size }, (_, i) => {
    const [row, feature] = [Math.floor(i / size), i % size]
    const [phase = 0, length = 0] = hidden.subarray(2 * row, 2 * row + 2)
    return 0.5 + 0.5 * Math.sin(3 * phase + 0.2 * (1 + length) * feature)
  })
  return fromArray(values, { shape })
}

/** The loss of each epoch. */
export async function lossesOf(epochs: AsyncIterable<Epoch<string>>): Promise<number[]> {
  const losses: number[] = []
  for await (const { loss } of epochs) losses.push((loss as Readonly<Record<string, number>>).total ?? Number.NaN)
  return losses
}
