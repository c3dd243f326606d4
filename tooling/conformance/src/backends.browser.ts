// The backends of a page that are held to the suite.
import type { Backend } from '@ae/core'
import { wasm, webglBackend, webgpuBackend } from '@ae/web'

export const backends: readonly Backend[] = [
  wasm,
  webglBackend({ softwareAdapter: 'accept' }),
  webgpuBackend({ softwareAdapter: 'accept' }),
]
