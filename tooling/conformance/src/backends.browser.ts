// The backends of a page that are held to the suite.
import type { Backend } from '@ae/core'
import { wasm, webgl, webgpuBackend } from '@ae/web'

export const backends: readonly Backend[] = [wasm, webgl, webgpuBackend({ softwareAdapter: 'accept' })]
