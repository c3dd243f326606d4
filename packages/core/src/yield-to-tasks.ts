// Lets the event loop turn while a long loop runs, so that signals, timers and paints are served.

const interval = 30
let last = 0

/** Waits for one turn of the event loop if the last was over 30 ms ago; else continues at once. */
export async function yieldToTasks(): Promise<void> {
  if (performance.now() - last < interval) return
  await nextTask()
  last = performance.now()
}

/** Waits until what is due in the event loop was served. No timer is used: a hidden page would get one a second. */
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
