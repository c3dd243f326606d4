// What every deterministic autoencoder of this package is made of; models add their objective, or change the pass.
import { type Likelihood, repeatable, type Shape } from '@ae/core'
import { type OptionCheck, positiveInteger } from '@ae/core/internal'
import { squaredError } from '@ae/losses'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { type Activation, activationOption } from '../networks/activation.ts'
import { denseLayer } from '../networks/dense-layer.ts'
import type { Layer, PassOptions } from '../networks/network.ts'
import { type Assembly, assemble, type CommonOptions } from './assembly.ts'
import type { Bottleneck } from './bottleneck.ts'

/** Options of every deterministic autoencoder. */
export interface AutoencoderOptions extends CommonOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** The length of the code, a positive integer. Defaults to 64. */
  readonly codeSize?: number | undefined
  /** The dense encoder's hidden widths; the decoder mirrors them. Defaults to `[256, 128]`. */
  readonly hidden?: readonly number[] | undefined
  /** The activation of the code. Defaults to `relu`. */
  readonly codeActivation?: Activation | undefined
  /**
   * What the decoder's raw output means. Defaults to `squaredError({ activation: 'sigmoid' })`, for data in [0, 1].
   */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/** How a model differs from the plain autoencoder. */
export interface DeterministicDesign {
  /** The option checks of its own options. Defaults to none. */
  readonly checks?: Readonly<Record<string, OptionCheck>> | undefined
  /** Its defaults, where they are different. */
  readonly defaults?: Pick<AutoencoderOptions, 'hidden' | 'codeActivation'> | undefined
  /** From the code layer's output to the code that is decoded; called inside `tf.tidy`. */
  readonly transform?: ((code: Tensor2D) => Tensor2D) | undefined
}

/** The code of a plain autoencoder: one more layer of the encoder. */
export interface DeterministicCode extends Bottleneck {
  /** The layers of the encoder, and the one that gives the code. */
  readonly layers: readonly Layer[]
}

/**
 * Checks the options and builds the parts.
 *
 * @param kind the model's kind, which is its factory's name
 * @param options as received
 * @param design how the model differs from the plain autoencoder
 * @throws {OptionError} on a missing, unknown or bad option
 */
export function deterministic(
  kind: string,
  options: AutoencoderOptions,
  { checks, defaults = {}, transform = (code) => code }: DeterministicDesign = {},
): Assembly<DeterministicCode> {
  return assemble(kind, options, {
    checks: { codeSize: positiveInteger, codeActivation: activationOption, ...checks },
    hidden: defaults.hidden ?? [256, 128],
    likelihood: squaredError({ activation: 'sigmoid' }),
    codeSizeOption: 'codeSize',
    bottleneck(inputShape, seed, { layers }) {
      const { codeSize = 64, codeActivation = defaults.codeActivation ?? 'relu' } = options
      const outputShape = [codeSize]
      const name = `encoder.${layers.length}`
      const layer = denseLayer({ name, inputShape, outputShape, activation: codeActivation, seed })
      const encode: Bottleneck['encode'] = (features, pass) => transform(layer.apply(features, pass) as Tensor2D)
      return {
        codeSize,
        decoderShape: outputShape,
        config: { codeSize, codeActivation },
        variables: layer.variables,
        state: layer.state,
        layers: [...layers, layer],
        encode,
        code: repeatable((features: Tensor, pass: PassOptions) => ({ code: encode(features, pass) })),
      }
    },
  })
}
