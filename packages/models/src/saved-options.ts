// From the options of a saved file back to those of a factory: likelihood and architecture are objects again.
import { type Json, OptionError } from '@ae/core'
import { makeFromConfig } from '@ae/core/internal'
import { likelihoodFromConfig, prepareLikelihood } from '@ae/losses'
import type { Architecture } from './networks/architecture.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'

/** The options that a saved model's `config` describes; the factory checks them like any others. */
export function optionsFromConfig<options>(config: Readonly<Record<string, Json | undefined>>): options {
  const { likelihood, architecture, ...others } = config
  return {
    ...others,
    likelihood: likelihoodFromConfig(likelihood),
    architecture: architectureFromConfig(architecture),
  } as options
}

/**
 * The architecture that a `config` describes, e.g. `{ kind: 'dense', hidden: [400] }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option
 */
export function architectureFromConfig(config: Json | undefined): Architecture {
  return makeFromConfig('architectureFromConfig', 'architecture', config, architectures)
}

/**
 * Loads the code of an architecture and of a likelihood that few models have, if a saved `config` or that of the model it wraps
 * needs them.
 *
 * @param config as found in a file
 */
export async function prepareOptions(config: Readonly<Record<string, unknown>>): Promise<void> {
  // One after the other: a file may hold models in one another deeper than calls can go.
  for (let of = config as Nested | null | undefined; of; of = of.model?.config) {
    await prepareLikelihood(of.likelihood)
    if (of.architecture?.kind !== 'layers') continue
    const { layersArchitecture } = await import('./networks/layers-architecture.ts')
    architectures.layers = layersArchitecture
  }
}

/** What a config may hold, unchecked. */
interface Nested {
  readonly likelihood?: Json | undefined
  readonly architecture?: { readonly kind?: unknown } | null
  readonly model?: { readonly config?: Nested | null } | null
}

/** By kind. Each checks its options itself. */
const architectures: Record<string, (options: never) => Architecture> = {
  dense: denseArchitecture,
  convolutional: convolutionalArchitecture,
  custom: () => {
    throw new OptionError(
      '`architectureFromConfig` cannot restore a custom architecture: its functions are not in the file.',
      {
        fix: "pass a kind with your own functions, e.g. load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })",
      },
    )
  },
}
