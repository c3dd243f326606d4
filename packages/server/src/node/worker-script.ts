// Where the script of the thread is: beside the script that starts it, in both builds.
import { dirname, join } from 'node:path'

/** Its path or address. */
export function workerScript(): string | URL {
  // The CommonJS build has no `import.meta.url`, and that of ES modules no `__filename`.
  return typeof __filename === 'string'
    ? join(dirname(__filename), 'thread.cjs')
    : new URL('./thread.js', import.meta.url)
}
