import { selectBackend } from '@ae/core'
import { engine } from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { webgpu, webgpuBackend } from './webgpu.ts'

afterEach(() => vi.unstubAllGlobals())

test('webgpu can be imported in Node and registers nothing', () => {
  expect(webgpu.name).toBe('webgpu')
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('webgpu says in Node that it needs a browser, also where Node has a navigator', async () => {
  vi.stubGlobal('navigator', { gpu: {} })
  expect(await webgpu.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "in Node, use webgpu from @ae/node-gpu or wasm from @ae/wasm",
      "ok": false,
      "reason": "this is not a browser",
    }
  `)
  await expect(webgpu.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`webgpu\` cannot run here.

    Reason: this is not a browser
    Fix:    in Node, use webgpu from @ae/node-gpu or wasm from @ae/wasm]
  `)
  await expect(selectBackend(webgpu)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`selectBackend\` found no backend that works here.

    webgpu: this is not a browser (in Node, use webgpu from @ae/node-gpu or wasm from @ae/wasm)
    Fix:    cure one of the reasons above, or add wasm from @ae/wasm, which needs nothing installed]
  `)
})

test('options that are unknown or out of range are refused', () => {
  expect(() => webgpuBackend({ power: 'low-power' } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webgpuBackend\` has no option \`power\`.

    Expected: powerPreference, softwareAdapter
    Received: power
    Fix:      use one of powerPreference, softwareAdapter]
  `)
  expect(() => webgpuBackend({ powerPreference: 'fast' } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webgpuBackend\` received a bad \`powerPreference\`.

    Expected: one of high-performance, low-power
    Received: "fast"
    Fix:      pass one of high-performance, low-power]
  `)
  expect(() => webgpuBackend({ softwareAdapter: true } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webgpuBackend\` received a bad \`softwareAdapter\`.

    Expected: one of refuse, accept
    Received: true
    Fix:      pass one of refuse, accept]
  `)
})
