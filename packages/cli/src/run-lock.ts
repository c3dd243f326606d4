// One run at a time in an `--out` folder: a file that says who writes there, taken over if that process is gone.

import { readFileSync } from 'node:fs'
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { OptionError } from '@ae/core'
import { hereName, isAlive } from '@ae/core/internal'

const name = '.ae-train.lock'

/** Milliseconds after which a lock shows again that its process lives. */
const interval = 3000

/** Who holds a lock. */
interface Holder {
  readonly pid: number
  /** The machine, and on Linux the container. */
  readonly here: string
  /** When the process began, in ticks of the system, where it tells: an id may be another process's by now. */
  readonly began: string | undefined
}

/** The locks of this process. */
const held = new Set<string>()

/**
 * Takes the lock of a folder.
 *
 * A lock of a process of this machine is taken over if the process is gone; one of another machine or container if it is not
 * renewed while this waits, some 10 seconds.
 *
 * @param folder is there
 * @returns what gives the lock back; it never fails
 * @throws {OptionError} when another run writes there
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, name)
  const mine = `${JSON.stringify({ pid: process.pid, here: hereName(), began: beganOf(process.pid) })}\n`
  while (!(await create(path, mine))) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) continue // it was given back meanwhile
    if (await isHeld(path, text)) throw refusal(folder, text)
    await takeAway(path, text)
  }
  held.add(path)
  const renewal = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), interval)
  renewal.unref()
  return async () => {
    clearInterval(renewal)
    held.delete(path)
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === mine) await rm(path, { force: true }).catch(() => {})
  }
}

/** Makes the file with its content in one step. @returns false where it is there */
async function create(path: string, content: string): Promise<boolean> {
  const whole = `${path}.${process.pid}-${crypto.randomUUID().slice(0, 8)}`
  try {
    const handle = await open(whole, 'wx')
    await handle.writeFile(content).finally(() => handle.close())
    await link(whole, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    return createPlainly(path, content) // the file system has no links
  } finally {
    await rm(whole, { force: true })
  }
}

async function createPlainly(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx')
    await handle.writeFile(content).finally(() => handle.close())
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isHeld(path: string, text: string): Promise<boolean> {
  const holder = holderIn(text)
  if (holder?.here !== hereName()) return isRenewed(path)
  if (holder.pid === process.pid) return held.has(path)
  return isAlive(holder.pid) && holder.began === beganOf(holder.pid)
}

/** Clocks of machines differ, so the file's time is compared with itself. */
async function isRenewed(path: string): Promise<boolean> {
  const timeOf = async () => (await stat(path).catch(() => undefined))?.mtimeMs
  const before = await timeOf()
  for (let waited = 0; waited < 3 * interval + 1000; waited += 250) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const now = await timeOf()
    if (now !== before) return now !== undefined
  }
  return false
}

/** Removes a lock, unless another process has replaced it by its own meanwhile. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}-${crypto.randomUUID().slice(0, 8)}`
  await rename(path, aside).catch(() => {})
  const taken = await readFile(aside, 'utf8').catch(() => undefined)
  if (taken !== undefined && taken !== text) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, here, began } = JSON.parse(text)
    return Number.isSafeInteger(pid) && typeof here === 'string' ? { pid, here, began } : undefined
  } catch {
    return undefined
  }
}

/**
 * The 22nd field of /proc/PID/stat; the second may hold spaces and parentheses. Undefined for a process that has ended and that its
 * parent has not asked for, as in containers whose first process does not do that.
 */
function beganOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function refusal(folder: string, text: string): OptionError {
  const holder = holderIn(text)
  const where = holder?.here === hereName() ? 'this machine' : 'another machine or container'
  return new OptionError('`ae train` found that another run writes into the `--out` folder.', {
    facts: { Folder: folder, 'Other run': `process ${holder?.pid ?? 'unknown'} on ${where}` },
    fix: 'wait until it has ended, or pass another folder with --out',
  })
}
