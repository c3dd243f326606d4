// Asks a browser for a WebGPU adapter, or says why there is none.
/// <reference types="@webgpu/types" />
import { describeAdapter } from '@ae/webgpu'
import { isSoftware, whereWasmIsFaster } from './software-renderer.ts'

/** Which of several GPUs to use: the fastest, or the one that draws the least power. */
export type PowerPreference = 'high-performance' | 'low-power'

/** The options of `webgpuBackend`. */
export interface WebgpuOptions {
  /** Which of several GPUs: `high-performance` or `low-power`. Defaults to `high-performance`. */
  readonly powerPreference?: PowerPreference | undefined
  /**
   * Whether to `refuse` or to `accept` an adapter that computes on the CPU, where `wasm` is faster; tests of WebGPU on a
   * machine without a GPU accept it. Defaults to `refuse`.
   */
  readonly softwareAdapter?: 'refuse' | 'accept' | undefined
}

/** An adapter and where it comes from; or why there is none. */
export type AdapterOpening =
  | {
      readonly ok: true
      readonly adapter: GPUAdapter
      readonly gpu: GPU
      /** What computes, e.g. `apple metal 3`. */
      readonly device: string
    }
  | { readonly ok: false; readonly reason: string; readonly fix: string }

/** Asks the browser for an adapter. Never throws, loads nothing and opens no device. */
export async function openAdapter({
  powerPreference = 'high-performance',
  softwareAdapter = 'refuse',
}: WebgpuOptions): Promise<AdapterOpening> {
  if (!isBrowser()) {
    return refusal('this is not a browser', 'in Node, use webgpu from @ae/node-gpu or wasm from @ae/wasm')
  }
  const { gpu } = navigator as { readonly gpu?: GPU }
  if (gpu === undefined) return withoutWebgpu()
  let adapter: GPUAdapter | null
  try {
    adapter = await gpu.requestAdapter({ powerPreference })
  } catch (error) {
    return withoutAdapter(error)
  }
  if (adapter === null) return withoutAdapter()
  const { info } = adapter as { readonly info?: GPUAdapterInfo }
  if (info === undefined)
    return refusal('this browser implements an early draft of WebGPU', `update it, or ${elsewhere}`)
  const device = describeAdapter(info)
  if (softwareAdapter === 'refuse' && computesOnCpu(info)) {
    return { ok: false, ...whereWasmIsFaster(`adapter, ${device}`) }
  }
  return { ok: true, adapter, gpu, device }
}

const elsewhere = 'use webgl or wasm from @ae/web'

/** A page or a Worker: newer versions of Node have a `navigator` too. */
function isBrowser(): boolean {
  return 'navigator' in globalThis && ('window' in globalThis || 'WorkerGlobalScope' in globalThis)
}

function withoutWebgpu(): AdapterOpening {
  if (globalThis.isSecureContext === false) {
    return refusal(
      'this page was loaded over plain http, where browsers disable WebGPU',
      `serve it over https or from localhost, or ${elsewhere}`,
    )
  }
  return refusal(
    'this browser has no WebGPU',
    `take one that has, such as Chrome or Edge 113, Firefox 141 or Safari 26, or ${elsewhere}`,
  )
}

function withoutAdapter(error?: unknown): AdapterOpening {
  const message = error instanceof Error ? `: ${error.message}` : ''
  return refusal(
    `this browser has WebGPU but gives no adapter${message}; there is no GPU, or the browser does not trust its driver`,
    `turn hardware acceleration on in its settings and update the GPU's driver, or ${elsewhere}`,
  )
}

function computesOnCpu({ isFallbackAdapter, architecture, device, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || isSoftware([architecture, device, description].join(' '))
}

function refusal(reason: string, fix: string): AdapterOpening {
  return { ok: false, reason, fix }
}
