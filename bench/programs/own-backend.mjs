// The wasm backend with as many threads, and vectors as wide, as a measurement asks for.
import { selectBackend } from '@ae/core'
import { wasmBackend } from '@ae/wasm'

/** Activates it; gives its own description of itself. */
export async function activate({ threads, vectorBits }) {
  const { device } = await selectBackend(wasmBackend({ threads, vectorBits }))
  return device
}
