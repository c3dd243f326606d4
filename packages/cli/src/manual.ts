// The manual of the command, from the table of verbs: as a page for `man`, and as Markdown for the documentation.
import { reflowed } from './in-columns.ts'
import { flagMeaning, flagSections, flagSyntax, type KnownVerb, purpose, verbSyntax } from './verb-flags.ts'

/** The exit codes, each with what it means. */
const exitCodes = [
  ['0', 'done, perhaps with warnings'],
  ['1', 'failed; the message says why and what helps'],
  ['2', 'wrong use: a verb, a flag or a value that does not exist; nothing was changed'],
  ['129, 130, 143', 'stopped by SIGHUP, SIGINT (Ctrl-C), SIGTERM; what was computed is saved'],
] as const

/** The variables of the environment that the command reads. */
const environment = [
  ['AE_CACHE_DIR', 'the folder in which downloaded data is kept'],
  ['NO_COLOR, TERM=dumb', 'no bar while training: a line for each epoch'],
] as const

/** A page in the language of man(7). */
export function inRoff(verbs: readonly KnownVerb[], version: string): string {
  const pairs = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([term, meaning]) => `.TP\n.B ${roff(term)}\n${roff(meaning)}\n`).join('')
  return [
    `.TH AE 1 "" "ae ${roff(version)}" "User Commands"\n`,
    `.SH NAME\nae \\- ${roff(purpose)}\n`,
    '.SH SYNOPSIS\n.B ae\n.I verb\n.RI [ options ]\n.br\n.B ae\n.RB [ \\-\\-help | \\-\\-version ]\n',
    '.SH DESCRIPTION\nData goes to standard output, everything else to standard error. Where a file is read or written, \\- stands for\nstandard input or output.\n',
    '.SH VERBS\n',
    ...verbs.map((verb) => roffVerb(verb)),
    `.SH EXIT STATUS\n${pairs(exitCodes)}`,
    `.SH ENVIRONMENT\n${pairs(environment)}`,
  ].join('')
}

function roffVerb(verb: KnownVerb): string {
  const { summary, details, arguments: operands = [], flags, examples } = verb
  const tagged = (term: string, meaning: string) => `.TP\n.B ${roff(term)}\n${roff(meaning)}\n`
  return [
    `.SS ${roff(verbSyntax(verb))}\n${roff(summary)}\n`,
    ...operands.map(({ name, help }) => tagged(name, help)),
    ...flags.map((flag) => tagged(flagSyntax(flag), flagMeaning(flag))),
    details === undefined ? '' : `.PP\n${literal(reflowed(details, 72))}`,
    examples.length === 0
      ? ''
      : `.PP\nExamples:\n${literal(examples.map(({ command, what }) => `# ${what}\n${command}`).join('\n'))}`,
  ].join('')
}

/** Lines that stay as they are. */
function literal(text: string): string {
  return `.nf\n${text.trim().split('\n').map(roff).join('\n')}\n.fi\n`
}

/** A backslash, a hyphen, and a point or an apostrophe at the start of a line mean something in roff. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1')
}

/** A section for each verb. */
export function inMarkdown(verbs: readonly KnownVerb[]): string {
  const list = verbs.map(({ name, summary }) => `| [\`ae ${name}\`](#ae-${name}) | ${cell(summary)} |`)
  return [
    ['| verb | |', '|---|---|', ...list].join('\n'),
    ...verbs.map((verb) => markdownVerb(verb)),
    ['## Exit codes', '', '| code | |', '|---|---|', ...exitCodes.map(([code, what]) => `| ${code} | ${what} |`)].join(
      '\n',
    ),
    [
      '## Environment',
      '',
      '| variable | |',
      '|---|---|',
      ...environment.map(([name, what]) => `| \`${name}\` | ${what} |`),
    ].join('\n'),
  ]
    .map((part) => `${part}\n`)
    .join('\n')
}

function markdownVerb(verb: KnownVerb): string {
  const { name, summary, details, arguments: operands = [], flags, examples } = verb
  const tables = flagSections(flags).map(({ title, flags }) => [
    `| ${title.toLowerCase()} | |`,
    '|---|---|',
    ...flags.map((flag) => `| \`${flagSyntax(flag).replaceAll('|', '\\|')}\` | ${cell(flagMeaning(flag))} |`),
  ])
  return [
    `## ae ${name}`,
    summary,
    ['```sh', ...examples.map(({ command, what }) => `${command} # ${what}`), '```'].join('\n'),
    `\`${verbSyntax(verb)}\``,
    operands.map(({ name, help }) => `- \`${name}\`: ${help}`).join('\n'),
    ...tables.map((lines) => lines.join('\n')),
    details === undefined ? '' : ['```text', details.trim(), '```'].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** As a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
