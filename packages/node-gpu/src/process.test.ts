// What activating a backend leaves behind in a process: what it needs to compute, a row for each.
import * as util from 'node:util'
import { expect, test } from 'vitest'
import { runSource } from '../../../tooling/library/run-source.ts'
import { native, webgpu } from './index.ts'

interface Case {
  readonly backend: typeof webgpu
  /** What stays, and why. */
  readonly stays: Readonly<Record<string, string>>
}

const asked = 'tfjs and our kernels ask for it while they compute'

const utilities = 'tfjs-node calls it while it computes; Node 23 removed it'

const cases: Readonly<Record<string, Case>> = {
  webgpu: {
    backend: webgpu,
    stays: {
      'new: globalThis.GPUBuffer': asked,
      'new: globalThis.GPUBufferUsage': asked,
      'new: globalThis.GPUExternalTexture': asked,
      'new: globalThis.GPUMapMode': asked,
      'new: globalThis.GPUOutOfMemoryError': asked,
      'new: globalThis.GPUTexture': asked,
      'new: globalThis.GPUTextureUsage': asked,
      'new: process.on(exit) destroyDevice': 'without it an exit while the device works may be a SIGSEGV',
    },
  },
  native: {
    backend: native,
    stays: {
      'new: globalThis.proto': 'code of protocol buffers that tfjs-node loads refers to it by this name',
      ...('isArray' in util ? {} : { 'new: node:util.isArray': utilities }),
      ...('isNullOrUndefined' in util ? {} : { 'new: node:util.isNullOrUndefined': utilities }),
      'new: process.__signal_exit_emitter__':
        'copies of signal-exit, which tfjs-node loads, share it; it listens to nothing',
    },
  },
}

for (const [name, { backend, stays }] of Object.entries(cases)) {
  const availability = await backend.isAvailable()
  if (!availability.ok) console.log(`skipped: what ${name} leaves behind, because ${availability.reason}`)
  test.skipIf(!availability.ok)(
    `${name} leaves behind in a process what it needs there, and asking leaves nothing`,
    async () => {
      const { stdout, stderr } = await runSource('src/testing/activation.ts', { args: [name] })
      expect(stdout, stderr).not.toBe('')
      expect(JSON.parse(stdout)).toEqual({ asking: [], activating: Object.keys(stays) })
    },
  )
}
