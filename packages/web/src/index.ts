export { type WasmOptions, wasm, wasmBackend } from '@ae/wasm'
export { download } from './stores/download.ts'
export { indexedDb, indexedDbFolder } from './stores/indexed-db.ts'
export { opfs, opfsFolder } from './stores/opfs.ts'
export { type WebglOptions, webgl, webglBackend } from './webgl.ts'
export { type PowerPreference, type WebgpuOptions, webgpu, webgpuBackend } from './webgpu.ts'
export {
  type EpochInWorker,
  type ModelOf,
  type ServedKinds,
  serveTraining,
  type TrainableModel,
  type TrainingService,
} from './worker/serve-training.ts'
export { type TrainInWorkerOptions, trainInWorker } from './worker/train-in-worker.ts'
