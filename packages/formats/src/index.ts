export type { FileSource } from './bytes/byte-source.ts'
export * from './keras/from-keras.ts'
export * from './keras/import-layers.ts'
export type { KerasLayer, KerasModel, KerasOutput } from './keras/keras-model.ts'
export * from './keras/read-keras.ts'
export * from './layers-model/export-layers-model.ts'
export * from './layers-model/read-layers-model.ts'
export * from './onnx/export-onnx.ts'
export * from './pytorch/read-pytorch.ts'
export * from './sharded/read-sharded-safetensors.ts'
export * from './state-dict/from-state-dict.ts'
export {
  type ImportReport,
  type ImportStateDictOptions,
  importStateDict,
  type NamedShape,
} from './state-dict/import-state-dict.ts'
export type { NameMap } from './state-dict/matching.ts'
export type { ExchangeableModel } from './state-dict/plan.ts'
export * from './state-dict/pytorch-module.ts'
export * from './state-dict/to-state-dict.ts'
