// The seam between encoder and decoder: what kind of code a model has. A new kind of code is one implementation of this.
import type { Json, RandomAddress, Shape } from '@ae/core'
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Network, PassOptions } from '../networks/network.ts'

/** What a forward pass takes from a bottleneck: the code to decode, and whatever else its trace carries. */
export interface Coded {
  /** `[rows, codeSize]`; a multiple of the batch where each example has several codes. */
  readonly code: Tensor2D
}

/** Turns the encoder's features into a code. All functions are called inside `tf.tidy` and never return `features` itself. */
export interface Bottleneck<coded extends Coded = Coded> {
  /** The length of a code. */
  readonly codeSize: number
  /** The shape of one code as the decoder takes it: `[codeSize]`, or a feature map of that size. */
  readonly decoderShape: Shape
  /** The options of the model that decide it, as saved files have them. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /** What training moves, by the names of saved files. */
  readonly variables: Readonly<Record<string, Variable>>
  /** What is saved too, but moved by `code` itself in training passes. */
  readonly state: Readonly<Record<string, Variable>>
  /** The code that `encode` of the model gives: without randomness, and without moving any state. */
  encode(features: Tensor, pass: PassOptions): Tensor2D
  /** The code of a forward pass, which may be random. Mark it `repeatable` if it computes the same in every training step. */
  code(features: Tensor, pass: Pass): coded
}

/** What a forward pass is for, where its randomness comes from, and what both networks are given besides x and the code. */
export interface Pass extends PassOptions, RandomAddress {
  /** `[batch, size]`, of a model that has a {@link Conditioning}. */
  readonly condition?: Tensor2D | undefined
}

/** How a condition joins the encoder's features and the code. Functions are called inside `tf.tidy`. */
export interface Conditioning {
  /** The shape of one example's features, or code, with the condition. */
  shape(own: Shape): Shape
  /** A batch of them with the condition of the pass. */
  join(x: Tensor, pass: Pass): Tensor
}

/**
 * Builds a bottleneck.
 *
 * @param featureShape the shape of one example's features, the condition included
 * @param seed seeds the initial weights
 * @param encoder the network that gives the features
 */
export type BottleneckFactory<bottleneck extends Bottleneck = Bottleneck> = (
  featureShape: Shape,
  seed: number,
  encoder: Network,
) => bottleneck
