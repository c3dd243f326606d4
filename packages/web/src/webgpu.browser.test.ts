import { selectBackend } from '@ae/core'
import { activeWebgpu } from '@ae/webgpu'
import '@tensorflow/tfjs-backend-cpu'
import { backend, engine, getBackend, memory, mul, ones, setBackend } from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { webgpu, webgpuBackend } from './webgpu.ts'

const software = webgpuBackend({ softwareAdapter: 'accept' })

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A browser whose `navigator.gpu` is another. */
function withGpu(gpu: unknown): void {
  vi.spyOn(navigator, 'gpu', 'get').mockReturnValue(gpu as GPU)
}

test('an adapter that computes on the CPU is refused, and nothing is registered', async () => {
  expect(await webgpu.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "use wasm from @ae/web",
      "ok": false,
      "reason": "the only adapter, google swiftshader (software), computes on the CPU, where wasm is faster",
    }
  `)
  await expect(webgpu.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`webgpu\` cannot run here.

    Reason: the only adapter, google swiftshader (software), computes on the CPU, where wasm is faster
    Fix:    use wasm from @ae/web]
  `)
  expect(Object.keys(engine().registryFactory)).toEqual(['cpu'])
})

test('a page that is no secure context is told how to become one', async () => {
  withGpu(undefined)
  vi.stubGlobal('isSecureContext', false)
  expect(await webgpu.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "serve it over https or from localhost, or use webgl or wasm from @ae/web",
      "ok": false,
      "reason": "this page was loaded over plain http, where browsers disable WebGPU",
    }
  `)
})

test('a browser without WebGPU is refused', async () => {
  withGpu(undefined)
  expect(await webgpu.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "take one that has, such as Chrome or Edge 113, Firefox 141 or Safari 26, or use webgl or wasm from @ae/web",
      "ok": false,
      "reason": "this browser has no WebGPU",
    }
  `)
})

test('a browser that gives no adapter is refused', async () => {
  withGpu({ requestAdapter: async () => null })
  expect(await webgpu.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "turn hardware acceleration on in its settings and update the GPU's driver, or use webgl or wasm from @ae/web",
      "ok": false,
      "reason": "this browser has WebGPU but gives no adapter; there is no GPU, or the browser does not trust its driver",
    }
  `)
})

test('a browser that fails to look for an adapter is refused, with its words', async () => {
  withGpu({ requestAdapter: async () => Promise.reject(new Error('the GPU process crashed')) })
  expect(await webgpu.isAvailable()).toMatchObject({
    ok: false,
    reason: expect.stringContaining(': the GPU process crashed;'),
  })
})

test('a browser with an early WebGPU, whose adapters do not say what they are, is refused', async () => {
  withGpu({ requestAdapter: async () => ({}) })
  expect(await webgpu.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "update it, or use webgl or wasm from @ae/web",
      "ok": false,
      "reason": "this browser implements an early draft of WebGPU",
    }
  `)
})

test('powerPreference is passed on', async () => {
  const requestAdapter = vi.fn(async () => null)
  withGpu({ requestAdapter })
  await webgpu.isAvailable()
  await webgpuBackend({ powerPreference: 'low-power' }).isAvailable()
  expect(requestAdapter.mock.calls).toEqual([
    [{ powerPreference: 'high-performance' }],
    [{ powerPreference: 'low-power' }],
  ])
})

test('an adapter that gives no device is refused, and the backend stays as it was', async () => {
  await setBackend('cpu')
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockRejectedValue(new Error('out of memory'))
  await expect(software.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`webgpu\` cannot run here.

    Reason: the adapter cannot open a device: out of memory
    Fix:    close other pages that use the GPU or restart the browser, or use webgl or wasm from @ae/web]
  `)
  expect(getBackend()).toBe('cpu')
})

test('webgpu runs after selectBackend where it is told to accept a software adapter', async () => {
  const { name, device } = await selectBackend(software)
  expect({ name, device }).toEqual({ name: 'webgpu', device: 'google swiftshader (software)' })
  expect(getBackend()).toBe('webgpu')
  expect(backend().constructor.name).toContain('WebGPU')
  expect(memory().numTensors).toBe(0)
  expect(await mul(ones([3]), 2).array()).toEqual([2, 2, 2])
})

test('the device that was opened is kept by a second activation', async () => {
  const device = activeWebgpu()
  expect(device).toBeDefined()
  await software.activate()
  expect(activeWebgpu()).toBe(device)
})
