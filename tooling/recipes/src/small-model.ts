// The file that every recipe loads: an untrained model, as small as it can be.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { save, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'

/** Saves a VAE of pictures [28, 28, 1] with two latents. */
export async function saveSmallModel(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  await selectBackend(wasm)
  const model = vae({ inputShape: [28, 28, 1], latentSize: 2, hidden: [16], seed: 1 })
  await save(model, path)
  model.dispose()
}
