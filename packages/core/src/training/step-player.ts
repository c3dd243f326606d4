// Step replay: a backend records one training step as it runs through tfjs, and replays it for later batches.
import type { Tensor } from '@tensorflow/tfjs-core'

/** The numbers of one call of the kernel `AeOptimize`; its contract says what each does. */
export interface MoveNumbers {
  /** The part of the parameters that is subtracted from them: 0 without decoupled weight decay. */
  readonly shrink: number
  /** What the gradient gets of the parameters: 0 without L2 weight decay. */
  readonly decay: number
  /** How far the averages go towards the parameters, from 0 to 1. */
  readonly weight: number
  /** The first decay rate. */
  readonly beta1: number
  /** What goes with it, usually 1 - beta1. */
  readonly gain1: number
  /** The second decay rate. */
  readonly beta2: number
  /** What goes with it, usually 1 - beta2. */
  readonly gain2: number
  /** What the direction is multiplied by. */
  readonly stepSize: number
  /** What the root of the second moment is multiplied by. */
  readonly root: number
  /** What is added to that. */
  readonly epsilon: number
}

/** What changes from one step to the next; everything else is the same in every replayed step. */
export interface StepNumbers {
  /** Steps made so far: the `step` of every random address. */
  readonly step: number
  /** Which ops the step runs: steps of one variant run the same. */
  readonly variant: number
  /** The numbers of each call of `AeOptimize`, in order. */
  readonly moves: readonly MoveNumbers[]
  /** The weights of the terms, in the order of the terms. */
  readonly weights: readonly number[]
}

/** Runs the steps of one training run, which differ only in their batch and their {@link StepNumbers}. */
export interface StepPlayer {
  /**
   * Does what `run` does: by calling it, or by replaying what an earlier call recorded for the same variant and inputs of the same
   * shapes. The results are the same to the bit, even when variables, kernels, gradients or threads have changed since then.
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
