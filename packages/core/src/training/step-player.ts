// Steps of one kind: what a backend needs to know to record one, and to play it again without the engine of tfjs.
import type { Tensor, Variable } from '@tensorflow/tfjs-core'

/** What changes from one step to the next; everything else is the same in every step that is played. */
export interface StepNumbers {
  /** Optimiser steps made so far: the `step` of every random address, and one less than Adam's. */
  readonly step: number
  /** Adam's step size. */
  readonly learningRate: number
  /** The weights of the terms, in the order of the terms. */
  readonly weights: readonly number[]
}

/** Makes steps that differ in {@link StepNumbers} and in their batch alone. */
export interface StepPlayer {
  /**
   * Does what `run` does: by calling it, or by playing what an earlier call did with inputs of the same shapes. Numbers come
   * out the same to the bit, also when variables, kernels, gradients or threads are others than they were in that call.
   *
   * @param inputs the batch's tensors, borrowed
   * @param numbers of this step
   * @param run the step by the engine: from tensors with the values of `inputs` to tensors that its caller owns
   * @returns what `run` gives, owned by the caller
   */
  play(inputs: readonly Tensor[], numbers: StepNumbers, run: (inputs: readonly Tensor[]) => Tensor[]): Tensor[]
  /** Releases what was recorded. */
  dispose(): void
}

/** A backend of tfjs that plays steps. */
export interface StepPlayingBackend {
  /**
   * Makes a player for one training run.
   *
   * @param variables all that a step may change; borrowed, and beside the inputs all that it may read
   */
  createStepPlayer?: ((variables: readonly Variable[]) => Promise<StepPlayer>) | undefined
}
