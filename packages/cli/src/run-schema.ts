// The JSON schema of the file of a run, made from the flags of `ae train`.
import { configFlags } from './config.ts'
import { type Flag, type FlagType, settingName } from './verb.ts'

const integers = { type: 'array', items: { type: 'integer', minimum: 1 } }

const types: Readonly<Record<FlagType, object>> = {
  flag: { type: 'boolean' },
  text: { type: 'string' },
  count: { type: 'integer', minimum: 1 },
  counts: integers,
  integer: { type: 'integer' },
  number: { type: 'number' },
  shape: { ...integers, minItems: 1 },
  names: { type: 'array', items: { type: 'string' } },
}

/**
 * The schema, of draft 2020-12, which editors check files with.
 *
 * @param flags those of `ae train`
 */
export function runSchema(flags: readonly Flag[]): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A run of ae train',
    description:
      'All settings of ae train, by the names of its flags in camel case. Paths are relative to the folder of the file.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(configFlags(flags).map((flag) => [settingName(flag.name), propertyOf(flag)])),
      versions: { type: 'object', description: 'what ran, in a file that ae train wrote; not read' },
    },
  }
}

function propertyOf({
  type,
  help,
  choices,
  words,
  repeats,
  minimum,
  above,
  maximum,
  below,
  default: usual,
}: Flag): object {
  const limits = {
    ...(minimum === undefined ? {} : { minimum }),
    ...(above === undefined ? {} : { exclusiveMinimum: above }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(below === undefined ? {} : { exclusiveMaximum: below }),
  }
  const value = { ...types[type], ...(choices === undefined ? {} : { enum: choices }), ...limits }
  const isEither = words !== undefined && type === 'number'
  const one = isEither ? { anyOf: [value, { enum: words }] } : value
  return {
    description: help,
    ...(repeats ? { type: 'array', items: one } : one),
    ...(usual === undefined ? {} : { default: usual }),
  }
}
