// The most memory that a test takes, as the system counts it: also what is taken and given back between two lines.
import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * What V8 and the allocator take for themselves, whatever is read: young objects before they are collected, code that is compiled, pages
 * kept for later. A bound on the memory of a reader is this more than its file says.
 */
export const memoryFloor = 64 * 2 ** 20

/**
 * The most bytes that are resident while `body` runs, above those before it.
 *
 * @param body awaited; may call `collect` between its parts, so that what they left does not add up
 * @returns undefined where the system does not tell: it does on Linux
 */
export async function peakMemory(body: (collect: () => void) => Promise<void>): Promise<number | undefined> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20)) // buffers are freed by another thread
  }
  try {
    writeFileSync('/proc/self/clear_refs', '5') // the highest count begins anew
  } catch {
    await body(collect)
    return undefined
  }
  const before = resident('VmRSS')
  await body(collect)
  return resident('VmHWM') - before
}

function resident(name: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return 1024 * Number(kilobytes)
}
