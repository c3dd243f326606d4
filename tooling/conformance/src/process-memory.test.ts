// Training leaves nothing behind in the memory of the process.
import { train } from '@ae/core'
import { fromStream } from '@ae/datasets'
import { expect, test } from 'vitest'
import { hastenProducts, onBackend } from './on-backend.ts'
import { images, smallVae } from './small-training.ts'

onBackend('memory of the process', () => {
  hastenProducts()

  test('process memory is flat over 20 epochs', async () => {
    const model = smallVae()
    const heap: number[] = []
    const resident: number[] = []
    // Ten epochs of warm-up, during which a slow or busy device still compiles.
    for await (const _ of train(model, images, { epochs: 30, batchSize: 8 })) {
      globalThis.gc?.()
      const { heapUsed, external, rss } = process.memoryUsage()
      heap.push((heapUsed + external) / 2 ** 20)
      resident.push(rss / 2 ** 20)
    }
    model.dispose()
    expect(globalThis.gc).toBeTypeOf('function')
    expect(growth(heap)).toBeLessThan(1)
    expect(growth(resident)).toBeLessThan(16)
  })

  test('process memory is flat while a stream of 400 MB is read', async () => {
    const item = new Float32Array(64 * 1024).fill(0.5)
    function* items() {
      for (let i = 0; i < 1600; i++) yield item.slice()
    }
    const stream = fromStream(items, {
      shape: [1024],
      range: { minimum: 0, maximum: 1 },
      size: 64 * 1600,
      shuffleBuffer: 1000,
    })
    const resident: number[] = []
    for await (const batch of stream.batches({ batchSize: 1024, seed: 1 })) {
      batch.dispose()
      globalThis.gc?.()
      resident.push(process.memoryUsage().rss / 2 ** 20)
    }
    expect(resident).toHaveLength(100)
    expect(growth([...resident.slice(20, 30), ...resident.slice(-5)])).toBeLessThan(16)
  })
})

/** The median of the last five measurements minus the median of the five before the last ten. */
function growth(measurements: readonly number[]): number {
  const median = (part: readonly number[]) => part.toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? Number.NaN
  return median(measurements.slice(-5)) - median(measurements.slice(-15, -10))
}
