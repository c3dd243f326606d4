// The options by which every model takes an architecture, or the widths of a dense one.
import { OptionError } from '@ae/core'
import { configOption, lackOf, type OptionCheck, sizesOption } from '@ae/core/internal'
import { type Activation, activationOption } from './activation.ts'
import type { Architecture } from './architecture.ts'
import { denseArchitecture } from './dense-architecture.ts'

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
  activation: activationOption,
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
