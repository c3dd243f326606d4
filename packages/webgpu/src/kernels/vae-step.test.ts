import { type Dataset, train, uniforms } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { vae } from '@ae/models'
import { env, getKernel, type KernelConfig, registerKernel, tensor, unregisterKernel } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { gpuWorkOf } from '../testing/gpu-work.ts'
import { implementations } from './implementations.ts'

onAdapter('a training step of a VAE', () => {
  vi.setConfig({ testTimeout: 300_000 }) // a software adapter compiles for seconds where other work goes on
  beforeAll(() => activateWebgpu(open))

  test('of 784-400-20 at batch 128 takes fewer than 25 dispatches', async () => {
    using model = vae({ inputShape: [28, 28, 1], latentSize: 20, hidden: [400], seed: 1 })
    const data = noise([28, 28, 1], 128, 2)
    const startOf: number[] = []
    const { dispatches, passes, submissions } = await gpuWorkOf(async ({ dispatches: soFar }) => {
      const onProgress = () => startOf.push(soFar.length)
      for await (const _ of train(model, data, { epochs: 1, batchSize: 128, onProgress }));
    })
    const step = dispatches.slice(startOf[0], startOf[1])
    console.log(
      `${step.length} dispatches a step; ${passes} passes, ${submissions} submissions for 2 steps\n${step.join('\n')}`,
    )
    expect(step.length).toBeLessThan(25)
    // Where a device binds eight tensors to a dispatch, which all do, Adam needs one more and the pair of layers too.
    const adam = step.filter((label) => label.startsWith('AeOptimize')).length
    expect(step.length - adam + 5 + 1).toBeLessThan(25)
  })

  test('moves the weights as composed ops do, ten times, and leaves no tensor behind', async () => {
    const composed = await trained(() => {
      const kernels = implementations.flatMap(({ spec }) => getKernel(spec.name, 'webgpu') ?? [])
      for (const { kernelName } of kernels) unregisterKernel(kernelName, 'webgpu')
      return kernels
    })
    const fused = await trained(() => [])
    expect(Object.keys(fused)).toEqual(Object.keys(composed))
    for (const [name, values] of Object.entries(fused)) expectClose(values, composed[name] ?? [], { absolute: 2e-5 })
  })
})

/** The weights after ten steps, without the kernels that `take` takes away meanwhile. */
async function trained(take: () => KernelConfig[]): Promise<Record<string, ArrayLike<number>>> {
  env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3) // tfjs's program for small products takes 0.1 s each on a software adapter
  const taken = take()
  const weights: Record<string, ArrayLike<number>> = {}
  await expectNoLeak(async () => {
    using model = vae({ inputShape: [5, 7], latentSize: 3, hidden: [9], seed: 1 })
    for await (const _ of train(model, noise([5, 7], 13, 10), { epochs: 1, batchSize: 13 }));
    for (const [name, variable] of Object.entries(model.variables)) weights[name] = await variable.data()
  })
  for (const kernel of taken) registerKernel(kernel)
  return weights
}

function noise(shape: readonly number[], batch: number, count: number): Dataset {
  const values = shape.reduce((product, length) => product * length, batch)
  return {
    name: 'noise',
    shape: [...shape],
    size: batch * count,
    range: { minimum: 0, maximum: 1 },
    async *batches() {
      for (let step = 0; step < count; step++) yield tensor(uniforms('noise', { step }, values), [batch, ...shape])
    },
  }
}
