import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hereName } from '@ae/core/internal'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lockFolder } from './run-lock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-lock-'))
  path = join(folder, '.ae-train.lock')
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

const write = (holder: object) => writeFile(path, JSON.stringify(holder))

describe('the lock of an --out folder', () => {
  test('refuses a second run until the first has ended, and leaves nothing', async () => {
    const unlock = await lockFolder(folder)
    await expect(lockFolder(folder)).rejects.toThrow('another run writes into the `--out` folder')
    await unlock()
    await (await lockFolder(folder))()
    expect(await readdir(folder)).toEqual([])
  })

  test('of a process that is gone is taken over, also by a process with its id', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.on('close', resolve))
    await write({ pid: child.pid, here: hereName(), began: '1' })
    await (await lockFolder(folder))()
    await write({ pid: process.ppid, here: hereName(), began: '1' })
    await (await lockFolder(folder))()
    await write({ pid: process.pid, here: hereName() })
    await (await lockFolder(folder))()
    expect(await readdir(folder)).toEqual([])
  })

  test('of a process that has ended and was not waited for is taken over', async (context) => {
    if (!existsSync('/proc/self/stat')) return context.skip('only Linux tells it: /proc')
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
      const stat = () => readFile(`/proc/${pid}/stat`, 'latin1')
      while (!(await stat()).includes(') Z ')) await new Promise((resolve) => setTimeout(resolve, 5))
      await write({ pid, here: hereName(), began: (await stat()).split(') ')[1]?.split(' ')[19] })
      await (await lockFolder(folder))()
    } finally {
      parent.kill()
    }
  })

  test('of a process that runs is refused, with its id', async () => {
    const stat = await readFile(`/proc/${process.ppid}/stat`, 'latin1').catch(() => undefined)
    const began = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    await write({ pid: process.ppid, here: hereName(), began })
    await expect(lockFolder(folder)).rejects.toThrow(`process ${process.ppid} on this machine`)
  })

  test('of another machine is respected while it is renewed, and taken over afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval'] })
    const wait = async (taken: Promise<unknown>, meanwhile = async () => {}) => {
      let isDone = false
      const done = () => {
        isDone = true
      }
      taken.then(done, done)
      while (!isDone) {
        await meanwhile()
        await vi.advanceTimersByTimeAsync(250)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return taken
    }
    await write({ pid: 1, here: 'elsewhere' })
    let time = 1000
    const renew = () => utimes(path, time, time++)
    await expect(wait(lockFolder(folder), renew)).rejects.toThrow('on another machine or container')
    const unlock = (await wait(lockFolder(folder))) as () => Promise<void>
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid })
    await unlock()
  })

  test('goes to one of many that come at once', async () => {
    await write({ pid: 2 ** 22 + 1, here: hereName(), began: '1' })
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
    expect(taken.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    for (const one of taken) if (one.status === 'fulfilled') await one.value()
    expect(await readdir(folder)).toEqual([])
  })
})
