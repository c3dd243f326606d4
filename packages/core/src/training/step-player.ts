// Step replay: a backend records one training step as it runs through tfjs, and replays it for later batches.
import type { Tensor } from '@tensorflow/tfjs-core'

/** What changes from one step to the next; everything else is the same in every replayed step. */
export interface StepNumbers {
  /** Optimiser steps made so far: the `step` of every random address, and one less than Adam's. */
  readonly step: number
  /** Adam's step size. */
  readonly learningRate: number
  /** The weights of the terms, in the order of the terms. */
  readonly weights: readonly number[]
}

/** Runs the steps of one training run, which differ only in their batch and their {@link StepNumbers}. */
export interface StepPlayer {
  /**
   * Does what `run` does: by calling it, or by replaying what an earlier call recorded for inputs of the same shapes. The
   * results are the same to the bit, even when variables, kernels, gradients or threads have changed since then.
   *
   * @param inputs the batch's tensors, borrowed
   * @param numbers of this step
   * @param run the step through tfjs: takes tensors with the values of `inputs`, returns tensors that its caller owns
   * @returns what `run` returns, owned by the caller
   */
  play(inputs: readonly Tensor[], numbers: StepNumbers, run: (inputs: readonly Tensor[]) => Tensor[]): Tensor[]
  /** Releases what was recorded. */
  dispose(): void
}
