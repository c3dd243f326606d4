// How a model's encoder and decoder are built: a value that every model takes.
import type { Json, Shape } from '@ae/core'
import type { Network } from './network.ts'

/** What an encoder is built for. */
export interface EncoderOptions {
  /** The shape of one example. */
  readonly inputShape: Shape
  /** Seeds the initial weights. */
  readonly seed: number
}

/** What a decoder is built for. */
export interface DecoderOptions {
  /** The shape of one code. */
  readonly codeShape: Shape
  /** The shape of one example. */
  readonly inputShape: Shape
  /** Raw outputs a feature; see `Likelihood.parameters`. */
  readonly parameters: number
  /** Seeds the initial weights. */
  readonly seed: number
}

/** How a model's encoder and decoder are built. */
export interface Architecture {
  /**
   * From an example to features; every layer is hidden, the model adds its own heads (code, or mean and log variance).
   * `repeatable`, as `decoder`, if its network computes the same in every step of training.
   *
   * @returns a network whose variables are named `encoder.0.weight`, ...
   */
  encoder(options: EncoderOptions): Network
  /**
   * From a code to the raw output: `[batch, ...inputShape]`, or `[batch, ...inputShape, parameters]` with more than one.
   *
   * @returns a network whose variables are named `decoder.0.weight`, ...; its last layer is linear
   */
  decoder(options: DecoderOptions): Network
  /** What restores it from a saved model. */
  readonly config: ArchitectureConfig
}

/** An architecture as JSON: its kind and its options by name. */
export interface ArchitectureConfig {
  /** E.g. `dense`. */
  readonly kind: string
  /** Its options. */
  readonly [option: string]: Json | undefined
}
