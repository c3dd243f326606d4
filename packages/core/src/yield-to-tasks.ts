// Lets the event loop run during a long computation, so that signals, timers and painting are handled.

const interval = 30
let last = 0

/** Waits for one turn of the event loop if the last one was over 30 ms ago; otherwise continues at once. */
export async function yieldToTasks(): Promise<void> {
  if (performance.now() - last < interval) return
  await nextTask()
  last = performance.now()
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
