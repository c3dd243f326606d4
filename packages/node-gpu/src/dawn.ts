// Loads Dawn, the WebGPU implementation of npm `webgpu`, and asks it for an adapter, or says why there is none.
import { describeAdapter } from '@ae/webgpu'
import { importIfInstalled } from './doctor/packages.ts'

/** Which of several GPUs to use: the fastest, or the one that draws the least power. */
export type PowerPreference = 'high-performance' | 'low-power'

/** An adapter, with what must be kept for as long as its devices; or why there is none. */
export type Opening =
  | {
      readonly ok: true
      readonly adapter: GPUAdapter
      /** Dawn's instance, which answers requests only while something refers to it. */
      readonly gpu: GPU
      /** `GPUBuffer`, `GPUBufferUsage`, ...: what a browser has as globals. */
      readonly globals: object
      /** The adapter's name, e.g. `nvidia h200 (NVIDIA: 580.95.05)`. */
      readonly device: string
    }
  | { readonly ok: false; readonly reason: string; readonly fix: string }

/** The part of npm `webgpu` that is used. */
export interface Dawn {
  create(options: string[]): GPU
  readonly globals: object
}

/**
 * Asks Dawn for an adapter. Changes nothing outside Dawn and never throws.
 *
 * @param powerPreference which of several GPUs
 * @param load how Dawn is loaded
 */
export async function openAdapter(
  powerPreference: PowerPreference,
  load: () => Promise<Dawn> = loadDawn,
): Promise<Opening> {
  if (typeof process === 'undefined' || process.versions?.node === undefined) {
    return { ok: false, reason: 'this is not Node', fix: 'in a page, take a backend from @ae/web' }
  }
  try {
    const dawn = await load()
    const gpu = dawn.create([])
    const adapter = await gpu.requestAdapter({ powerPreference })
    if (adapter === null) return { ok: false, ...whyNoAdapter() }
    return { ok: true, adapter, gpu, globals: dawn.globals, device: describeAdapter(adapter.info) }
  } catch (error) {
    return { ok: false, ...whyNotLoaded(error) }
  }
}

/** From beside this package, or from the working folder. */
async function loadDawn(): Promise<Dawn> {
  const dawn = await importIfInstalled('webgpu', () => import('webgpu'))
  if (dawn === undefined) throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' })
  return dawn
}

function whyNotLoaded(error: unknown): { reason: string; fix: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return { reason: 'the package `webgpu` is not installed', fix: 'npm install webgpu' }
  }
  const platform = `${process.platform}-${process.arch}`
  if (code === 'MODULE_NOT_FOUND') {
    return {
      reason: `the package \`webgpu\` has no binary for ${platform}`,
      fix: 'on Linux and Windows (x64, arm64) and on macOS install it again; elsewhere use wasm from @ae/wasm',
    }
  }
  return {
    reason: `the binary of the package \`webgpu\` for ${platform} fails: ${messageOf(error)}`,
    fix: 'install the system library that the message names, or the package again; or use wasm from @ae/wasm',
  }
}

function whyNoAdapter(): { reason: string; fix: string } {
  const { api, fix } = adapters[process.platform] ?? adapters.linux
  return { reason: `Dawn finds no ${api} adapter`, fix }
}

const adapters: Readonly<Record<string, { api: string; fix: string }>> & { linux: { api: string; fix: string } } = {
  linux: {
    api: 'Vulkan',
    fix: "install libvulkan1 and the GPU's Vulkan driver, and check with `vulkaninfo --summary`",
  },
  darwin: { api: 'Metal', fix: 'run on a Mac with a Metal GPU; virtual machines often have none' },
  win32: { api: 'D3D12', fix: "install the GPU's driver" },
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
