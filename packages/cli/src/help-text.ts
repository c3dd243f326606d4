// The help of the command and of its verbs, as wide as the terminal.
import { inColumns, type Row, reflowed } from './in-columns.ts'
import type { Verb } from './verb.ts'
import { flagMeaning, flagSections, flagSyntax, type KnownVerb, purpose, verbSyntax } from './verb-flags.ts'

/** What `ae --help` prints. */
export function programHelp(verbs: readonly Verb[], width: number): string {
  return sections([
    'Usage: ae <verb> [options]\n',
    reflowed(purpose, width),
    titled(
      'Verbs',
      inColumns(
        verbs.map(({ name, summary }): Row => [name, summary, 2]),
        width,
      ),
    ),
    titled('Options', inColumns([['-V, --version', 'print the version', 2], help], width)),
    reflowed('`ae help <verb>` explains one. `ae man` prints all of it.', width),
  ])
}

/** What `ae VERB --help` prints. */
export function verbHelp(verb: KnownVerb, width: number): string {
  const { summary, details = '', arguments: operands = [], flags, examples } = verb
  const parts = flagSections(flags)
  const last = parts.at(-1)?.title === 'Options' ? parts.length - 1 : parts.length
  const rows = [...parts, { title: 'Options', flags: [] }].slice(0, last + 1).map(({ title, flags }, index) => ({
    title,
    rows: [...flags.map((flag): Row => [flagSyntax(flag), flagMeaning(flag), 2]), ...(index === last ? [help] : [])],
  }))
  return sections([
    `Usage: ${verbSyntax(verb)}\n`,
    reflowed(summary, width),
    titled(
      'Arguments',
      inColumns(
        operands.map(({ name, help }): Row => [name, help, 2]),
        width,
      ),
    ),
    ...rows.map(({ title, rows }) => titled(title, inColumns(rows, width))),
    details === '' ? '' : reflowed(details, width),
    titled('Examples', examples.map(({ command, what }) => `  # ${what}\n  ${command}\n`).join('')),
  ])
}

const help: Row = ['-h, --help', 'print this help', 2]

function titled(title: string, text: string): string {
  return text === '' ? '' : `${title}:\n${text}`
}

/** With an empty line between. */
function sections(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n')
}
