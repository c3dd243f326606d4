// Training leaves nothing behind in the memory of the process.
import { train } from '@ae/core'
import { expect, test } from 'vitest'
import { hastenProducts, onBackend } from './on-backend.ts'
import { images, smallVae } from './small-training.ts'

onBackend('memory of the process', () => {
  hastenProducts()

  test('process memory is flat over 20 epochs', async () => {
    const model = smallVae()
    const heap: number[] = []
    const resident: number[] = []
    // Ten epochs before those that count: a device that is slow, or busy, still compiles in them.
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
})

/** How much more the last five measurements are than the five before the last ten, in their medians. */
function growth(measurements: readonly number[]): number {
  const median = (part: readonly number[]) => part.toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? Number.NaN
  return median(measurements.slice(-5)) - median(measurements.slice(-15, -10))
}
