// Which process a file belongs to, for files that outlive a killed one.
import { crc32 } from '../files/crc32.ts'
import { nodeModule } from '../platform.ts'

/** Names the place where a process id means the same as here: this machine and, on Linux, this container. */
export function hereName(): string {
  const fs = nodeModule<typeof import('node:fs')>('node:fs')
  const host = nodeModule<typeof import('node:os')>('node:os')?.hostname() ?? ''
  try {
    return hexadecimal(`${host} ${fs?.readlinkSync('/proc/self/ns/pid')}`)
  } catch {
    return hexadecimal(host)
  }
}

/** Whether a process of this place runs. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH') // EPERM: it is another user's
  }
}

/** The checksum of a text, as 8 digits. */
export function hexadecimal(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0')
}
