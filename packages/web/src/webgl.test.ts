import { selectBackend } from '@ae/core'
import { engine } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { webgl, webglBackend } from './webgl.ts'

test('webgl can be imported in Node and registers nothing', () => {
  expect(webgl.name).toBe('webgl')
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('webgl says in Node that it needs a browser', async () => {
  expect(await webgl.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "in Node, use wasm from @ae/wasm or a backend from @ae/node-gpu",
      "ok": false,
      "reason": "there is no canvas here: this is not a browser",
    }
  `)
  await expect(webgl.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`webgl\` cannot run here.

    Reason: there is no canvas here: this is not a browser
    Fix:    in Node, use wasm from @ae/wasm or a backend from @ae/node-gpu]
  `)
  await expect(selectBackend(webgl)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`selectBackend\` found no backend that works here.

    webgl: there is no canvas here: this is not a browser (in Node, use wasm from @ae/wasm or a backend from @ae/node-gpu)
    Fix:   cure one of the reasons above, or add wasm from @ae/wasm, which needs nothing installed]
  `)
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('options that are unknown or out of range are refused', () => {
  expect(() => webglBackend({ powerPreference: 'low-power' } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webglBackend\` has no option \`powerPreference\`.

    Expected: softwareAdapter
    Received: powerPreference
    Fix:      use one of softwareAdapter]
  `)
  expect(() => webglBackend({ softwareAdapter: true } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webglBackend\` received a bad \`softwareAdapter\`.

    Expected: one of refuse, accept
    Received: true
    Fix:      pass one of refuse, accept]
  `)
})
