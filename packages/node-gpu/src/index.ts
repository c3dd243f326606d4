export { type PowerPreference, type WebgpuOptions, webgpu, webgpuBackend } from './webgpu.ts'
