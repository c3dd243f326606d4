// What this page's WebGL can do, found out with a temporary context that is released at once.
import type { Availability } from '@ae/core'
import { isSoftware, type SoftwareAdapter, whereWasmIsFaster } from './software-renderer.ts'
import { isAsFastAsGpu } from './webgl-speed.ts'

const elsewhere = 'use wasm from @ae/web'

/** Whether tfjs's WebGL backend can train here, and on what. Never throws and loads nothing. */
export function probeWebgl(softwareAdapter: SoftwareAdapter): Availability {
  if (createCanvas() === undefined) {
    return {
      ok: false,
      reason: 'there is no canvas here: this is not a browser',
      fix: 'in Node, use wasm from @ae/wasm or a backend from @ae/node-gpu',
    }
  }
  // A browser refuses such a context where it considers WebGL slower than the CPU.
  const quick = openContext({ failIfMajorPerformanceCaveat: true })
  const gl = quick ?? openContext({})
  if (gl === null) {
    return {
      ok: false,
      reason: 'this browser gives no WebGL 2 context',
      fix: `turn hardware acceleration on in its settings, or ${elsewhere}`,
    }
  }
  try {
    return judge(gl, quick === null, softwareAdapter)
  } finally {
    giveBack(gl)
  }
}

function judge(gl: WebGL2RenderingContext, hasCaveat: boolean, softwareAdapter: SoftwareAdapter): Availability {
  const renderer = rendererOf(gl)
  const is16Bits = !rendersFloat32(gl)
  const computesOnCpu = hasCaveat || isSoftware(renderer) || !(is16Bits || isGpu(gl, renderer))
  const device = `WebGL2 ${computesOnCpu ? 'in software' : 'on a GPU'}, ${renderer}`
  if (computesOnCpu && softwareAdapter === 'refuse') return { ok: false, ...whereWasmIsFaster(`renderer, ${device}`) }
  return is16Bits ? { ok: false, reason: only16Bits(device), fix: elsewhere } : { ok: true, device }
}

/** Whether a renderer whose name does not say so is a GPU. Each is measured once. */
function isGpu(gl: WebGL2RenderingContext, renderer: string): boolean {
  if (!gpus.has(renderer) && isAsFastAsGpu(gl)) gpus.add(renderer)
  return gpus.has(renderer)
}

const gpus = new Set<string>()

/** The browser's name for the renderer. */
function rendererOf(gl: WebGL2RenderingContext): string {
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(unmasked?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER))
}

/** Why a device without 32-bit floats is refused. */
export function only16Bits(device: string): string {
  return `it computes with 16-bit floats only (${device}), in which training ends in NaN`
}

function createCanvas(): HTMLCanvasElement | OffscreenCanvas | undefined {
  if (typeof document !== 'undefined') return document.createElement('canvas')
  return typeof OffscreenCanvas === 'undefined' ? undefined : new OffscreenCanvas(1, 1)
}

function openContext(attributes: WebGLContextAttributes): WebGL2RenderingContext | null {
  return (createCanvas()?.getContext('webgl2', attributes) ?? null) as WebGL2RenderingContext | null
}

/** Whether a kernel can write 32-bit floats: the extension that allows it, and a frame buffer that really takes them. */
function rendersFloat32(gl: WebGL2RenderingContext): boolean {
  if (gl.getExtension('EXT_color_buffer_float') === null) return false
  const texture = gl.createTexture()
  const frame = gl.createFramebuffer()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, 1, 1, 0, gl.RED, gl.FLOAT, null)
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0)
  return gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE
}

/** A page may have only a few contexts; the oldest is lost when one too many is opened. */
function giveBack(gl: WebGL2RenderingContext): void {
  gl.getExtension('WEBGL_lose_context')?.loseContext()
}
