// Work that follows a pointer or a training run: one piece at a time, and then only the newest.

/**
 * Wraps a slow task so that it never runs twice at a time. Calls that come while it runs are replaced by the newest, which
 * runs afterwards.
 *
 * @param task must not reject
 * @returns asks for a run with these arguments
 */
export function latest<args extends readonly unknown[]>(
  task: (...args: args) => Promise<void>,
): (...args: args) => void {
  let isRunning = false
  let next: args | undefined
  return async function ask(...args) {
    next = args
    if (isRunning) return
    isRunning = true
    try {
      while (next !== undefined) {
        const now = next
        next = undefined
        await task(...now)
      }
    } finally {
      isRunning = false
    }
  }
}

/** Calls `task` at most once per animation frame. */
export function oncePerFrame(task: () => void): () => void {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(() => {
      isAsked = false
      task()
    })
  }
}
