// `ae man`: the manual of the whole command.
import type { Verb } from '../verb.ts'

/** Prints the manual of all `verbs`. */
export const man = (verbs: () => readonly Verb[]): Verb => ({
  name: 'man',
  summary: 'Print the manual page; `man ae` shows it after npm install --global.',
  flags: [{ name: 'markdown', type: 'flag', help: 'as Markdown, as in docs/cli.md of the repository' }],
  examples: [{ command: 'ae man | man -l -', what: 'read it' }],
  load: async () => ({ run: (await import('../run/man.ts')).printing(verbs()) }),
})
