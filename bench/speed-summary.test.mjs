import { expect, test } from 'vitest'
import { summarise } from './speed-summary.mjs'

const contenders = [
  { name: '@ae, 1 thread', family: 'ours', threads: 1 },
  { name: '@ae, all threads', family: 'ours', threads: 2 },
  { name: 'peer, 1 thread', threads: 1 },
  { name: 'peer, all threads', threads: 2 },
]
const training = (round, contender, rate) => ({
  round,
  part: 'train',
  network: 'vae',
  contender,
  result: { results: [{ batchSize: 128, imagesPerSecond: [rate, rate], peakMemory: 100 }] },
})
const limit = (contender, gigaflops) => ({ round: 0, part: 'limit', contender, result: { gigaflops } })
const times = (contender, milliseconds) => ({
  round: 0,
  part: 'sample',
  contender,
  result: { milliseconds, peakMemory: 1 },
})

test('a peer is compared with ours on the same number of threads, round by round', () => {
  const { training: rows } = summarise(
    [
      training(0, '@ae, 1 thread', 100),
      training(0, '@ae, all threads', 150),
      training(0, 'peer, all threads', 300),
      training(1, '@ae, all threads', 1500),
      training(1, 'peer, all threads', 3000),
    ],
    contenders,
  )
  const row = rows.find(({ contender }) => contender === 'peer, all threads')
  expect(row).toMatchObject({ oursIsTimes: 0.5, imagesPerSecond: 1650, rounds: 2 })
})

test('a peer of the first round only is compared in that round', () => {
  const { training: rows } = summarise(
    [training(0, '@ae, 1 thread', 100), training(0, 'peer, 1 thread', 50), training(1, '@ae, 1 thread', 700)],
    contenders,
  )
  expect(rows.find(({ contender }) => contender === 'peer, 1 thread').oursIsTimes).toBe(2)
})

test('the share of the limit is relative to the fastest product with the same number of threads', () => {
  const { training: rows } = summarise(
    [
      limit('@ae, 1 thread', 20),
      limit('peer, 1 thread', 41),
      limit('peer, all threads', 90),
      training(0, '@ae, 1 thread', 2500),
    ],
    contenders,
  )
  expect(rows[0]).toMatchObject({ gigaflops: 8.2, shareOfLimit: 0.2, shareOfOwnLimit: 0.41 })
})

test('smaller times are better', () => {
  const { sampling } = summarise([times('@ae, 1 thread', [1, 2, 3]), times('peer, 1 thread', [8, 8, 8])], contenders)
  expect(sampling[1]).toMatchObject({ p50: 8, oursIsTimes: 4 })
  expect(sampling[0]).toMatchObject({ p50: 2, p99: 2.98 })
})
