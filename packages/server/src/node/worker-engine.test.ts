// The life of the thread, with a script that computes nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineLostError, type Job } from '../jobs/job.ts'
import { workerEngine } from './worker-engine.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-thread-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Ends when it is asked to sample, hangs when it is asked to score, and answers everything else. */
const program = `
const { parentPort } = require('node:worker_threads')
parentPort.postMessage({ device: 'none' })
parentPort.on('message', ({ id, load, jobs }) => {
  if (load !== undefined) return parentPort.postMessage({ id, card: { name: load } })
  if (jobs[0].operation === 'sample') process.exit(3)
  if (jobs[0].operation === 'score') for (;;);
  parentPort.postMessage({ id, replies: jobs.map(() => ({ status: 200 })) })
})
`
const job = (operation: Job['operation']): Job => ({
  operation,
  body: new Uint8Array(1),
  from: 'json',
  to: 'json',
  parameters: {},
})

async function started(events: string[], hangSeconds = 60) {
  const script = join(folder, 'thread.cjs')
  await writeFile(script, program)
  return workerEngine({
    sources: new Map([['digits', { model: 'digits.safetensors' }]]),
    script,
    threads: 1,
    mostRows: 1,
    hangSeconds,
    onEvent: (event, error) => events.push(`${event}: ${error}`),
  })
}

test('a thread that ends is started again; what it was computing is lost, what comes later is computed', async () => {
  const events: string[] = []
  const engine = await started(events)
  expect(engine.isReady()).toBe(true)
  const [lost, alsoLost] = [engine.run('digits', [job('sample')]), engine.run('digits', [job('encode')])]
  await expect(lost).rejects.toThrow(EngineLostError)
  await expect(alsoLost).rejects.toThrow(EngineLostError)
  expect(engine.isReady()).toBe(false)
  expect(await engine.run('digits', [job('encode')])).toEqual([{ status: 200 }])
  expect(engine.isReady()).toBe(true)
  expect(events).toEqual(['thread ended: exit code 3'])
  await engine.close()
  expect(events).toHaveLength(1)
})

test('a thread that hangs is ended', async () => {
  const engine = await started([], 0.1)
  await expect(engine.run('digits', [job('score')])).rejects.toThrow(EngineLostError)
  expect(await engine.run('digits', [job('encode')])).toEqual([{ status: 200 }])
  await engine.close()
})

test('a script that is not there is an error at once', async () => {
  const sources = new Map([['digits', { model: 'digits.safetensors' }]])
  const settings = { sources, threads: 1, mostRows: 1, hangSeconds: 1, onEvent: () => {} }
  await expect(workerEngine({ ...settings, script: join(folder, 'nothing.cjs') })).rejects.toThrow(/nothing/)
})
