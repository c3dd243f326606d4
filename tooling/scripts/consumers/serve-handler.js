// A model over HTTP, by what Bun and Deno serve a fetch handler with.
import { selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { createHandler } from '@ae/server'
import { wasm } from '@ae/web'

await selectBackend(wasm)
const model = vae({ inputShape: [6, 6, 1], latentSize: 2, hidden: [8], seed: 1 })
const handler = createHandler(model)
const place = { hostname: '127.0.0.1', port: 0 }
const { Bun, Deno } = globalThis
const server = Bun ? Bun.serve({ ...place, fetch: handler }) : Deno.serve({ ...place, onListen() {} }, handler)
const address = `http://127.0.0.1:${server.port ?? server.addr.port}`
const { examples } = await (await fetch(`${address}/sample?count=3&seed=1`)).json()
console.log(
  'json',
  examples.length,
  examples.flat(3).every((value) => value > 0 && value < 1),
)
const picture = await fetch(`${address}/sample`, { headers: { accept: 'image/png' } })
console.log(picture.headers.get('content-type'), (await picture.arrayBuffer()).byteLength > 60)
const refused = await fetch(`${address}/encode`, { method: 'POST', body: 'x' })
console.log(refused.status, (await refused.json()).title)
await (Bun ? server.stop(true) : server.shutdown())
