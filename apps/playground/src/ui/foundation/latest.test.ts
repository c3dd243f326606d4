import { expect, test } from 'vitest'
import { latest } from './latest.ts'

test('latest runs the first call and the newest of those that came meanwhile, one at a time', async () => {
  const seen: number[] = []
  let running = 0
  let most = 0
  const ask = latest(async (value: number) => {
    running++
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    seen.push(value)
    running--
  })
  for (const value of [1, 2, 3, 4]) ask(value)
  await new Promise((resolve) => setTimeout(resolve, 40))
  ask(5)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect({ seen, most }).toEqual({ seen: [1, 4, 5], most: 1 })
})
