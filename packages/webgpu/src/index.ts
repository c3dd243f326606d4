export { describeAdapter } from './describe-adapter.ts'
export {
  activateWebgpu,
  activeWebgpu,
  type DeviceLoss,
  type WebgpuDevice,
  type WebgpuOpening,
} from './device.ts'
