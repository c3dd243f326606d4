// The tiny model of @ae/core's tests as kinds that a worker can make again.
import type { Json, LabelledBatch, ModelKind, Trace, Trainable } from '@ae/core'
import { add, expandDims } from '@tensorflow/tfjs-core'
import { tinyModel } from '../../../core/src/testing/tiny-model.ts'

type Config = Readonly<Record<string, Json | undefined>>

const make = (config: Config) => tinyModel(config as Parameters<typeof tinyModel>[0])

export const tinyKind: ModelKind<ReturnType<typeof tinyModel>> = { kind: 'tiny', fromConfig: make }

/** The tiny model, with the label added to every feature of an image. */
export function labelledModel(config: Config = {}): Trainable<Trace, 'reconstruction', LabelledBatch> {
  const model = make(config)
  return {
    ...model,
    kind: 'labelled',
    trace: ({ examples, labels }, options) => model.trace(add(examples, expandDims(labels, 1)), options),
  }
}

export const labelledKind: ModelKind<ReturnType<typeof labelledModel>> = { kind: 'labelled', fromConfig: labelledModel }
