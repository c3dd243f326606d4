import { expect, test } from 'vitest'
import type { Job, Reply } from '../jobs/job.ts'
import { requestQueue } from './request-queue.ts'

const job = (name: string): Job => ({
  operation: 'encode',
  body: new Uint8Array(1),
  from: 'json',
  to: 'json',
  parameters: { name },
})
const reply = {} as Reply
const never = new AbortController().signal

/** A queue whose calls wait until they are let go, with what they were asked. */
function held(options: { readonly mostJoined?: number; readonly mostWaiting?: number } = {}) {
  const calls: string[] = []
  const letGo: (() => void)[] = []
  const queue = requestQueue({
    mostWaiting: 10,
    mostJoined: 10,
    calls: 1,
    ...options,
    run(model, jobs) {
      calls.push(`${model}: ${jobs.map(({ parameters }) => parameters.name).join(' ')}`)
      return new Promise((resolve) => letGo.push(() => resolve(jobs.map(() => reply))))
    },
  })
  const turn = async () => {
    await new Promise(setImmediate)
    letGo.shift()?.()
    await new Promise(setImmediate)
  }
  return { queue, calls, turn }
}

test('a request that is aborted while it waits is never computed', async () => {
  const { queue, calls, turn } = held()
  const first = queue.answer('a', job('1'), never)
  await new Promise(setImmediate)
  const stop = new AbortController()
  const [aborted, third] = [queue.answer('a', job('2'), stop.signal), queue.answer('a', job('3'), never)]
  stop.abort(new Error('left'))
  await expect(aborted).rejects.toThrow('left')
  expect(queue.waiting).toBe(1)
  await turn()
  await turn()
  expect(await Promise.all([first, third])).toEqual([reply, reply])
  expect(calls).toEqual(['a: 1', 'a: 3'])
  expect([queue.waiting, queue.computing]).toEqual([0, 0])
})

test('models take turns, and each answers first what came first', async () => {
  const { queue, calls, turn } = held({ mostJoined: 2 })
  const all = ['a', 'a', 'a', 'a', 'a', 'b', 'b'].map((model, i) => queue.answer(model, job(String(i)), never))
  for (let i = 0; i < 4; i++) await turn()
  await Promise.all(all)
  expect(calls).toEqual(['a: 0 1', 'b: 5 6', 'a: 2 3', 'a: 4'])
})

test('one more than may wait is refused at once', async () => {
  const { queue, turn } = held({ mostWaiting: 1 })
  const first = queue.answer('a', job('1'), never)
  await expect(queue.answer('a', job('2'), never)).rejects.toMatchObject({ problem: { status: 503, retryAfter: 1 } })
  await turn()
  expect(await first).toBe(reply)
})
