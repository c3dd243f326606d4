import { expect, test } from 'vitest'
import type { EmscriptenModule } from '../binary/module.ts'
import { holdMemory } from './held-memory.ts'

/** A memory that gives places in turn, and one job that is done once somebody has waited for it. */
function memoryInUse(most = Infinity) {
  let [last, finished] = [0, 0]
  const taken = new Map<number, number>()
  const module = {
    _malloc: (bytes: number) => {
      const sum = [...taken.values()].reduce((a, b) => a + b, bytes)
      if (sum > most) throw new Error('full')
      last += 8
      taken.set(last, bytes)
      return last
    },
    _free: (place: number) => void taken.delete(place),
  } as EmscriptenModule
  const before = { ...module }
  const finish = () => void finished++
  const held = holdMemory(module, finish, { published: () => 1, areDone: () => finished > 0 })
  return { module, before, held, taken, finish, finished: () => finished }
}

test('what is freed is given back once the jobs are done that may use it', () => {
  const { module, held, taken, finish } = memoryInUse()
  const place = module._malloc(100)
  module._free(place)
  held.release()
  expect([...taken]).toEqual([[place, 100]])
  finish()
  held.release()
  expect([...taken]).toEqual([])
})

test('a large place is given when what waits to be freed is little, or has been waited for', () => {
  const { module, taken, finished } = memoryInUse()
  const places = Array.from({ length: 5 }, () => module._malloc(2 ** 22))
  for (const place of places.slice(1)) module._free(place) // 16 MiB wait
  module._malloc(2 ** 22)
  expect([finished(), taken.size]).toEqual([0, 6])
  module._free(places[0] as number)
  module._free(module._malloc(1000))
  expect(finished()).toBe(0)
  module._malloc(2 ** 22)
  expect(finished()).toBe(1)
  expect(taken.size).toBe(2)
})

test('a full memory is full only once nothing waits to be freed', () => {
  const { module, finished } = memoryInUse(1000)
  module._free(module._malloc(600))
  expect(module._malloc(600)).toBeGreaterThan(0)
  expect(finished()).toBe(1)
  expect(() => module._malloc(600)).toThrow('full')
})

test('when it ends, memory is given and taken as before, also by who still has its functions', () => {
  const { module, before, held, taken } = memoryInUse()
  const { _free } = module
  const place = module._malloc(100)
  held.end()
  expect(module).toEqual(before)
  _free(place)
  expect([...taken]).toEqual([])
})
