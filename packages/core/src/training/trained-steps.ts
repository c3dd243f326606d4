// How far a model's last training run came: where `evaluate` takes coefficients that are on a schedule.
import type { Variable } from '@tensorflow/tfjs-core'
import type { Trainable } from '../model.ts'

type WithVariables = Pick<Trainable, 'variables'>

const stepsOf = new WeakMap<Variable, number>()

/**
 * The optimiser steps of the run that trained a model last; 0 if none did. Models that share variables share them, and a
 * model's file keeps them.
 */
export function trainedSteps({ variables }: WithVariables): number {
  return Math.max(0, ...Object.values(variables).map((variable) => stepsOf.get(variable) ?? 0))
}

/** Notes the steps that the present run has made. */
export function noteTrainedSteps({ variables }: WithVariables, steps: number): void {
  for (const variable of Object.values(variables)) stepsOf.set(variable, steps)
}
