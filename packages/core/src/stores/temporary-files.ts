// Temporary files that a write renames to its target: their names, and which of them no process will ever finish.
import { hereName, hexadecimal, isAlive } from './processes.ts'

type FileSystem = typeof import('node:fs/promises')

/** In milliseconds; no write takes as long, so no process will ever finish a file that was last changed before that. */
const oldAge = 24 * 60 * 60 * 1000

/** A name for a temporary file of a target: it says which process owns the file, and fits the limits of every file system. */
export function temporaryName(target: string): string {
  return `.${stemOf(target)}.${process.pid}-${hereName()}-${crypto.randomUUID().slice(0, 8)}.tmp`
}

/**
 * Removes the temporary files that killed processes left while writing a target: those whose process ran here and is gone, and
 * those that were not changed for a day. If this fails, the write has still succeeded.
 *
 * @param target the name of the file that was written; undefined for every file of the folder
 */
export async function removeStale(fs: FileSystem, folder: string, target: string | undefined): Promise<void> {
  const names = await fs.readdir(folder).catch(() => [])
  for (const name of names) {
    const owner = /^\.(.+)\.(?:(\d+)-([0-9a-f]{8})-[0-9a-f]{8}|[0-9a-f-]{36})\.tmp$/.exec(name)
    if (owner === null || (target !== undefined && owner[1] !== stemOf(target))) continue
    const [, , pid, here] = owner
    const path = `${folder}/${name}`
    const isStale = here === hereName() ? !isAlive(Number(pid)) || (await isOld(fs, path)) : await isOld(fs, path)
    if (isStale) await fs.rm(path, { force: true }).catch(() => {})
  }
}

/** The target's name; its checksum if the name of the temporary file would otherwise be too long for a file system. */
function stemOf(target: string): string {
  return new TextEncoder().encode(target).length > 64 ? hexadecimal(target) : target
}

async function isOld(fs: FileSystem, path: string): Promise<boolean> {
  const stats = await fs.stat(path).catch(() => undefined)
  return stats !== undefined && Date.now() - stats.mtimeMs > oldAge
}
