// A trained model on the server: /api/ae/sample, /api/ae/encode and all other requests of @ae/server.
import { load, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { createHandler } from '@ae/server'
import { wasm } from '@ae/wasm'

let handler // made by the first request, not while Next builds
async function start() {
  await selectBackend(wasm)
  return createHandler(await load('model/vae.safetensors', vae), { basePath: '/api/ae' })
}
async function answer(request) {
  handler ??= start()
  return (await handler)(request)
}

export { answer as GET, answer as POST }
