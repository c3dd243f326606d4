export { type WasmOptions, wasm, wasmBackend } from '@ae/wasm'
export { webgl } from './webgl.ts'
export { type PowerPreference, type WebgpuOptions, webgpu, webgpuBackend } from './webgpu.ts'
