// The weights of the classifier of `pictureFeatures`, unpacked. A file of its own, which is loaded only when they are needed.
import { readSafetensors, type StoredTensor } from '@ae/core'
import { embeddedClassifier } from './embedded-classifier.ts'

/** Its name, which changes with its weights. */
export const classifierName = 'picture classifier 1 of @ae/metrics'

/** Its tensors by name, float32. */
export function classifierWeights(): ReadonlyMap<string, StoredTensor> {
  const bytes = Uint8Array.from(atob(embeddedClassifier), (character) => character.charCodeAt(0))
  return readSafetensors(bytes, { caller: 'pictureFeatures', source: classifierName }).tensors
}
