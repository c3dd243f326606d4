// The wasm backend with the number of threads and the vector width that a measurement asks for.
import { selectBackend } from '@ae/core'
import { wasmBackend } from '@ae/wasm'

/** Activates it and returns its own description of the device. */
export async function activate({ threads, vectorBits }) {
  const { device } = await selectBackend(wasmBackend({ threads, vectorBits }))
  return device
}
