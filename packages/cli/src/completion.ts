// Completion of the command line by bash, zsh and fish: scripts that are made from the table of verbs.
import type { Argument, Flag } from './verb.ts'
import type { KnownVerb } from './verb-flags.ts'

/** The shells, each with what makes its script. */
export const shells: Readonly<Record<string, (verbs: readonly KnownVerb[]) => string>> = { bash, zsh, fish }

/** Every verb has this one. */
const help: Flag = { name: 'help', type: 'flag', short: 'h', help: 'display help' }

/** The words that may follow a flag, or the place of an operand. */
const wordsOf = ({ choices, words }: { readonly choices?: readonly string[]; readonly words?: readonly string[] }) =>
  choices ?? words ?? []

/** Files are completed by the shell itself, which knows how to quote them. */
function bash(verbs: readonly KnownVerb[]): string {
  const cases = verbs.map((verb) => {
    const flags = [...verb.flags, help]
    const values = flags
      .filter(({ type }) => type !== 'flag')
      .map((flag) => `      ${dashed(flag).join('|')}) words='${wordsOf(flag).join(' ')}'; isValue=1 ;;`)
    const operands = (verb.arguments ?? []).flatMap(wordsOf)
    return `    ${verb.name})
      flags='${flags.flatMap(dashed).join(' ')}'
      words='${operands.join(' ')}'
      case $previous in
${values.join('\n')}
      esac ;;`
  })
  return `# Completion of \`ae\` for bash: source <(ae completion bash)
_ae() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} flags='' words='' isValue=''
  COMPREPLY=()
  if [[ $word == = ]]; then word=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W '${[...verbs.map(({ name }) => name), 'help', '--help', '--version'].join(' ')}' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
    help) (( COMP_CWORD == 2 )) && words='${verbs.map(({ name }) => name).join(' ')}' ;;
${cases.join('\n')}
  esac
  if [[ -z $isValue && $word == -* ]]; then words=$flags; fi
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _ae ae
`
}

function zsh(verbs: readonly KnownVerb[]): string {
  const cases = verbs.map((verb) => {
    const flags = [...verb.flags, help].flatMap((flag) =>
      dashed(flag).map((name) => {
        const isLong = name.startsWith('--')
        const value = flag.type === 'flag' ? '' : `:${zshText(flag.name)}:${zshValues(flag)}`
        return quoted(
          `${flag.repeats ? '*' : ''}${name}${value !== '' && isLong ? '=' : ''}[${zshText(flag.help)}]${value}`,
        )
      }),
    )
    const operands = (verb.arguments ?? []).map((operand) =>
      quoted(`${operand.repeats ? '*' : operand.isOptional ? ':' : ''}:${zshText(operand.name)}:${zshValues(operand)}`),
    )
    return `    (${verb.name}) _arguments ${[...flags, ...operands].join(' \\\n      ')} ;;`
  })
  const names = verbs.map(({ name, summary }) => quoted(`${name}:${summary}`))
  return `#compdef ae
# Completion of \`ae\` for zsh: source <(ae completion zsh), or save it as _ae in a folder of $fpath
_ae() {
  local -a verbs=(
    ${names.join('\n    ')}
    'help:display help for a verb'
  )
  if (( CURRENT == 2 )); then
    _describe -t verbs verb verbs
    return
  fi
  local verb=$words[2]
  words=("\${(@)words[2,-1]}")
  (( CURRENT-- ))
  case $verb in
    (help) _describe -t verbs verb verbs ;;
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _ae ]]; then _ae "$@"; else compdef _ae ae; fi
`
}

function fish(verbs: readonly KnownVerb[]): string {
  const begin = "complete -c ae -n '__fish_use_subcommand'"
  const lines = verbs.flatMap((verb) => {
    const line = `complete -c ae -n '__fish_seen_subcommand_from ${verb.name}'`
    const flags = verb.flags.map((flag) => {
      const names = dashed(flag).map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
      return [line, ...names, ...fishValues(flag), `-d ${quoted(flag.help)}`].join(' ')
    })
    const operands = (verb.arguments ?? []).map((operand) =>
      operand.path === undefined ? `${line} -f -a ${quoted(wordsOf(operand).join(' '))}` : `${line} -F`,
    )
    return [`${begin} -f -a ${verb.name} -d ${quoted(verb.summary)}`, ...flags, ...operands]
  })
  const names = verbs.map(({ name }) => name).join(' ')
  return `# Completion of \`ae\` for fish: ae completion fish | source
complete -c ae -f
complete -c ae -s h -l help -d 'display help'
${begin} -l version -d 'output the version number'
${begin} -a help -d 'display help for a verb'
complete -c ae -n '__fish_seen_subcommand_from help' -a '${names}'
${lines.join('\n')}
`
}

/** `--out`, and `-o` if it has one. */
function dashed({ name, short }: Flag): readonly string[] {
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`]
}

function zshValues(of: Flag | Argument): string {
  const words = wordsOf(of)
  if (words.length > 0) return `(${words.map((word) => word.replace(/[\\ ():]/g, '\\$&')).join(' ')})`
  if (of.path === undefined) return ' '
  return of.path === 'folder' ? '_files -/' : '_files'
}

function fishValues(flag: Flag): readonly string[] {
  if (flag.type === 'flag') return []
  const words = wordsOf(flag)
  if (words.length > 0) return ['-x', `-a ${quoted(words.join(' '))}`]
  return flag.path === undefined ? ['-x'] : ['-r', '-F']
}

/** As a text inside of a specification of zsh, where brackets and colons mean something. */
function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&')
}

/** In single quotes, for any of the shells. Fish reads a backslash in them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`
}
