import { load, memory, save, selectBackend } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { webglBackend } from '@ae/web'
import { expect, test } from 'vitest'

test('a model saved on webgl draws the same images on wasm', async () => {
  const store = memory()
  const draw = async (model: ReturnType<typeof vae>) => {
    const images = model.sample(4, { seed: 1 })
    const values = await images.data()
    images.dispose()
    model.dispose()
    return values
  }
  await selectBackend(webglBackend({ softwareAdapter: 'accept' }))
  const model = vae({ inputShape: [28, 28, 1], latentSize: 4, hidden: [64], seed: 1 })
  await save(model, store)
  const drawn = await draw(model)

  expect(await selectBackend(wasm)).toMatchObject({ name: 'wasm' })
  expectClose(await draw(await load(store, vae)), drawn, { absolute: 1e-5 })
})
