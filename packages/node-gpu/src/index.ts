export { activeWebgpu, type DeviceLoss, type WebgpuDevice } from '@ae/webgpu'
export { type PowerPreference, type WebgpuOptions, webgpu, webgpuBackend } from './webgpu.ts'
