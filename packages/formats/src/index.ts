export type { FileSource } from './bytes/byte-source.ts'
export * from './pytorch/read-pytorch.ts'
export * from './onnx/export-onnx.ts'
