// The name of a WebGPU adapter for a person, from what the adapter says of itself.
/// <reference types="@webgpu/types" />
import { assertMembers, type OptionCheck } from '@ae/core/internal'

/**
 * What computes, in words.
 *
 * @param info the adapter's, of which browsers fill in more or less
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
