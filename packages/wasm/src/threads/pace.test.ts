import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

/** Milliseconds that a step takes, by the number of threads, the time at which it begins, and whether the number is another one. */
type Machine = (threads: number, now: number, isOther: boolean) => number

/** Makes steps for so many milliseconds, on a machine that there is not; gives how many, and the threads of each. */
function work(
  machine: Machine,
  { most = 2, until = 20_000, sizeOf = (_: number): number => 128, pause = (_: number): number => 0 } = {},
) {
  const pace = createPace(most)
  const used: { now: number; threads: number }[] = []
  for (let [now, step] = [0, 0]; now < until; step++) {
    const size = sizeOf(step)
    const threads = pace.next(now, size)
    const isOther = threads !== used.at(-1)?.threads
    used.push({ now, threads })
    now += (machine(threads, now, isOther) * size) / 128 + pause(step)
  }
  const after = (time: number) => used.filter(({ now }) => now >= time).map(({ threads }) => threads)
  return { pace, steps: used.length, used, after }
}

const shareOf = (number: number, threads: readonly number[]) =>
  threads.filter((other) => other === number).length / threads.length

const free: Machine = (threads) => 10 / threads
const busy: Machine = (threads) => (threads === 1 ? 10 : 16)

test('while threads pay they are used, and finding out costs little', () => {
  const { pace, steps } = work(free)
  expect(pace.threads).toBe(2)
  expect(steps).toBeGreaterThan((0.98 * 20_000) / 5)
})

test('threads that do not pay are dropped within half a second, and finding out costs little from then on', () => {
  const { pace, steps, after } = work(busy)
  expect(pace.threads).toBe(1)
  expect(shareOf(1, after(500))).toBeGreaterThan(0.97)
  expect(steps).toBeGreaterThan((0.98 * 20_000) / 10)
})

test('they are used again once cores are free', () => {
  const { after } = work((threads, now, isOther) => (now < 10_000 ? busy : free)(threads, now, isOther))
  expect(shareOf(2, after(15_000))).toBeGreaterThan(0.9)
})

test('of more threads than there are cores, as many are used as there are cores', () => {
  const twoCores: Machine = (threads) => [10, 5.5, 14, 16][threads - 1] as number
  expect(work(twoCores, { most: 4 }).pace.threads).toBe(2)
  const threeCores: Machine = (threads) => [10, 5.5, 4, 16][threads - 1] as number
  expect(work(threeCores, { most: 4 }).pace.threads).toBe(3)
  const fifteenCores: Machine = (threads) => (threads < 16 ? 10 / threads : 3)
  expect(work(fifteenCores, { most: 16, until: 60_000 }).pace.threads).toBe(15)
})

test('as quick with fewer threads is better', () => {
  expect(work(() => 10).pace.threads).toBe(1)
})

test('slow steps are few, and so are those with which it is found out', () => {
  const { pace, steps } = work((threads) => 1000 / threads, { until: 600_000 })
  expect(pace.threads).toBe(2)
  expect(steps).toBeGreaterThan((0.96 * 600_000) / 500)
})

test('steps that take longer now and then, at random, change nothing', () => {
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const noisy =
    (machine: Machine): Machine =>
    (...step) =>
      machine(...step) * (0.8 + 0.4 * random()) + (random() < 0.05 ? 4 : 0)
  expect(shareOf(2, work(noisy(free), { until: 60_000 }).after(0))).toBeGreaterThan(0.97)
  expect(shareOf(1, work(noisy(busy), { until: 60_000 }).after(1000))).toBeGreaterThan(0.97)
})

const little: Machine = (threads) => (threads === 1 ? 10 : 9)

test('what happens between steps is not counted, such as a validation', () => {
  const pause = (step: number) => (step % 7 === 6 ? 1000 : 0)
  expect(shareOf(2, work(little, { pause, until: 200_000 }).after(2000))).toBeGreaterThan(0.6)
  expect(shareOf(1, work(busy, { pause, until: 200_000 }).after(10_000))).toBeGreaterThan(0.6)
})

test('steps of other batches are not compared', () => {
  const sizeOf = (step: number) => [128, 32, 64][Math.floor(step / 5) % 3] as number
  expect(shareOf(2, work(little, { sizeOf, until: 60_000 }).after(0))).toBeGreaterThan(0.9)
})

test('the step in which threads wake up is not counted', () => {
  const waking: Machine = (threads, now, isOther) =>
    now < 5000 ? busy(threads, now, isOther) : threads === 1 ? 10 : isOther ? 40 : 7
  expect(shareOf(2, work(waking, { until: 60_000 }).after(12_000))).toBeGreaterThan(0.9)
})

test('there is never less than one thread, nor more than there are', () => {
  const used = work((_, now) => 5 + (now % 7), { most: 3, until: 60_000 }).used.map(({ threads }) => threads)
  expect(Math.min(...used)).toBe(1)
  expect(Math.max(...used)).toBe(3)
})
