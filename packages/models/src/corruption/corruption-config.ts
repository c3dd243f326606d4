// Corruptions by name: what restores the one of a saved model.
import type { Json } from '@ae/core'
import { makeFromConfig } from '@ae/core/internal'
import { type Corruption, gaussianNoise, maskingNoise, saltAndPepperNoise } from './corruption.ts'

/**
 * The corruption that a `config` describes, e.g. `{ kind: 'maskingNoise', rate: 0.25 }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option
 */
export function corruptionFromConfig(config: Json | undefined): Corruption {
  return makeFromConfig('corruptionFromConfig', 'corruption', config, corruptions)
}

/** By kind. Each checks its options itself. */
const corruptions: Readonly<Record<string, (options: never) => Corruption>> = {
  gaussianNoise,
  maskingNoise,
  saltAndPepperNoise,
}
