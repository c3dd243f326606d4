// GPUs that are lost while they train, and memory that is full: noticed, reported, and answered by the next backend.
import {
  type Backend,
  BackendLostError,
  type BackendReport,
  memory as inMemory,
  type Progress,
  save,
  selectBackend,
  train,
  trainWithFallback,
} from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { wasm } from '@ae/wasm'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { backend, getBackend, memory } from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { tinyData, tinyModel } from '../../core/src/testing/tiny-model.ts'
import { webgl } from './testing/software-webgl.ts'
import { webgpuBackend } from './webgpu.ts'

/** tfjs's WebGPU backend, as far as the tests reach into it. */
const deviceOf = (running: object) => (running as { readonly device: GPUDevice }).device

const webgpu = webgpuBackend({ softwareAdapter: 'accept' })
const size = 64 // large enough that tfjs computes nothing of it on the CPU
const data = () => tinyData({ size, count: 640 })
const model = () => tinyModel({ size, codeSize: 32 })
const options = { epochs: 3, batchSize: 64, seed: 3 }

const loseContext = () => {
  const { gl } = (backend() as MathBackendWebGL).gpgpu
  gl.getExtension('WEBGL_lose_context')?.loseContext()
}
const destroyDevice = () => deviceOf(backend()).destroy()
const fillMemoryOfWebgl = () => {
  const { gl } = (backend() as MathBackendWebGL).gpgpu
  vi.spyOn(gl, 'getError').mockReturnValueOnce(gl.OUT_OF_MEMORY)
}
/** A buffer that no GPU holds. */
const fillMemoryOfWebgpu = () => {
  const device = deviceOf(backend())
  device.createBuffer({ size: device.limits.maxBufferSize, usage: GPUBufferUsage.STORAGE })
  for (let i = 0; i < 64; i++) device.createBuffer({ size: device.limits.maxBufferSize, usage: GPUBufferUsage.STORAGE })
}

const cases: readonly [string, Backend, () => void, RegExp][] = [
  ['a WebGL context that is lost', webgl, loseContext, /Reason: its WebGL context was lost: the GPU was reset/],
  ['WebGL whose memory is full', webgl, fillMemoryOfWebgl, /Reason: the memory of the GPU is full/],
  ['a WebGPU device that is lost', webgpu, destroyDevice, /Reason: its GPU device was lost: .*/],
  ['WebGPU whose memory is full', webgpu, fillMemoryOfWebgpu, /Reason: the memory of the GPU is full: .*/],
]

const during = (epoch: number, act: () => void) => (progress: Progress) => {
  if (progress.epoch === epoch && progress.batch === 4) act()
}

test.each(cases)(
  '%s ends training with the reason, and nothing that it answered is reported',
  async (_, use, end, reason) => {
    await selectBackend(use)
    const checkpoint = inMemory()
    const reports: number[] = []
    using trained = model()
    const run = async () => {
      for await (const { epoch, loss } of train(trained, data(), {
        ...options,
        checkpoint,
        onProgress: during(2, end),
      })) {
        expect(loss.total).toBeGreaterThan(0.1)
        reports.push(epoch)
      }
    }
    const error = await run().catch((error) => error)
    expect(error).toBeInstanceOf(BackendLostError)
    expect(error.message).toMatch(reason)
    expect(error.backend).toBe(use.name)
    expect(reports).toEqual([1])
    await expect(save(trained, inMemory())).rejects.toBeInstanceOf(BackendLostError)
  },
)

test.each(cases)('%s is followed by the next backend from the last checkpoint', async (_, use, end) => {
  await selectBackend(wasm)
  const expected: number[] = []
  {
    using unbroken = model()
    for await (const { loss } of train(unbroken, data(), options)) expected.push(loss.total)
  }
  const before = memory().numTensors
  await selectBackend(use)
  const backends: BackendReport[] = []
  const losses: number[] = []
  {
    using trained = model()
    const run = trainWithFallback(trained, data(), {
      ...options,
      fallbacks: [webgpu, webgl, wasm].filter(({ name }) => name === use.name || name === 'wasm'),
      onFallback: ({ backend }) => backends.push(backend),
      onProgress: during(2, () => getBackend() === use.name && end()),
    })
    for await (const { loss } of run) losses.push(loss.total)
    await save(trained, inMemory())
  }
  expect(backends.map(({ name }) => name)).toEqual(['wasm'])
  expect(losses).toHaveLength(3)
  expectClose(losses, expected, { relative: 1e-5 })
  expect(memory().numTensors).toBe(before)
})

test('WebAssembly whose memory is full ends training with the reason, and is followed by the next backend', async () => {
  await selectBackend(wasm)
  const { wasm: module } = backend() as unknown as { readonly wasm: Emscripten }
  const held: number[] = []
  const fill = () => {
    for (let bytes = 2 ** 31; bytes >= 64; bytes /= 2) {
      try {
        for (;;) held.push(module._malloc(bytes))
      } catch {
        // no piece of this size is left
      }
    }
  }
  const backends: BackendReport[] = []
  const losses: number[] = []
  try {
    using trained = model()
    const run = trainWithFallback(trained, data(), {
      ...options,
      fallbacks: [webgl],
      onFallback: ({ backend, error }) => {
        expect(error.message).toContain('The memory of the wasm backend is full')
        backends.push(backend)
      },
      onProgress: during(2, () => getBackend() === 'wasm' && fill()),
    })
    for await (const { loss } of run) losses.push(loss.total)
  } finally {
    for (const address of held) module._free(address)
  }
  expect(backends.map(({ name }) => name)).toEqual(['webgl'])
  expect(losses).toHaveLength(3)
})

interface Emscripten {
  _malloc(bytes: number): number
  _free(address: number): void
}
