// How a model's encoder and decoder are built: a value that every model takes.
import { type Json, OptionError, type Shape } from '@ae/core'
import { configOption, lackOf, type OptionCheck, oneOf, sizesOption } from '@ae/core/internal'
import { type Activation, activations } from './activation.ts'
import { denseArchitecture } from './dense-architecture.ts'
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

/** The options of every model that choose its networks. */
export interface ArchitectureChoice {
  /** How encoder and decoder are built; then leave `hidden` and `activation` out. Defaults to dense layers. */
  readonly architecture?: Architecture | undefined
  /** The dense encoder's hidden widths; the decoder mirrors them. */
  readonly hidden?: readonly number[] | undefined
  /** The activation of the dense hidden layers. Defaults to `relu`. */
  readonly activation?: Activation | undefined
}

/** An architecture: how it encodes, how it decodes, and what restores it. */
const architectureOption: OptionCheck = (value) =>
  lackOf(value, { encoder: 'function', decoder: 'function', config: configOption }) === undefined
    ? undefined
    : 'an architecture, e.g. denseArchitecture({ hidden: [400] })'

/** The checks of {@link ArchitectureChoice}, option by option. */
export const architectureChecks = {
  architecture: architectureOption,
  hidden: sizesOption,
  activation: oneOf(...activations),
}

/**
 * The architecture that a model's options choose.
 *
 * @param functionName the model's factory, for the message
 * @param choice the options as received, checked one by one already
 * @param defaultHidden the widths where the options name none
 * @throws {OptionError} when both an architecture and dense widths are given
 */
export function chooseArchitecture(
  functionName: string,
  { architecture, hidden, activation }: ArchitectureChoice,
  defaultHidden: readonly number[],
): Architecture {
  if (architecture === undefined) return denseArchitecture({ hidden: hidden ?? defaultHidden, activation })
  const other = hidden !== undefined ? 'hidden' : activation !== undefined ? 'activation' : undefined
  if (other === undefined) return architecture
  throw new OptionError(`\`${functionName}\` received both \`architecture\` and \`${other}\`.`, {
    facts: { Expected: 'one of them', Received: `a ${architecture.config.kind} architecture, and ${other}` },
    fix: `pass ${other} to the architecture, e.g. denseArchitecture({ hidden: [400] })`,
  })
}
