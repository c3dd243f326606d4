import { selectBackend } from '@ae/core'
import { backend, engine, getBackend, memory } from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { webgl } from './webgl.ts'

afterEach(() => vi.restoreAllMocks())

test('webgl says which device it would run on, and changes nothing', async () => {
  const availability = await webgl.isAvailable()
  expect(availability).toMatchObject({
    ok: true,
    device: expect.stringMatching(/^WebGL2 in software, ANGLE .*SwiftShader/),
  })
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('webgl is refused without WebGL 2', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
  expect(await webgl.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "turn hardware acceleration on in its settings, or use wasm from @ae/web",
      "ok": false,
      "reason": "this browser gives no WebGL 2 context",
    }
  `)
  await expect(webgl.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`webgl\` cannot run here.

    Reason: this browser gives no WebGL 2 context
    Fix:    turn hardware acceleration on in its settings, or use wasm from @ae/web]
  `)
})

test('webgl is refused where the browser draws on the CPU', async () => {
  const getContext: (kind: string, attributes?: WebGLContextAttributes) => unknown =
    HTMLCanvasElement.prototype.getContext
  const refuse = function (this: HTMLCanvasElement, kind: string, attributes?: WebGLContextAttributes) {
    return attributes?.failIfMajorPerformanceCaveat ? null : getContext.call(this, kind, attributes)
  }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(refuse as never)
  expect(await webgl.isAvailable()).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^this browser draws WebGL on the CPU \(WebGL2 in software, ANGLE .*\)$/),
    fix: 'use wasm from @ae/web',
  })
})

test('webgl is refused on a device that renders 16-bit floats only', async () => {
  const { getExtension } = WebGL2RenderingContext.prototype
  const without = function (this: WebGL2RenderingContext, name: string) {
    return name === 'EXT_color_buffer_float' ? null : getExtension.call(this, name)
  }
  vi.spyOn(WebGL2RenderingContext.prototype, 'getExtension').mockImplementation(without as never)
  expect(await webgl.isAvailable()).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^it computes with 16-bit floats only \(.*\), in which training ends in NaN$/),
    fix: 'use wasm from @ae/web',
  })
})

test('webgl gives back the context that it asks with', async () => {
  const getContext = vi.spyOn(HTMLCanvasElement.prototype, 'getContext')
  await webgl.isAvailable()
  const contexts = getContext.mock.results.map(({ value }) => value as WebGL2RenderingContext)
  expect(contexts.map((gl) => gl.isContextLost())).toEqual([true])
})

test('webgl runs after selectBackend, on the device that it names', async () => {
  const { name, device } = await selectBackend(webgl)
  expect({ name, device }).toEqual({ name: 'webgl', device: expect.stringContaining('SwiftShader') })
  expect(getBackend()).toBe('webgl')
  expect(backend().constructor.name).toContain('WebGL')
  expect(memory().numTensors).toBe(0)
  expect(await webgl.activate()).toEqual({ name, device })
})
