export * from './onnx/export-onnx.ts'
