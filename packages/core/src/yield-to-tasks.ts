// Lets the event loop run during a long computation, so that signals, timers and painting are handled.

/** How long the event loop may be held at a time, in milliseconds: a frame of 60 a second, and below what a user notices. */
const limit = 16

let turn = 0
let called = 0

/**
 * Called between two pieces of work: waits for one turn of the event loop if another piece as long as the last would hold it for
 * over 16 ms; otherwise continues at once. A piece that takes longer is followed by a turn.
 */
export async function yieldToTasks(): Promise<void> {
  const now = performance.now()
  const isDue = now - turn + (now - called) > limit
  called = now
  if (!isDue) return
  await nextTask()
  turn = called = performance.now()
}

/** Waits until the event loop has run the tasks that are due. It uses no timer: a hidden page gets only one per second. */
export function nextTask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
