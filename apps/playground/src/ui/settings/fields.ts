// The fields of the settings, from the table of models.
import type { ModelOption } from '@ae/models/internal'
import type { ModelName, Settings } from '../../engine/settings.ts'
import table from './models.json' with { type: 'json' }

/** A model as the form knows it. */
export interface ModelEntry {
  readonly name: ModelName
  readonly title: string
  readonly summary: string
  readonly objective: string
  readonly paper: string
  readonly isVariational: boolean
  readonly isLabelled: boolean
  readonly hidden: readonly number[]
  readonly channels: readonly number[]
  readonly architecture: 'dense' | 'convolutional'
  readonly options: readonly ModelOption[]
}

/** Every model, in the order of the docs. */
export const entries = table as unknown as readonly ModelEntry[]

/** The model of this name. */
export function entryOf(model: ModelName): ModelEntry {
  const entry = entries.find(({ name }) => name === model)
  if (entry === undefined) throw new Error(`models.json has no model ${model}.`)
  return entry
}

/** What a model is called, with a capital. */
export const titleOf = (model: ModelName): string => {
  const { title } = entryOf(model)
  const full = /autoencoder|VAE/.test(title) ? title : `${title} autoencoder`
  return full.slice(0, 1).toUpperCase() + full.slice(1)
}

/** What `latentSize` counts, by the words of the glossary: only codes that are random have latents. */
export function sizeName(model: ModelName): string {
  if (model === 'vq-vae') return 'Vector length'
  return entryOf(model).isVariational ? 'Latents' : 'Code length'
}

/** The weight of kl belongs to the objective, not to the factory; the engine takes it as an option too. */
const beta: ModelOption = {
  name: 'beta',
  type: 'number',
  minimum: 0,
  default: 1,
  meaning: 'the weight of the divergence from the prior',
}

/** A field of the form. */
export type Field = {
  /** Of the option, or of the option and, after a dot, of an option of its kind. */
  readonly path: string
  readonly label: string
  readonly meaning: string
} & (
  | {
      readonly control: 'number'
      readonly value: number | undefined
      readonly minimum?: number
      readonly maximum?: number
      readonly isWhole: boolean
      readonly hint?: string
    }
  | {
      readonly control: 'choice'
      readonly value: string
      readonly choices: readonly { readonly value: string; readonly text: string }[]
    }
)

/**
 * The fields of a model's own options, with the values that settings give them. An option whose kind is chosen shows that kind's
 * options after it.
 *
 * @param settings of which `model` and `options` count
 */
export function fieldsOf({ model, options }: Pick<Settings, 'model' | 'options'>): readonly Field[] {
  const { options: own } = entryOf(model)
  const takesBeta = model === 'vae' || model === 'conditional-vae'
  return (takesBeta ? [beta, ...own] : own).flatMap((option) => fieldsOfOption(option, options[option.name], ''))
}

function fieldsOfOption(option: ModelOption, value: unknown, prefix: string): readonly Field[] {
  const { name, type, choices, meaning } = option
  const common = { path: prefix + name, label: labelOf(name), meaning }
  if (option.kinds !== undefined) {
    const given = isObject(value) ? value : {}
    const kind = typeof given.kind === 'string' ? given.kind : ''
    const kinds = Object.entries(option.kinds).map(([kindName, { meaning: of }]) => ({
      value: kindName,
      text: `${labelOf(kindName)}: ${of}`,
    }))
    const usual = { value: '', text: `Usual${option.otherwise ? ` (${labelOf(option.otherwise).toLowerCase()})` : ''}` }
    return [
      { ...common, control: 'choice', value: kind, choices: [usual, ...kinds] },
      ...(option.kinds[kind]?.options ?? []).flatMap((of) => fieldsOfOption(of, given[of.name], `${common.path}.`)),
    ]
  }
  if (type === 'choice' || type === 'activation') {
    const usual = { value: '', text: `Usual${usualOf(option)}` }
    const others = (choices ?? []).map((choice) => ({ value: choice, text: choice }))
    return [
      { ...common, control: 'choice', value: typeof value === 'string' ? value : '', choices: [usual, ...others] },
    ]
  }
  const { minimum, maximum } = option
  const least = type === 'count' ? (minimum ?? 1) : minimum
  return [
    {
      ...common,
      control: 'number',
      value: typeof value === 'number' ? value : undefined,
      isWhole: type === 'count' || type === 'integer',
      ...(least !== undefined && { minimum: least }),
      ...(maximum !== undefined && { maximum }),
      ...(typeof option.default === 'number'
        ? { hint: String(option.default) }
        : option.otherwise !== undefined && { hint: option.otherwise }),
    },
  ]
}

/**
 * The options after a field was changed.
 *
 * @param options before
 * @param path of the field
 * @param value undefined leaves the option to its default; choosing a kind drops the options of the former one
 */
export function withValue(
  options: Settings['options'],
  path: string,
  value: number | string | undefined,
): Settings['options'] {
  const [name = '', member] = path.split('.')
  const { [name]: former, ...others } = options
  if (member !== undefined) {
    const { [member]: _, ...rest } = isObject(former) ? former : {}
    return { ...others, [name]: { ...rest, ...(value !== undefined && { [member]: value }) } } as Settings['options']
  }
  if (value === undefined || value === '') return others
  const isKind = fieldIsKind(name)
  return { ...others, [name]: isKind ? { kind: value } : value }
}

/** Options that a kind chosen with no values needs, e.g. how many activations `topK` keeps: their fields are marked as required. */
const fieldIsKind = (name: string) =>
  entries.some(({ options }) => options.some((option) => option.name === name && option.kinds))

const usualOf = ({ default: usual, otherwise }: ModelOption) => {
  const text = usual ?? otherwise
  return text === undefined ? '' : ` (${text})`
}

/** `standardDeviation` is `Standard deviation`. */
function labelOf(name: string): string {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  )
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
