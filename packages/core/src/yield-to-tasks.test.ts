import { afterEach, expect, test, vi } from 'vitest'
import { yieldToTasks } from './yield-to-tasks.ts'

afterEach(() => vi.restoreAllMocks())

let clock = 0

/** How long the event loop was held each time, by pieces of work of these lengths in milliseconds. */
async function holdsOf(pieces: readonly number[]): Promise<number[]> {
  vi.restoreAllMocks()
  clock += 1e6
  let now = clock
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const holds: number[] = []
  let turn = now
  const original = setImmediate
  vi.spyOn(globalThis, 'setImmediate').mockImplementation(((task: () => void) => {
    holds.push(now - turn)
    turn = now
    return original(task)
  }) as typeof setImmediate)
  await yieldToTasks() // long after any call before
  holds.length = 0
  for (const piece of pieces) {
    now += piece
    await yieldToTasks()
  }
  return holds
}

test('pieces of work hold the event loop for at most 16 ms at a time', async () => {
  expect(Math.max(...(await holdsOf(Array(100).fill(3))))).toBe(15)
  expect(Math.max(...(await holdsOf(Array(100).fill(7))))).toBe(14)
})

test('a piece of over 16 ms is followed by a turn of the event loop, and short ones share one', async () => {
  expect(await holdsOf([20, 20, 5])).toEqual([20, 20])
  expect(await holdsOf(Array(1000).fill(0.1))).toHaveLength(6)
})
