// The program of `ae completion`.
import { shells } from '../completion.ts'
import type { Run, Verb } from '../verb.ts'
import { knownVerbs } from '../verb-flags.ts'

/** Prints the script of a shell. */
export function completing(verbs: readonly Verb[]): Run {
  return async ({ shell }, { stdout }) => {
    stdout.write(shells[String(shell)]?.(await knownVerbs(verbs)) ?? '')
    return 0
  }
}
