// A trained model behind HTTP, twice: with every request that @ae/server knows, and with a route of your own.
import { load, selectBackend } from '@ae/core'
import { encodePng, grid } from '@ae/images'
import { vae } from '@ae/models'
import { createHandler } from '@ae/server'
import { wasm } from '@ae/wasm'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

await selectBackend(wasm) // once for the process
const model = await load('model/vae.safetensors', vae) // before the first request, so that none waits for it

const app = new Hono()
app.mount('/ae', createHandler(model)) // GET /ae/ is a page to try it

// The same model in a route that answers as you like.
app.get('/sheet.png', async (context) => {
  const seed = Number(context.req.query('seed') ?? 0)
  if (!Number.isSafeInteger(seed) || seed < 0) return context.text('seed must be an integer of at least 0', 400)
  const samples = model.sample(64, { seed }) // [64, 28, 28, 1]
  const sheet = grid(samples, { scale: 2 })
  try {
    return context.body(await encodePng(sheet), 200, { 'content-type': 'image/png' })
  } finally {
    for (const tensor of [samples, sheet]) tensor.dispose()
  }
})

const port = Number(process.env.PORT ?? 8000)
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, ({ port }) => console.log(`http://127.0.0.1:${port}/ae/`))
