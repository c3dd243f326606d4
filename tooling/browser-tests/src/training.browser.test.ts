import { selectBackend } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { wasm } from '@ae/wasm'
import { webglBackend } from '@ae/web'
import { getBackend } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { outcomeInNode, trainSmallVae } from './train-small-vae.ts'

const backends = [
  ['webgl', webglBackend({ softwareAdapter: 'accept' })],
  ['wasm', wasm],
] as const

test.each(backends)('a VAE learns in the page on %s what it learns in Node', async (name, backend) => {
  await selectBackend(backend)
  expect(getBackend()).toBe(name)
  await expectNoLeak(async () => {
    const { reconstruction, kl, pixels } = await trainSmallVae()
    expectClose(reconstruction, outcomeInNode.reconstruction, { relative: 1e-5 })
    expectClose(kl, outcomeInNode.kl, { relative: 1e-5 })
    expectClose(pixels, outcomeInNode.pixels, { absolute: 1e-5 })
  })
})
