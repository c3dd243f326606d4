// What a backend offers besides tfjs's own interface: the news of its loss, and its part in training.
import type { Variable } from '@tensorflow/tfjs-core'
import type { StepPlayer } from '../training/step-player.ts'

/** What a backend may tell, and do, while a model is trained on it. Every member is optional. */
export interface BackendExtension {
  /** Fulfilled with the reason when the backend stops computing, e.g. `its WebGL context was lost`; never rejected. */
  readonly lost?: Promise<string> | undefined
  /**
   * The reason why the backend has stopped, if it has. Asked after every read, because events come late. Defaults to what
   * `lost` has told.
   */
  readonly reasonOfLoss?: (() => string | undefined) | undefined
  /**
   * Makes the player of one training run: it records a step and replays it.
   *
   * @param variables all that a step may change; borrowed, and besides the inputs all that it may read
   */
  readonly stepPlayer?: ((variables: readonly Variable[]) => Promise<StepPlayer>) | undefined
  /**
   * Called before each step of a training run, so that the backend can find out how many threads pay.
   *
   * @param size the number of examples in the batch: steps of one size take the same time
   */
  readonly beginStep?: ((size: number) => void) | undefined
  /**
   * Lets the calling thread compute alone, e.g. while a Worker that trains needs the cores. Work under way is finished first.
   *
   * @returns lets the other threads take part again
   */
  readonly restThreads?: (() => () => void) | undefined
}

/**
 * Extends a backend of tfjs. With `lost`, `train`, `evaluate` and `save` throw a `BackendLostError` when it stops, instead of
 * waiting for ever or reporting what a dead device answers. Backends call this when they are activated.
 *
 * @param backend the instance that tfjs computes with, `backend()` of tfjs-core
 * @param extension replaces the members of the same name that an earlier call gave; one that is undefined removes it
 * @example
 * ```ts
 * extendBackend(backend(), { lost: device.lost.then(({ message }) => message) })
 * ```
 */
export function extendBackend(backend: object, extension: BackendExtension): void {
  const value: BackendExtension = { ...extensionOf(backend), ...extension }
  Object.defineProperty(backend, key, { value, configurable: true })
}

/** The extension of a backend, empty where it has none. */
export function extensionOf(backend: object): BackendExtension {
  return Object.getOwnPropertyDescriptor(backend, key)?.value ?? {}
}

/** A property of the backend, so that all copies of this package in a process see it. */
const key = Symbol.for('@ae/backend-extension')
