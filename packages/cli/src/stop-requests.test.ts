import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listenForStops, type StopRequests } from './stop-requests.ts'

describe('requests to stop', () => {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const leave = vi.fn()
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  let time = 0
  let stops: StopRequests

  beforeEach(() => {
    vi.clearAllMocks()
    vi.spyOn(performance, 'now').mockImplementation(() => time)
    stops = listenForStops(leave)
  })
  afterEach(() => stops.close())

  const send = (name: (typeof names)[number], after: number) => {
    time += after
    process.emit(name, name)
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('the first, %s, aborts the signal and is told by its code %d', (name, code) => {
    expect([stops.signal.aborted, stops.code]).toEqual([false, undefined])
    send(name, 0)
    expect([stops.signal.aborted, stops.code]).toEqual([true, code])
    expect(exit).not.toHaveBeenCalled()
  })

  test('one soon after the first is the same one, which pnpm passes on', () => {
    send('SIGINT', 0)
    send('SIGINT', 500)
    expect(exit).not.toHaveBeenCalled()
  })

  test('a second one gives the terminal back and ends the process with its own code', () => {
    send('SIGINT', 0)
    send('SIGTERM', 501)
    expect(leave).toHaveBeenCalledOnce()
    expect(exit).toHaveBeenCalledExactlyOnceWith(143)
  })

  test('nothing listens after close()', () => {
    stops.close()
    expect(names.map((name) => process.listeners(name).length)).toEqual([0, 0, 0])
  })
})
