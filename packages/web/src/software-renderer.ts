// Renderers that are not GPUs: how one that computes on the CPU is recognised by its name, and why it is refused.

/** Whether to take a renderer that computes on the CPU. */
export type SoftwareAdapter = 'refuse' | 'accept'

/** Whether a renderer is known to compute on the CPU, by its name. */
export function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|swrast|software|basic render/i.test(name)
}

/** Why a renderer that computes on the CPU is refused, and what to do. */
export function whereWasmIsFaster(what: string): { readonly reason: string; readonly fix: string } {
  return { reason: `the only ${what}, computes on the CPU, where wasm is faster`, fix: 'use wasm from @ae/web' }
}
