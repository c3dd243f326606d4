import { expect, test } from 'vitest'
import reference from '../../../../reference/oracles/random.json' with { type: 'json' }
import { fillThreefry } from './threefry.ts'

type Four = [number, number, number, number]

test.each(reference.threefry)(
  'fillThreefry gives the words of the reference for key $key',
  ({ key, counter, words }) => {
    const [first, ...upper] = counter as Four
    const out = new Int32Array(4)
    fillThreefry(out, key as Four, upper, first)
    expect([...new Uint32Array(out.buffer)]).toEqual(words)
  },
)

test('fillThreefry goes on from the block it is told', () => {
  const [whole, half] = [new Int32Array(16), new Int32Array(8)]
  fillThreefry(whole, [1, 2, 3, 4], [5, 6, 7], 0)
  fillThreefry(half, [1, 2, 3, 4], [5, 6, 7], 2)
  expect(half).toEqual(whole.subarray(8))
})
