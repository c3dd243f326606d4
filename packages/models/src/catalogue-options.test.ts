// The table of options says what the factories take: no option more, no option less, with these defaults and these ranges.
import { AutoencoderError, type Json, OptionError, type SavableModel } from '@ae/core'
import { likelihoodFromConfig, prepareLikelihood } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { createFromJson, type ModelRow, models, optionsOf } from './catalogue.ts'
import { type ModelOption, modelOptions } from './catalogue-options.ts'
import { corruptionFromConfig } from './corruption/corruption-config.ts'
import { architectureFromConfig } from './saved-options.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
  await prepareLikelihood({ kind: 'laplace' })
})

type Options = Readonly<Record<string, Json>>

/** What a factory that was asked for an unknown name says that it knows. */
async function knownNames(make: () => unknown): Promise<readonly string[]> {
  const error = await Promise.resolve()
    .then(make)
    .catch((error: unknown) => error)
  if (!AutoencoderError.isInstance(error)) throw error
  return /^Expected: *(.*)$/m.exec(error.message)?.[1]?.split(', ') ?? []
}

/** The least that the option takes, and what is just outside of its range. */
function valuesOf(option: ModelOption): { readonly good: readonly Json[]; readonly bad: readonly Json[] } {
  const { type, minimum = type === 'count' ? 1 : undefined, above, maximum, below, choices = [] } = option
  switch (type) {
    case 'count':
    case 'integer':
      return { good: [minimum ?? 0], bad: [(minimum ?? 0) - 1, 1.5, 'x', ...(maximum ? [maximum + 1] : [])] }
    case 'counts':
      return { good: [[2]], bad: [[0], 2, 'x'] }
    case 'number': {
      const good = [minimum ?? (above ?? 0) + 1e-3, ...(maximum === undefined ? [] : [maximum]), ...choices]
      const ends = [minimum !== undefined ? minimum - 1e-3 : above, maximum !== undefined ? maximum + 1e-3 : below]
      return { good: [...good, ...(below === undefined ? [] : [below - 1e-3])], bad: ['x', ...ends.filter(isNumber)] }
    }
    case 'choice':
      return { good: choices, bad: ['x', 1] }
    case 'activation':
      return { good: [...choices, 'leakyRelu(0.1)'], bad: ['x', 'leakyRelu(-1)'] }
    case 'kind':
      return { good: [], bad: ['x', { kind: 'x' }] }
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number'

/** The least that every required option takes. */
function required(options: readonly ModelOption[]): Options {
  return Object.fromEntries(
    options
      .filter(({ isRequired }) => isRequired)
      .map((option) => [option.name, option.name === 'inputShape' ? [4, 4, 1] : (valuesOf(option).good[0] as Json)]),
  )
}

async function configOf(row: ModelRow, options: Options): Promise<SavableModel['config']> {
  const model = await createFromJson(row, options)
  model.dispose()
  return model.config
}

test('the table has a row for each model', () => {
  expect(Object.keys(modelOptions).sort()).toEqual(models.map(({ name }) => name).sort())
})

describe.each(models)('the options of $name', (row) => {
  const options = optionsOf(row)

  test('are those that its factory takes', async () => {
    const names = options.map(({ name }) => name)
    const ofWrapper = row.wraps === undefined ? [] : ['corruption']
    const known = await knownNames(() => row.create({ ...required(options), unknown: 1 } as never))
    expect([...known, ...ofWrapper].sort()).toEqual([...names].sort())
  })

  test('have the defaults that are written', async () => {
    const plain = await configOf(row, required(options))
    for (const { name, default: value } of options) {
      if (value === undefined) continue
      expect(await configOf(row, { ...required(options), [name]: value as Json }), name).toEqual(plain)
    }
  })

  test.each(options)('$name: its range is taken, and what is outside is refused', async (option) => {
    const before = tf.memory().numTensors
    const { good, bad } = valuesOf(option)
    const others = required(options)
    for (const value of good) {
      const isOwn = option.name === 'codeActivation' && row.name === 'sparse-autoencoder'
      const fitting: Options = isOwn ? { ...others, sparsity: { kind: 'l1' } } : others
      await configOf(row, { ...fitting, [option.name]: value })
    }
    for (const value of bad) {
      await expect(createFromJson(row, { ...others, [option.name]: value }), JSON.stringify(value)).rejects.toThrow(
        OptionError,
      )
    }
    if (option.isRequired) {
      const { [option.name]: _, ...rest } = others
      await expect(createFromJson(row, rest)).rejects.toThrow(`needs the option \`${option.name}\``)
    }
    expect(tf.memory().numTensors).toBe(before)
  })
})

/** What makes each option that has kinds, and the kinds that are not plain data or are not for users. */
const makers = {
  architecture: { make: architectureFromConfig, without: ['custom', 'layers'] },
  likelihood: { make: likelihoodFromConfig, without: ['mixed'] }, // of a table, which has its parts
  corruption: { make: corruptionFromConfig, without: [] },
  sparsity: { make: makeSparse, without: [] },
}

function makeSparse(config: Json): { readonly config: unknown } {
  const row = models.find(({ name }) => name === 'sparse-autoencoder') as ModelRow
  const model = row.create({ inputShape: [4], sparsity: config })
  model.dispose()
  return { config: (model.config as { sparsity: Json }).sparsity }
}

const optionsWithKinds = new Map(
  Object.values(modelOptions).flatMap((options) =>
    options.filter(({ kinds }) => kinds !== undefined).map((option) => [option.name, option] as const),
  ),
)

describe.each([...optionsWithKinds.values()])('the kinds of $name', ({ name, kinds = {} }) => {
  const { make, without } = makers[name as keyof typeof makers]

  test('are those that there are', async () => {
    const known = (await knownNames(() => make({ kind: 'unknown' }))).map((kind) => kind.replace('one of ', ''))
    expect(known.filter((kind) => !(without as readonly string[]).includes(kind)).sort()).toEqual(
      Object.keys(kinds).sort(),
    )
  })

  test.each(Object.entries(kinds))('%s has these options, defaults and ranges', async (kind, { options }) => {
    if (options.length > 0) {
      const known = await knownNames(() => make({ kind, ...required(options), unknown: 1 }))
      expect(known.filter((name) => name !== 'kind').sort()).toEqual(options.map(({ name }) => name).sort())
    }
    const plain = make({ kind, ...required(options) }).config
    for (const option of options) {
      const others = required(options)
      if (option.default !== undefined && name !== 'sparsity') {
        expect(make({ kind, ...others, [option.name]: option.default as Json }).config).toEqual(plain)
      }
      const learned = option.name.startsWith('minimum')
        ? { [option.name === 'minimumScale' ? 'scale' : 'standardDeviation']: 'shared' }
        : {}
      const { good, bad } = valuesOf(option)
      for (const value of good) make({ kind, ...others, ...learned, [option.name]: value })
      for (const value of bad) {
        expect(() => make({ kind, ...others, ...learned, [option.name]: value }), JSON.stringify(value)).toThrow(
          OptionError,
        )
      }
    }
  })
})
