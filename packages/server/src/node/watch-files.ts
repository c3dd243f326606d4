// Files that change: looked at from time to time, which works on every file system, and where a file is replaced.
import { stat } from 'node:fs/promises'

/**
 * Watches files.
 *
 * @param files their paths by name
 * @param seconds between two looks
 * @param onChange told when a file is another one than before, and did not change between the last two looks
 * @returns stops watching
 */
export function watchFiles(
  files: ReadonlyMap<string, string>,
  seconds: number,
  onChange: (name: string) => void,
): () => void {
  /** What was loaded, and what was seen last. */
  const states = new Map<string, { loaded: string; seen: string }>()
  const look = async () => {
    for (const [name, path] of files) {
      const now = await signature(path)
      const { loaded, seen } = states.get(name) ?? { loaded: now, seen: now }
      const isNew = now !== '' && now !== loaded && now === seen
      states.set(name, { loaded: isNew ? now : loaded, seen: now })
      if (isNew) onChange(name)
    }
  }
  let looking: Promise<void> | undefined = look()
  const timer = setInterval(() => {
    looking = looking?.then(look)
  }, seconds * 1000)
  timer.unref()
  return () => {
    clearInterval(timer)
    looking = undefined
  }
}

/** Empty while there is no file. */
async function signature(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return ''
  }
}
