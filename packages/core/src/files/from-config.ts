// Makes again what a saved model names by its kind: a likelihood, a corruption, an architecture.

import { suggest } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { OptionError } from '../errors.ts'
import type { Json } from '../json.ts'

/**
 * Makes what a `config` of a saved model describes, by its kind.
 *
 * @param functionName the public function, for the message
 * @param noun what is made, for the message, e.g. `likelihood`
 * @param config as found in a file: its kind, and its options by name
 * @param kinds by kind, the function that makes one from the options, which it checks
 * @throws {OptionError} on an unknown kind, and what that function throws on a bad option
 */
export function makeFromConfig<made>(
  functionName: string,
  noun: string,
  config: Json | undefined,
  kinds: Readonly<Record<string, (options: never) => made>>,
): made {
  const { kind, ...options } = (typeof config === 'object' && config !== null ? config : {}) as Record<string, Json>
  const make = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (make !== undefined) return make(options as never)
  const known = Object.keys(kinds)
  const nearest = suggest(typeof kind === 'string' ? kind : '', known)
  throw new OptionError(`\`${functionName}\` received an unknown ${noun}.`, {
    facts: { Expected: known.join(', '), Received: show(kind) },
    fix: `${nearest}${nearest.endsWith('?') ? ' To' : '; to'} load a model that has your own ${noun}, pass a kind that makes it again, e.g. load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })`,
  })
}
