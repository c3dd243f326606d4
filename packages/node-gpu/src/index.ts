export { activeWebgpu, type DeviceLoss, type WebgpuDevice } from '@ae/webgpu'
export { type LinkOptions, type LinkReport, linkLibtensorflow } from './tensorflow/link.ts'
export { type PowerPreference, type WebgpuOptions, webgpu, webgpuBackend } from './webgpu.ts'
