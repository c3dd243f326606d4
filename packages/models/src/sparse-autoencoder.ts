// The sparse autoencoder: few units of the code are active at a time.
// Ng, Sparse autoencoder, CS294A lecture notes, 2011 (KL); Makhzani and Frey, k-Sparse autoencoders, 2013 (top k).
import {
  type Autoencoder,
  type Objective,
  OptionError,
  sizeOfShape,
  type Trace,
  type Trainable,
  withGradient,
} from '@ae/core'
import {
  anything,
  assertOptions,
  nonNegativeNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
  show,
} from '@ae/core/internal'
import { klSparsity, l1Sparsity, reconstruction, sum, weighted } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { RawDecoder } from './assembly/assembly.ts'
import { type AutoencoderOptions, deterministic } from './assembly/deterministic.ts'
import { defineModel, type ModelFactory } from './define-model.ts'
import type { Activation } from './networks/activation.ts'

/** How a code is kept sparse. */
export type Sparsity = KlSparsity | L1Sparsity | TopKSparsity

/** Each unit's mean activation over a batch is drawn to a rate. */
export interface KlSparsity {
  /** A divergence of the batch. */
  readonly kind: 'kl'
  /** The mean activation to reach, in (0, 1). Defaults to 0.05. */
  readonly rate?: number | undefined
  /**
   * Of the divergence against the reconstruction, which is summed over features; at least 0. Defaults to 0.001 times
   * the number of features: the tutorial's 0.001 against the mean over pixels.
   */
  readonly weight?: number | undefined
}

/** The sizes of all activations are added up. */
export interface L1Sparsity {
  /** A sum over the code. */
  readonly kind: 'l1'
  /** Of the sum against the reconstruction, at least 0. Defaults to 0.02. */
  readonly weight?: number | undefined
}

/** Only the largest activations of each example are kept. */
export interface TopKSparsity {
  /** A selection. */
  readonly kind: 'topK'
  /** How many are kept, at most `codeSize`. */
  readonly count: number
}

/** Options of {@link sparseAutoencoder}. */
export interface SparseAutoencoderOptions extends AutoencoderOptions {
  /** How the code is kept sparse. Defaults to `{ kind: 'kl', rate: 0.05 }`. */
  readonly sparsity?: Sparsity | undefined
  /**
   * The activation of the code. Defaults to what the sparsity is made for: `sigmoid` with `kl`, which needs values in
   * (0, 1), `relu` with `l1`, `linear` with `topK`.
   */
  readonly codeActivation?: Activation | undefined
}

/**
 * An autoencoder with a sparse code. Its term `sparsity` is the divergence (`kl`, a batch statistic) or the sum of
 * activation sizes (`l1`); with `topK` that sum too, which is reported but not minimised.
 */
export interface SparseAutoencoder extends Autoencoder, RawDecoder, Trainable<Trace, 'reconstruction' | 'sparsity'> {
  readonly kind: 'sparseAutoencoder'
}

/**
 * A sparse autoencoder: by KL divergence (Ng), by the L1 norm, or by keeping the k largest activations (Makhzani and
 * Frey), in `encode` too.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = sparseAutoencoder({ inputShape: [28, 28, 1], sparsity: { kind: 'topK', count: 15 }, seed: 1 })
 * ```
 */
export const sparseAutoencoder: ModelFactory<SparseAutoencoderOptions, SparseAutoencoder> = /* @__PURE__ */ defineModel(
  'sparseAutoencoder',
  (options) => {
    const sparsity: Sparsity = options?.sparsity === undefined ? { kind: 'kl' } : options.sparsity
    checkSparsity(sparsity, options ?? {})
    const { members } = deterministic('sparseAutoencoder', options, {
      checks: { sparsity: anything },
      defaults: { codeActivation: codeActivations[sparsity.kind] },
      transform: sparsity.kind === 'topK' ? (code) => keepLargest(code, sparsity.count) : undefined,
    })
    return {
      ...members,
      kind: 'sparseAutoencoder',
      config: { ...members.config, sparsity: { ...sparsity } },
      objective: sum(reconstruction(), penalty(sparsity, sizeOfShape(members.inputShape))),
    }
  },
)

/** The activation that each kind of sparsity is made for. */
const codeActivations = { kl: 'sigmoid', l1: 'relu', topK: 'linear' } as const

/** The options of each kind of sparsity. */
const sparsityChecks: Readonly<Record<Sparsity['kind'], Readonly<Record<string, OptionCheck>>>> = {
  kl: { kind: anything, rate: rateOption, weight: nonNegativeNumber },
  l1: { kind: anything, weight: nonNegativeNumber },
  topK: { kind: anything, count: positiveInteger },
}

/** Refuses an invalid sparsity, or one that does not fit the code. */
function checkSparsity(sparsity: Sparsity, { codeActivation, codeSize = 64 }: SparseAutoencoderOptions): void {
  const kinds = Object.keys(sparsityChecks)
  assertOptions(
    'sparseAutoencoder',
    { 'sparsity.kind': (sparsity as Sparsity | null)?.kind },
    { 'sparsity.kind': oneOf(...kinds) },
    ['sparsity.kind'],
  )
  const { kind } = sparsity
  assertOptions(`sparsity ${kind}`, sparsity, sparsityChecks[kind], kind === 'topK' ? ['count'] : [])
  if (kind === 'kl' && codeActivation !== undefined && codeActivation !== 'sigmoid') {
    throw new OptionError('`sparseAutoencoder` received a `codeActivation` that does not go with KL sparsity.', {
      facts: { Expected: 'sigmoid, whose values are rates in (0, 1)', Received: show(codeActivation) },
      fix: "leave codeActivation out, or pass sparsity: { kind: 'l1' }",
    })
  }
  if (kind === 'topK' && sparsity.count > codeSize) {
    throw new OptionError('`sparseAutoencoder` received a `count` larger than `codeSize`.', {
      facts: { Expected: `a count of at most ${codeSize}, the codeSize`, Received: String(sparsity.count) },
      fix: 'lower count, or raise codeSize',
    })
  }
}

/** The sparsity's part of the objective. */
function penalty(sparsity: Sparsity, features: number): Objective<Trace, 'sparsity'> {
  switch (sparsity.kind) {
    case 'kl':
      return weighted(sparsity.weight ?? 0.001 * features, klSparsity({ rate: sparsity.rate ?? 0.05 }))
    case 'l1':
      return weighted(sparsity.weight ?? 0.02, l1Sparsity())
    case 'topK':
      return weighted(0, l1Sparsity())
  }
}

/** The k largest values of each row, the others 0; the gradient flows through what is kept. Ties are all kept. */
function keepLargest(code: tf.Tensor2D, count: number): tf.Tensor2D {
  return withGradient<tf.Tensor2D>([code], () => {
    // As a constant: a second derivative would look for a gradient of `topk`, which has none.
    const kept = withGradient([], () => {
      const { values } = tf.topk(code, count) // [batch, count], in falling order
      const value = tf.greaterEqual(code, tf.slice(values, [0, count - 1], [-1, 1]))
      return { value, saved: [], gradient: () => [] }
    })
    const keep = (x: tf.Tensor2D, kept: tf.Tensor) => tf.where<tf.Tensor2D>(kept, x, tf.zerosLike(x))
    return { value: keep(code, kept), saved: [kept], gradient: (dy, [kept]) => [keep(dy, kept as tf.Tensor)] }
  })
}

function rateOption(value: unknown): string | undefined {
  return typeof value === 'number' && value > 0 && value < 1 ? undefined : 'a number between 0 and 1, both excluded'
}
