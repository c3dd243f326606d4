// What activating `wasm` leaves behind in a process: nothing that other code could notice.
import { describe, expect, test } from 'vitest'
import { runSource } from '../../../tooling/library/run-source.ts'

/** Runs the program of testing/activation.ts. */
const run = (threads: number, task: string, flags: string[] = []) =>
  runSource('src/testing/activation.ts', { args: [String(threads), task], flags })

describe.each([1, 2])('on %i threads', (threads) => {
  test('wasm leaves globals, the environment, listeners and what keeps the process alive as they were', async () => {
    const { stdout, stderr } = await run(threads, 'report')
    expect({ changes: JSON.parse(stdout), stderr }).toEqual({ changes: [], stderr: '' })
  })

  test('in a worker thread of the program too', async () => {
    const { stdout, stderr, code } = await run(threads, 'thread')
    expect({ changes: JSON.parse(stdout), stderr, code }).toEqual({ changes: [], stderr: '', code: 0 })
  })

  test('a server with handlers of its own survives an error and a rejection, and computes on', async () => {
    expect(await run(threads, 'serve')).toEqual({
      code: 0,
      signal: null,
      stdout: 'rejected: of another\ncaught: of a request\nstill serving\n',
      stderr: '',
    })
  })
})

test('listeners that other code adds while wasm starts stay', async () => {
  expect(await run(1, 'meanwhile')).toMatchObject({ code: 0, stdout: '0 0\n' })
})

test("the program's listeners survive the end of a backend, and its restart", async () => {
  expect(await run(1, 'again')).toMatchObject({ code: 0, stdout: 'true true\n' })
})

test.each([[], ['--enable-source-maps']])(
  'an error that nobody catches ends the process with a short text: %j',
  async (...flags) => {
    const { code, stderr } = await run(2, 'throw', flags)
    expect(code).toBe(1)
    expect(stderr).toContain('Error: on purpose')
    expect(stderr.length).toBeLessThan(1000)
  },
)
