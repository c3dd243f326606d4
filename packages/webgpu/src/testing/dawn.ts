// An adapter for the tests: Dawn's, from npm `webgpu`, on a GPU or on a software adapter.
import { describe } from 'vitest'
import { activeWebgpu, type WebgpuOpening } from '../device.ts'

/** Gives what `activateWebgpu` opens a device with. */
export type Open = () => Promise<WebgpuOpening>

const { create, globals } = await import('webgpu')
const gpu = create([])
const isThere = (await gpu.requestAdapter()) !== null
if (!isThere) {
  console.warn(`Skipped: WebGPU, because Dawn finds no adapter.
Enable: install the GPU's Vulkan driver; without a GPU, Debian's chromium brings a software adapter (apt-get install chromium).`)
}

/** Opens a device on Dawn's adapter. */
export const open: Open = async () => {
  Object.assign(globalThis, globals)
  const adapter = await gpu.requestAdapter()
  if (adapter === null) throw new Error('Dawn finds no adapter')
  process.once('exit', () => activeWebgpu()?.destroy())
  return { adapter, gpu, synchronousReads: 'never' }
}

/** A `describe` whose tests are skipped where Dawn finds no adapter. */
export function onAdapter(title: string, body: () => void): void {
  describe.skipIf(!isThere)(title, body)
}
