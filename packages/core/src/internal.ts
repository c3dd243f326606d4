// What the other packages of @ae share with this one: checks of arguments, texts of errors, access to Node's modules, and parts
// of training and files. It is not part of the documented interface, and may change in any version.
export { readTensors } from './backend/backend-loss.ts'
export { extensionOf } from './backend/extend-backend.ts'
export * from './checks/arguments.ts'
export * from './checks/members.ts'
export * from './checks/options.ts'
export { printable } from './checks/printable.ts'
export * from './checks/show.ts'
export { crc32 } from './files/crc32.ts'
export { assignWeights, listNames } from './files/fill-weights.ts'
export * from './files/from-config.ts'
export { decodeModelFile, type ModelFile, savedVariables } from './files/model-file.ts'
export { type ModelHeader, readModelHeader } from './files/model-header.ts'
export * from './files/npy.ts'
export type { Refuse } from './files/refuse.ts'
export { decoders } from './files/safetensors-decoders.ts'
export { initialVariable } from './files/stored-shapes.ts'
export * from './files/zip.ts'
export { inputGradient } from './gradients/variable-gradients.ts'
export * from './kernels/check-input.ts'
export { bestEpoch, parseNotes } from './notes.ts'
export * from './platform.ts'
export { addressOption, randomPermutation } from './random/random.ts'
export {
  type Download,
  type DownloadFailure,
  download,
  downloadChecks,
  type LengthClaim,
  type TransferOptions,
} from './stores/download.ts'
export { isFolder } from './stores/folder.ts'
export { readStore } from './stores/read-store.ts'
export { assertExamples } from './training/batches-of.ts'
export { planOf, resumeOf } from './training/checkpoint-options.ts'
export { assertFits } from './training/evaluate.ts'
export { areCheckedLabels, firstUnknownLabel } from './training/labels.ts'
export { namesInCheckpoint } from './training/newest-checkpoint.ts'
export { objectiveOption } from './training/objective.ts'
export { optimizerOption } from './training/optimizer.ts'
export { movesOf } from './training/optimizers/moves.ts'
export { takeNotes } from './training/take-notes.ts'
export { trainAs } from './training/train.ts'
export { assertTrainable, signalOption } from './training/train-options.ts'
export { trainedSteps } from './training/trained-steps.ts'
export { holdForTraining, type TrainingHold, type TrainingRun } from './training/training-hold.ts'
export { yieldToTasks } from './yield-to-tasks.ts'
