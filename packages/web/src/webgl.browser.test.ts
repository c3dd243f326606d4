import { selectBackend } from '@ae/core'
import { backend, engine, getBackend, memory } from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { webgl, webglBackend } from './webgl.ts'

const software = webglBackend({ softwareAdapter: 'accept' })

afterEach(() => vi.restoreAllMocks())

/** A browser that keeps the name of its renderer to itself, as WebKit does. */
function hideRenderer(name = 'Apple GPU'): void {
  const { getParameter } = WebGL2RenderingContext.prototype
  const hidden = function (this: WebGL2RenderingContext, parameter: number) {
    const isName = parameter === this.RENDERER || parameter === 0x9246 // UNMASKED_RENDERER_WEBGL
    return isName ? name : getParameter.call(this, parameter)
  }
  vi.spyOn(WebGL2RenderingContext.prototype, 'getParameter').mockImplementation(hidden as never)
}

test('webgl in software says which device it would run on, and changes nothing', async () => {
  const availability = await software.isAvailable()
  expect(availability).toMatchObject({
    ok: true,
    device: expect.stringMatching(/^WebGL2 in software, ANGLE .*SwiftShader/),
  })
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('a renderer that computes on the CPU is refused by its name, and nothing is registered', async () => {
  await expect(webgl.activate()).rejects.toThrow(
    /^`webgl` cannot run here\.\n\nReason: the only renderer, WebGL2 in software, ANGLE .*SwiftShader.*, computes on the CPU, where wasm is faster\nFix: {4}use wasm from @ae\/web$/,
  )
  hideRenderer('llvmpipe (LLVM 15.0.6, 256 bits)')
  expect(await webgl.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "use wasm from @ae/web",
      "ok": false,
      "reason": "the only renderer, WebGL2 in software, llvmpipe (LLVM 15.0.6, 256 bits), computes on the CPU, where wasm is faster",
    }
  `)
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('a renderer whose name is hidden is refused when it turns out to be as slow as a CPU', async () => {
  hideRenderer()
  const start = performance.now()
  const availability = await webgl.isAvailable()
  expect(performance.now() - start).toBeLessThan(5000) // some tens of milliseconds where nothing else runs
  expect(availability).toMatchInlineSnapshot(`
    {
      "fix": "use wasm from @ae/web",
      "ok": false,
      "reason": "the only renderer, WebGL2 in software, Apple GPU, computes on the CPU, where wasm is faster",
    }
  `)
  expect(await software.isAvailable()).toEqual({ ok: true, device: 'WebGL2 in software, Apple GPU' })
})

test('a renderer whose name is hidden is taken when it is fast, and is measured once', async () => {
  hideRenderer()
  const draw = vi.spyOn(WebGL2RenderingContext.prototype, 'drawArrays').mockImplementation(() => {}) // takes no time
  expect(await webgl.isAvailable()).toEqual({ ok: true, device: 'WebGL2 on a GPU, Apple GPU' })
  expect(draw).toHaveBeenCalled()
  draw.mockClear()
  expect(await webgl.isAvailable()).toEqual({ ok: true, device: 'WebGL2 on a GPU, Apple GPU' })
  expect(draw).not.toHaveBeenCalled()
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

/** A browser in whose own opinion WebGL is slower than the CPU. */
function callWebglSlow(): void {
  for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas] as unknown as { prototype: Canvas }[]) {
    const { getContext } = prototype
    vi.spyOn(prototype, 'getContext').mockImplementation(function (this: Canvas, kind, attributes) {
      return attributes?.failIfMajorPerformanceCaveat ? null : getContext.call(this, kind, attributes)
    })
  }
}

interface Canvas {
  getContext(kind: string, attributes?: WebGLContextAttributes): unknown
}

test('webgl is refused where the browser itself calls it slow, whatever its name', async () => {
  callWebglSlow()
  hideRenderer('Unknown GPU')
  expect(await webgl.isAvailable()).toMatchObject({
    ok: false,
    reason: 'the only renderer, WebGL2 in software, Unknown GPU, computes on the CPU, where wasm is faster',
    fix: 'use wasm from @ae/web',
  })
})

test('webgl is refused on a device that renders 16-bit floats only', async () => {
  const { getExtension } = WebGL2RenderingContext.prototype
  const without = function (this: WebGL2RenderingContext, name: string) {
    return name === 'EXT_color_buffer_float' ? null : Reflect.apply(getExtension, this, [name])
  }
  vi.spyOn(WebGL2RenderingContext.prototype, 'getExtension').mockImplementation(without as never)
  expect(await software.isAvailable()).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^it computes with 16-bit floats only \(.*\), in which training ends in NaN$/),
    fix: 'use wasm from @ae/web',
  })
})

test('webgl gives back the context that it asks with', async () => {
  const getContext = vi.spyOn(HTMLCanvasElement.prototype, 'getContext')
  await software.isAvailable()
  const contexts = getContext.mock.results.map(({ value }) => value as WebGL2RenderingContext)
  expect(contexts.map((gl) => gl.isContextLost())).toEqual([true])
})

test('webgl in software runs after selectBackend, on the device that it names, also where the browser calls it slow', async () => {
  callWebglSlow()
  const { name, device } = await selectBackend(software)
  expect({ name, device }).toEqual({ name: 'webgl', device: expect.stringContaining('SwiftShader') })
  expect(getBackend()).toBe('webgl')
  expect(backend().constructor.name).toContain('WebGL')
  expect(memory().numTensors).toBe(0)
  expect(await software.activate()).toEqual({ name, device })
})
