// The program of `ae man`.
import { version } from '../../package.json'
import { inMarkdown, inRoff } from '../manual.ts'
import type { Run, Verb } from '../verb.ts'
import { knownVerbs } from '../verb-flags.ts'

/** Prints the manual. */
export function printing(verbs: readonly Verb[]): Run {
  return async ({ markdown }, { stdout }) => {
    const known = await knownVerbs(verbs)
    stdout.write(markdown ? inMarkdown(known) : inRoff(known, version))
    return 0
  }
}
