// The flags of a verb as its help, its completion, its manual and its documentation show them.
import { type Flag, groups, type Verb } from './verb.ts'

/** What the command does, in a sentence. */
export const purpose = 'Autoencoders and VAEs: train them, and use trained ones, without a line of code.'

/** The flags of a verb. */
export async function flagsOf({ flags }: Pick<Verb, 'flags'>): Promise<readonly Flag[]> {
  return typeof flags === 'function' ? flags() : flags
}

/** A section of a verb's flags. */
export interface FlagSection {
  /** `Options` if it is the only one, or of flags without a group. */
  readonly title: string
  /** In the order in which the verb lists them. */
  readonly flags: readonly Flag[]
}

/** The flags by their sections, which are in the order of {@link groups}. */
export function flagSections(flags: readonly Flag[]): readonly FlagSection[] {
  const sections = Object.entries(groups).map(([group, title]) => ({
    title,
    flags: flags.filter((flag) => flag.group === group),
  }))
  return [...sections, { title: 'Options', flags: flags.filter(({ group }) => group === undefined) }].filter(
    ({ flags }) => flags.length > 0,
  )
}

/** `-o, --out <file>`, as the help writes a flag. */
export function flagSyntax({ name, short, type, value = `<${name}>` }: Flag): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${type === 'flag' ? '' : ` ${value}`}`
}

/** What a flag means, with its choices and its default. */
export function flagMeaning({ help, type, choices, words, default: value, repeats }: Flag): string {
  const notes = [
    choices === undefined ? [] : [`one of ${choices.join(', ')}`],
    words === undefined ? [] : [`${type === 'number' ? 'or' : 'e.g.'} ${words.join(', ')}`],
    value === undefined || value === false ? [] : [`default: ${value}`],
    repeats ? ['may be repeated'] : [],
  ].flat()
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`
}

/** `ae train [options]`, `ae inspect <file> [options]`. */
export function verbSyntax({ name, arguments: operands = [] }: Pick<Verb, 'name' | 'arguments'>): string {
  const words = operands.map(({ name, isOptional, repeats }) => {
    const word = repeats ? `${name}...` : name
    return isOptional ? `[${word}]` : `<${word}>`
  })
  return ['ae', name, ...words, '[options]'].join(' ')
}

/** A verb whose flags are known. */
export type KnownVerb = Omit<Verb, 'flags' | 'load'> & { readonly flags: readonly Flag[] }

/** The verbs with their flags. */
export function knownVerbs(verbs: readonly Verb[]): Promise<readonly KnownVerb[]> {
  return Promise.all(verbs.map(async (verb) => ({ ...verb, flags: await flagsOf(verb) })))
}
