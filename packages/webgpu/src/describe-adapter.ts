// A readable name of a WebGPU adapter, from its `info`.
/// <reference types="@webgpu/types" />
import { assertMembers, type OptionCheck } from '@ae/core/internal'

/**
 * A readable name of a WebGPU adapter.
 *
 * @param info the adapter's `info`, which browsers fill in to different degrees
 * @returns e.g. `nvidia h200 (NVIDIA: 580.95.05)`; an adapter that computes on the CPU is called `software`
 */
export function describeAdapter(info: GPUAdapterInfo): string {
  const members = { vendor: text, architecture: text, device: text, description: text }
  assertMembers('describeAdapter', 'info', info, { expected: 'a GPUAdapterInfo', members, fix: 'pass adapter.info' })
  const { vendor, architecture, device, description, isFallbackAdapter } = info
  const name = device || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter'
  const details = [isFallbackAdapter ? 'software' : '', description].filter(Boolean).join(', ')
  return name.replace(/[-\s]+/g, ' ').trim() + (details && ` (${details})`)
}

const text: OptionCheck = (value) => (value === undefined || typeof value === 'string' ? undefined : 'a string')
