export type { FileSource } from './bytes/byte-source.ts'
export * from './onnx/export-onnx.ts'
export * from './pytorch/read-pytorch.ts'
