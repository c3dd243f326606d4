// A VAE in a worker, on every browser backend, with data from the page.
import { selectBackend, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectClose } from '@ae/library/testing'
import { vae } from '@ae/models'
import { trainInWorker, wasm } from '@ae/web'
import { beforeAll, expect, test } from 'vitest'
import { crosses } from './crosses.ts'

const on = {
  wasm: () => new Worker(new URL('./vae-worker.ts?backend=wasm', import.meta.url), { type: 'module' }),
  webgl: () => new Worker(new URL('./vae-worker.ts?backend=webgl', import.meta.url), { type: 'module' }),
  webgpu: () => new Worker(new URL('./vae-worker.ts?backend=webgpu', import.meta.url), { type: 'module' }),
}
const pictures = (count: number) => fromArray(crosses(count), { shape: [28, 28, 1], name: 'crosses' })

beforeAll(async () => {
  await selectBackend(wasm)
})

test.each(['wasm', 'webgl', 'webgpu'] as const)(
  'a VAE learns in a worker on %s what it learns in the page',
  async (name) => {
    const options = { epochs: 2, batchSize: 64, seed: 2 }
    const make = () => vae({ inputShape: [28, 28, 1], latentSize: 4, hidden: [64], seed: 1 })
    const expected: number[] = []
    using twin = make()
    for await (const { loss } of train(twin, pictures(256), options)) expected.push(loss.reconstruction, loss.kl)
    using model = make()
    const actual: number[] = []
    const backends: string[] = []
    const onBackend = (backend: { readonly name: string }) => backends.push(backend.name)
    for await (const { loss } of trainInWorker(on[name], model, pictures(256), { ...options, onBackend })) {
      actual.push(loss.reconstruction, loss.kl)
    }
    expect(backends).toEqual([name])
    expectClose(actual, expected, { relative: name === 'wasm' ? 0 : 1e-5 })
  },
)
