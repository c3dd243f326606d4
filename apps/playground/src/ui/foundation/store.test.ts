import { expect, test, vi } from 'vitest'
import { createStore } from './store.ts'

test('a store tells a watcher the state at once, and again only when a member that it watches has changed', () => {
  const store = createStore({ epoch: 1, seed: 2 })
  const seen = vi.fn()
  store.watch(['epoch'], ({ epoch, seed }) => seen([epoch, seed]))
  store.set({ seed: 3 })
  store.set({ epoch: 1 })
  store.set({ epoch: 4 })
  expect(seen.mock.calls).toEqual([[[1, 2]], [[4, 3]]])
})
