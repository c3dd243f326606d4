// A page that makes one part of a run.
import { selectBackend } from '@ae/core'
import { wasm, webglBackend, webgpuBackend } from '@ae/web'
import { begin, end } from './node-then-tab.ts'

const backends = {
  wasm,
  webgl: webglBackend({ softwareAdapter: 'accept' }),
  webgpu: webgpuBackend({ softwareAdapter: 'accept' }),
}

/** The interface that the test calls. */
export interface RunPage {
  /** Goes on from a checkpoint; all weights after the last step. */
  end(backend: keyof typeof backends, checkpoint: number[]): Promise<number[]>
  /** A checkpoint from the middle of the run. */
  begin(backend: keyof typeof backends): Promise<number[]>
}

const runPage: RunPage = {
  async end(backend, checkpoint) {
    await selectBackend(backends[backend])
    return end(Uint8Array.from(checkpoint))
  },
  async begin(backend) {
    await selectBackend(backends[backend])
    return [...(await begin())]
  },
}

Object.assign(globalThis, { runPage })
