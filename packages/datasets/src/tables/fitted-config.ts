// Checks that JSON from a file is the config of a transform: a file may hold anything.
import { OptionError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { FittedColumn } from './fitted-column.ts'

/** @throws {OptionError} when it is not one */
export function assertFitted(config: unknown): { columns: readonly FittedColumn[]; missing: 'ignored' | 'modelled' } {
  const bad = faultOf(config)
  if (bad === undefined) return config as ReturnType<typeof assertFitted>
  throw new OptionError('`tabularTransformFromConfig` received what is not the config of a transform.', {
    facts: { Expected: bad, Received: show(config) },
    fix: 'pass `transform.config`, or what notesOf(model).transform holds for a model that was trained on a table',
  })
}

type Fields = Readonly<Record<string, unknown>>

function faultOf(config: unknown): string | undefined {
  if (!isObject(config) || config.kind !== 'tabular') return "{ kind: 'tabular', missing, columns }"
  if (config.missing !== 'ignored' && config.missing !== 'modelled') return "missing: 'ignored' or 'modelled'"
  const { columns } = config
  if (!Array.isArray(columns) || columns.length === 0) return 'at least one column'
  const bad = columns.findIndex((column) => !isColumn(column))
  return bad < 0 ? undefined : `columns[${bad}] with name, kind, mayMiss and what its kind needs`
}

function isColumn(column: unknown): boolean {
  if (!isObject(column) || typeof column.name !== 'string' || typeof column.mayMiss !== 'boolean') return false
  const { kind, categories, hasOther, scaling, minimum, maximum, step } = column
  if (kind === 'boolean') return true
  if (kind === 'category') {
    return (
      typeof hasOther === 'boolean' && Array.isArray(categories) && categories.length > 0 && categories.every(isText)
    )
  }
  if (kind !== 'number' && kind !== 'integer' && kind !== 'date') return false
  return [minimum, maximum, step].every(Number.isFinite) && Number(step) >= 0 && isScaling(scaling)
}

function isScaling(scaling: unknown): boolean {
  if (!isObject(scaling)) return false
  const { kind, shift, scale, values, below, upTo, means, deviations, weights } = scaling
  if (kind === 'standard' || kind === 'minMax') return Number.isFinite(shift) && Number.isFinite(scale) && scale !== 0
  if (kind === 'quantile') return areNumbers(values, below, upTo)
  return kind === 'modes' && areNumbers(means, deviations, weights)
}

/** Lists of finite numbers, of the same length and not empty. */
function areNumbers(...lists: readonly unknown[]): boolean {
  const [first] = lists
  return lists.every(
    (list) =>
      Array.isArray(list) &&
      list.length > 0 &&
      list.length === (first as unknown[]).length &&
      list.every(Number.isFinite),
  )
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
