// The promises of every model, on images of stripes that are small enough for a software GPU.
import { registerGradients, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { beforeAll } from 'vitest'
import { describeContract } from '../../../packages/models/src/testing/contract.ts'
import { hastenProducts, onBackend } from './on-backend.ts'

const side = 6

onBackend('a model keeps its contract', () => {
  beforeAll(registerGradients)
  hastenProducts()

  describeContract({
    inputShape: [side, side, 1],
    images: async () => fromArray(stripes(128), { shape: [side, side, 1], name: 'stripes' }),
    lowersTo: 0.98, // the total correlation of so few features is a large constant
    training: { batchSize: 16, learningRate: 1e-2 },
  })
})

/** Images with one bright row or column each. */
function stripes(count: number): Float32Array {
  const places = uniforms('stripes', {}, count)
  return Float32Array.from({ length: count * side * side }, (_, i) => {
    const [image, row, column] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side]
    const place = Math.floor((places[image] ?? 0) * 2 * side)
    return place === row || place === side + column ? 1 : 0
  })
}
