// What surrounds everything that is allocated while a test runs, and must be there at its end.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { moduleOf } from '../binary/module.ts'

const [canary, around] = [0xa5, 512] // bytes

/** Asserts that `body` writes nothing within 512 bytes of what it, or tfjs for it, allocates. */
export function expectWithinTensors(body: () => void): void {
  const module = moduleOf(backend() as BackendWasm)
  const { _malloc: malloc, _free: free } = module
  const sizes = new Map<number, number>()
  let spoilt = 0
  const inspect = (place: number) => {
    const size = Number(sizes.get(place))
    const heap = module.HEAPU8
    const sides = [heap.subarray(place - around, place), heap.subarray(place + size, place + size + around)]
    spoilt += sides.reduce((sum, side) => sum + side.filter((byte) => byte !== canary).length, 0)
  }
  module._malloc = (bytes) => {
    const place = malloc(bytes + 2 * around) + around
    module.HEAPU8.fill(canary, place - around, place + bytes + around)
    sizes.set(place, bytes)
    return place
  }
  module._free = (place) => {
    if (!sizes.has(place)) return free(place)
    inspect(place)
    sizes.delete(place)
    free(place - around)
  }
  try {
    body()
  } finally {
    module._malloc = malloc
    module._free = (place) => {
      if (!sizes.delete(place)) free(place)
      else free(place - around)
    }
  }
  for (const place of sizes.keys()) inspect(place)
  expect(spoilt, 'bytes that were written beyond tensors').toBe(0)
}
