// The Node backends that the suite tests.
import type { Backend } from '@ae/core'
import { native, webgpu } from '@ae/node-gpu'
import { wasm } from '@ae/wasm'
import { cpu } from './cpu.ts'

export const backends: readonly Backend[] = [cpu, native, wasm, webgpu]
