// The browser backends that the suite tests.
import type { Backend } from '@ae/core'
import { wasm, webglBackend, webgpuBackend } from '@ae/web'

export const backends: readonly Backend[] = [
  wasm,
  webglBackend({ softwareAdapter: 'accept' }),
  webgpuBackend({ softwareAdapter: 'accept' }),
]
