import { expect, test } from 'vitest'
import { rateLimit } from './rate-limit.ts'

test('a client may send its requests at once, and then one for each share of a minute', () => {
  let now = 0
  const spend = rateLimit(3, () => now)
  for (let i = 0; i < 3; i++) spend('a')
  expect(() => spend('a')).toThrow('too many requests')
  try {
    spend('a')
  } catch (error) {
    expect(error).toMatchObject({ problem: { status: 429, retryAfter: 20 } })
  }
  now = 20_000
  spend('a')
  expect(() => spend('a')).toThrow()
  spend('b')
})

test('clients are forgotten, so that many do not fill the memory', () => {
  const spend = rateLimit(1, () => 0)
  spend('first')
  for (let i = 0; i < 10_000; i++) spend(String(i))
  spend('first')
})
