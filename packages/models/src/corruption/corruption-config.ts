// Corruptions by name: what restores the one of a saved model.
import { type Json, OptionError, show, suggest } from '@ae/core'
import { type Corruption, gaussianNoise, maskingNoise, saltAndPepperNoise } from './corruption.ts'

/**
 * The corruption that a `config` describes, e.g. `{ kind: 'maskingNoise', rate: 0.25 }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option
 */
export function corruptionFromConfig(config: Json | undefined): Corruption {
  const { kind, ...options } = (typeof config === 'object' && config !== null ? config : {}) as Record<string, Json>
  const name = typeof kind === 'string' ? kind : ''
  const restore = Object.hasOwn(corruptions, name) ? corruptions[name] : undefined
  if (restore !== undefined) return restore(options as never)
  const kinds = Object.keys(corruptions)
  throw new OptionError('`corruptionFromConfig` received an unknown corruption.', {
    facts: { Expected: kinds.join(', '), Received: show(kind) },
    fix: suggest(name, kinds),
  })
}

/** By kind. Each checks its options itself. */
const corruptions: Readonly<Record<string, (options: never) => Corruption>> = {
  gaussianNoise,
  maskingNoise,
  saltAndPepperNoise,
}
