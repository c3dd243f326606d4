import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createArena } from './arena.ts'

test('gives the lowest place that is free and long enough, in whole cache lines', () => {
  const arena = createArena()
  expect([arena.take(100), arena.take(64), arena.take(1)]).toEqual([0, 128, 192])
  arena.free(128)
  expect([arena.take(65), arena.take(64)]).toEqual([256, 128])
  expect(arena.bytes).toBe(384)
})

test('a place of no bytes is one of its own', () => {
  const arena = createArena()
  expect([arena.take(0), arena.take(0)]).toEqual([0, 64])
})

test('what is there at the same time never overlaps, lies within the bytes, and the same calls give the same places', () => {
  const calls = fc.array(
    fc.oneof(
      fc.nat(1000).map((take) => ({ take })),
      fc.nat(20).map((drop) => ({ drop })),
    ),
  )
  fc.assert(
    fc.property(calls, (calls) => {
      const [arena, again] = [createArena(), createArena()]
      const taken: { start: number; end: number }[] = []
      for (const call of calls) {
        if ('take' in call) {
          const start = arena.take(call.take)
          expect(again.take(call.take)).toBe(start)
          const end = start + call.take
          expect(taken.every((other) => end <= other.start || start >= other.end)).toBe(true)
          expect(end).toBeLessThanOrEqual(arena.bytes)
          taken.push({ start, end })
        } else if (taken.length > 0) {
          const [dropped] = taken.splice(call.drop % taken.length, 1)
          for (const each of [arena, again]) each.free(dropped?.start ?? -1)
        }
      }
    }),
  )
})
