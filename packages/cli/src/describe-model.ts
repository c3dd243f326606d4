// What `ae models NAME` says: the model, and every flag that sets one of its options.
import type { ModelOption, ModelRow } from '@ae/models/internal'
import { inColumns, type Row } from './in-columns.ts'
import { type OptionFlag, optionFlags } from './model-flags.ts'
import { objectiveFlags, objectiveSettings } from './objective-flags.ts'
import { rangeOf } from './read-settings.ts'
import { type Flag, settingName } from './verb.ts'
import { flagMeaning, flagSyntax } from './verb-flags.ts'

/** An option with its flag, and its default in the command. */
export interface DescribedOption extends Omit<ModelOption, 'kinds'> {
  /** E.g. `--latent-size`. */
  readonly flag: string
  /** Where it is inside an object: the name of that, and its kinds that have it. */
  readonly of?: { readonly option: string; readonly kinds: readonly string[] }
  /** The kinds that it takes, each with its meaning. */
  readonly kinds?: Readonly<Record<string, string>>
}

/** The options of a model that have flags. */
export function describedOptions(row: ModelRow): readonly DescribedOption[] {
  return optionFlags(row).map(({ flag, option, kinds: of, path }) => {
    const { kinds, default: own, isRequired: _, ...known } = option
    const value = commandDefault(row, path) ?? own
    return {
      ...known,
      flag: `--${flag.name}`,
      ...(value === undefined ? {} : { default: value }),
      ...(of === undefined ? {} : { of: { option: path[0] ?? '', kinds: of } }),
      ...(kinds === undefined
        ? {}
        : { kinds: Object.fromEntries(Object.entries(kinds).map(([kind, { meaning }]) => [kind, meaning])) }),
    }
  })
}

/** The flags of the objectives that the model can be trained on, where there are several. */
function objectiveFlagsOf({ name }: Pick<ModelRow, 'name'>): readonly Flag[] {
  const names = objectiveSettings(name)
  return objectiveFlags.filter((flag) => names.includes(settingName(flag.name)))
}

/** What the command passes to the factory if the flag is not given; undefined where it passes nothing. */
function commandDefault({ command }: ModelRow, [outer = '', inner]: readonly string[]): ModelOption['default'] {
  const network = command.network ?? 'dense'
  if (outer === 'architecture') {
    if (inner === undefined) return network
    const widths: Readonly<Record<string, readonly number[] | undefined>> =
      network === 'dense' ? { hidden: command.hidden } : { channels: command.channels }
    return widths[inner]
  }
  const options = command.options({ exampleCount: 1, classes: 1, network }) as Readonly<
    Record<string, ModelOption['default']>
  >
  return inner === undefined ? options[outer] : undefined
}

/** As text, for a terminal of `width` characters. */
export function describeModel(row: ModelRow, width: number): string {
  const { title, name, summary, paper, objective, terms, isLabelled, isVariational } = row
  const about: readonly Row[] = [
    ['Paper', paper],
    ['Objective', `${objective}; terms ${terms.join(', ')}`],
    ['Samples', isVariational ? 'from its prior' : 'from a distribution fitted to its codes'],
    ...(isLabelled ? [['Labels', 'needed'] as const] : []),
  ]
  const flags = optionFlags(row)
  const options = describedOptions(row)
  const lines = options.flatMap((option, index) => optionRows(flags[index] as OptionFlag, option))
  const objectives = objectiveFlagsOf(row).map((flag): Row => [flagSyntax(flag), flagMeaning(flag), 2])
  return `${inColumns([[`${title}, --model ${name}`, '']], width)}${inColumns([['', summary]], width)}
${inColumns(about, width)}
Flags of \`ae train --model ${name}\`:
${inColumns([...lines, ...objectives], width)}`
}

function optionRows({ flag }: OptionFlag, option: DescribedOption): readonly Row[] {
  const { of, kinds = {} } = option
  const indent = of === undefined ? 2 : 4
  const only = of === undefined ? '' : `of ${of.kinds.join(' and ')}: `
  return [
    [flagSyntax(flag), `${only}${option.meaning}${notes(option)}`, indent],
    ...Object.entries(kinds).map(([kind, meaning]) => [kind, meaning, indent + 2] as const),
  ]
}

/** What it takes, and what it is if it is not given. */
function notes(option: DescribedOption): string {
  const { type, choices, default: value, otherwise } = option
  const range = rangeOf(option).replace(/^ (?:of )?/, '')
  const texts = [
    type === 'choice' ? [`one of ${choices?.join(', ')}`] : [],
    type === 'activation' ? [`one of ${choices?.join(', ')}, or leakyRelu(slope)`] : [],
    type === 'number' || type === 'count'
      ? [[range, ...(choices ?? [])].filter((text) => text !== '').join(', or ')]
      : [],
    value === undefined && otherwise === undefined ? [] : [`default: ${showDefault(value, otherwise)}`],
  ]
    .flat()
    .filter((text) => text !== '')
  return texts.length === 0 ? '' : ` (${texts.join('; ')})`
}

function showDefault(value: ModelOption['default'], otherwise: string | undefined): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',')
  return String(value ?? otherwise)
}
