// The wasm backend with as many threads as a measurement asks for.
import { selectBackend } from '@ae/core'
import { wasm, wasmBackend } from '@ae/wasm'

/** Whether this build can be told how many threads to use. */
export const hasThreads = (() => {
  try {
    return wasmBackend({ threads: 1 }).name === 'wasm'
  } catch {
    return false
  }
})()

/** Activates it; gives its own description of itself. */
export async function activate(threads) {
  if (!hasThreads && threads > 1) throw new Error('this build of @ae/wasm has one thread')
  const { device } = await selectBackend(hasThreads ? wasmBackend({ threads }) : wasm)
  return device
}
