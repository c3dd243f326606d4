// Makes the file that recipes and examples load: an untrained model, as small as it can be.
import { save, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'

await selectBackend(wasm)
const model = vae({ inputShape: [28, 28, 1], latentSize: 2, hidden: [16], seed: 1 })
await save(model, 'out/vae.safetensors')
