// What settings may be, in words for a message. The options of a model are the library's to check.
import type { Json } from '@ae/core'
import { backendNames, datasetNames, modelNames, type Settings } from './settings.ts'

/** Says what is expected where a value is not that; undefined if it is. */
export type SettingCheck = (value: unknown) => string | undefined

const oneOf =
  (names: readonly string[]): SettingCheck =>
  (value) =>
    names.includes(String(value)) ? undefined : `one of ${names.join(', ')}`

const integer =
  (least: number, most: number): SettingCheck =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`

/** By setting. */
export const settingChecks: Readonly<Record<keyof Settings, SettingCheck>> = {
  model: oneOf(modelNames),
  dataset: oneOf(datasetNames),
  examples: integer(1, 1_000_000),
  architecture: oneOf(['dense', 'convolutional']),
  hidden: (value) =>
    Array.isArray(value) && value.length <= 8 && value.every((width) => integer(1, 4096)(width) === undefined)
      ? undefined
      : 'at most 8 whole numbers from 1 to 4096',
  latentSize: integer(1, 1024),
  options: (value) =>
    isPlain(value) && Object.keys(value).length <= 20 && isJson(value, 4) ? undefined : 'at most 20 options, as JSON',
  epochs: integer(1, 10_000),
  batchSize: integer(1, 8192),
  learningRate: (value) => (Number(value) > 0 && Number(value) <= 1 ? undefined : 'a number above 0, at most 1'),
  seed: integer(0, Number.MAX_SAFE_INTEGER),
  backend: oneOf(backendNames),
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isJson(value: unknown, depth: number): value is Json {
  if (typeof value !== 'object' || value === null) return typeof value !== 'number' || Number.isFinite(value)
  return depth > 0 && Object.entries(value).every(([name, item]) => name !== '__proto__' && isJson(item, depth - 1))
}
