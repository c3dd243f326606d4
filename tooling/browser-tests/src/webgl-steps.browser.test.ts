// The cost of a training step on WebGL, and a test that its fused kernels compute the same as the ops they replace.
import { selectBackend, train } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { fromArray } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { vae } from '@ae/models'
import { webglBackend } from '@ae/web'
import { backend, getKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { crosses } from './crosses.ts'

beforeAll(() => selectBackend(webglBackend({ softwareAdapter: 'accept' })))

test('a step of the VAE 784-400-20 takes 40 draw calls, and compiles nothing after the first one', async () => {
  const { draws, programs } = await trainTenSteps()
  expect(draws.slice(2)).toEqual(new Array(8).fill(40))
  expect(programs.slice(2)).toEqual(new Array(8).fill(0))
})

// Last, because it removes the kernels.
test('ten steps with fused kernels equal ten steps without them', async () => {
  const fused = await trainTenSteps()
  for (const { name } of Object.values(kernels)) {
    if (getKernel(name, 'webgl') !== undefined) unregisterKernel(name, 'webgl')
  }
  const composed = await trainTenSteps()
  expect(composed.draws.at(-1)).toBeGreaterThan(300)
  expectClose(fused.losses, composed.losses, { relative: 1e-5 })
  for (const [name, values] of Object.entries(composed.weights)) {
    expectClose(fused.weights[name] ?? [], values, { absolute: 1e-4 })
  }
})

/** Ten steps over two epochs, with the number of draw calls and of linked programs for each step. */
async function trainTenSteps() {
  const { gl } = (backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu
  const drawElements = vi.spyOn(gl, 'drawElements')
  const linkProgram = vi.spyOn(gl, 'linkProgram')
  const counts = { draws: [] as number[], programs: [] as number[] }
  const losses: number[] = []
  const weights: Record<string, ArrayLike<number>> = {}
  await expectNoLeak(async () => {
    const data = fromArray(crosses(640), { shape: [28, 28, 1], name: 'crosses' })
    const model = vae({ inputShape: data.shape, latentSize: 20, hidden: [400], seed: 1 })
    const onProgress = () => {
      counts.draws.push(drawElements.mock.calls.length)
      counts.programs.push(linkProgram.mock.calls.length)
      drawElements.mockClear()
      linkProgram.mockClear()
    }
    for await (const { loss } of train(model, data, { epochs: 2, batchSize: 128, seed: 2, onProgress })) {
      losses.push(loss.reconstruction, loss.kl)
      // The draw calls for reading the losses do not count towards the next step.
      drawElements.mockClear()
      linkProgram.mockClear()
    }
    for (const [name, variable] of Object.entries(model.variables)) weights[name] = await variable.data()
    model.dispose()
  })
  drawElements.mockRestore()
  linkProgram.mockRestore()
  return { ...counts, losses, weights }
}
