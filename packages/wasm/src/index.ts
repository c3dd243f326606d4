export { type WasmOptions, wasm, wasmBackend } from './backend.ts'
