import { expect, test } from 'vitest'
import { peakMemory } from './peak-memory.ts'

test('the highest memory is seen also when it is given back at once', async () => {
  const peak = await peakMemory(async (collect) => {
    for (let i = 0; i < 3; i++) {
      new Uint8Array(2 ** 27).fill(1)
      collect()
    }
  })
  if (peak === undefined) return console.log('skipped: memory, because only Linux tells it, enable with: Linux')
  expect(peak).toBeGreaterThan(0.9 * 2 ** 27)
  expect(peak).toBeLessThan(2.5 * 2 ** 27)
})
