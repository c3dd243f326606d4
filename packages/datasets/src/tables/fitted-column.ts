// One column of a transform: fitted to a table, as JSON, and between its values and features.
import { DatasetError } from '@ae/core'
import { show } from '@ae/core/internal'
import {
  extremesOf,
  type FittedScaling,
  featuresOf,
  fitScaling,
  modesOf,
  type Scaling,
  scale,
  unscale,
} from './scaling.ts'
import { type Cell, type Column, type ColumnKind, cellOf } from './table.ts'

/** How a column is turned into features. */
export interface ColumnTreatment {
  /** How numbers and dates are scaled. Defaults to the transform's. */
  readonly scaling?: Scaling | undefined
  /**
   * What becomes of a category that was not there when the transform was fitted: an error, or one more category, `other`. Defaults to
   * the transform's.
   */
  readonly unknown?: 'error' | 'other' | undefined
}

/** A fitted column as JSON. */
export type FittedColumn =
  | {
      readonly name: string
      readonly kind: 'number' | 'integer' | 'date'
      readonly scaling: FittedScaling
      /** Where rows that are made end: the extremes of the values that it was fitted to. */
      readonly minimum: number
      readonly maximum: number
      /** Rows that are made hold multiples of this; 0 if the values are not such multiples. */
      readonly step: number
      /** Whether values may be missing. */
      readonly mayMiss: boolean
    }
  | { readonly name: string; readonly kind: 'boolean'; readonly mayMiss: boolean }
  | {
      readonly name: string
      readonly kind: 'category'
      readonly categories: readonly string[]
      /** Whether there is one more category for those that are unknown. */
      readonly hasOther: boolean
      readonly mayMiss: boolean
    }

/** Some neighbouring features, as `mixed` of @ae/losses takes them. */
export interface LikelihoodPart {
  /** How they are distributed. */
  readonly kind: 'gaussian' | 'bernoulli' | 'categorical'
  /** How many categories. Only of `categorical`. */
  readonly size?: number
  /** What becomes of the feature that says whether the value is known, if there is one. */
  readonly missing?: 'ignored' | 'modelled'
}

/** What is drawn for an unknown category. */
const otherCategory = 'other'

/** Categories that one column may have at most: with more it is a text, or a number that names a row. */
const mostCategories = 1000

/** @throws {DatasetError} when the column has no values, or too many categories */
export function fitColumn(
  column: Column,
  treatment: { readonly scaling: Scaling; readonly unknown: 'error' | 'other' },
): FittedColumn {
  const { name, kind, values, missing, categories } = column
  const known = Float64Array.from(values).filter((_, row) => missing[row] === 0)
  if (known.length === 0) {
    throw new DatasetError('`tabularTransform` received a column without values.', {
      facts: { Column: show(name), Rows: `${values.length}, all missing` },
      fix: `leave the column out: columns: { ${JSON.stringify(name)}: 'skip' } of fromCsv and fromRows, or table.select(names)`,
    })
  }
  const mayMiss = known.length < values.length
  if (kind === 'boolean') return { name, kind, mayMiss }
  if (kind === 'category') {
    const used = new Set(known)
    const kept = categories.filter((_, code) => used.has(code))
    const hasOther = treatment.unknown === 'other'
    if (kept.length <= mostCategories) return { name, kind, categories: kept, hasOther, mayMiss }
    throw new DatasetError('`tabularTransform` received a column of too many categories.', {
      facts: {
        Column: show(name),
        Expected: `up to ${mostCategories}`,
        Received: `${kept.length} in ${values.length} rows`,
      },
      fix: 'leave out names and identifiers of rows with table.select(names), or group the categories first',
    })
  }
  const [minimum, maximum] = extremesOf(known)
  return {
    name,
    kind,
    scaling: fitScaling(treatment.scaling, known),
    minimum,
    maximum,
    step: stepOf(kind, known),
    mayMiss,
  }
}

/** How many features a column has. */
export function widthOf(column: FittedColumn, missing: 'ignored' | 'modelled'): number {
  const flag = column.mayMiss ? 1 : 0
  if (column.kind === 'boolean') return flag + 1
  return column.kind === 'category' ? groupOf(column, missing) : flag + featuresOf(column.scaling)
}

/** How its features are distributed. */
export function partsOf(column: FittedColumn, missing: 'ignored' | 'modelled'): LikelihoodPart[] {
  const flag = column.mayMiss ? { missing } : {}
  if (column.kind === 'boolean') return [{ kind: 'bernoulli', ...flag }]
  const group = column.kind === 'category' ? groupOf(column, missing) : modesOf(column.scaling)
  const groups: LikelihoodPart[] = group === 0 ? [] : [{ kind: 'categorical', size: group }]
  return column.kind === 'category' ? groups : [{ kind: 'gaussian', ...flag }, ...groups]
}

/** How many features a category's group has: none if there is only one. A missing one is a category too, if it is modelled. */
function groupOf(column: Extract<FittedColumn, { kind: 'category' }>, missing: 'ignored' | 'modelled'): number {
  const count = column.categories.length + (column.hasOther ? 1 : 0)
  if (!column.mayMiss) return count === 1 ? 0 : count
  return missing === 'modelled' ? count + 1 : Math.max(2, count)
}

/**
 * Writes the features of a column: rows of `width`, of which the column's begin at `at`.
 *
 * @throws {DatasetError} on a missing value or a category that was not there when the transform was fitted
 */
export function writeFeatures(
  fitted: FittedColumn,
  column: Column,
  missing: 'ignored' | 'modelled',
  out: Float32Array,
  width: number,
  at: number,
): void {
  const group = fitted.kind === 'category' ? groupOf(fitted, missing) : 0
  const codes = fitted.kind === 'category' ? codesOf(fitted, column) : []
  const flag = fitted.mayMiss ? 1 : 0
  for (let row = 0, start = at; row < column.values.length; row++, start += width) {
    if (column.missing[row] === 1) {
      if (!fitted.mayMiss) throw unseen(fitted.name, 'a missing value', row, 'null', missingCure)
      if (group > 0 && missing === 'modelled') out[start + group - 1] = 1
      continue
    }
    const value = column.values[row] as number
    if (fitted.kind === 'category') {
      const code = codes[value] as number
      if (code < 0) throw unseen(fitted.name, 'a category', row, show(cellOf(column, row)), categoryCure)
      if (group > 0) out[start + code] = 1
      continue
    }
    if (flag === 1) out[start] = 1
    if (fitted.kind === 'boolean') out[start + flag] = value
    else scale(fitted.scaling, value, out, start + flag)
  }
}

/** The value of the features that begin at `at`. */
export function readFeatures(
  fitted: FittedColumn,
  missing: 'ignored' | 'modelled',
  features: Float32Array,
  at: number,
): Cell {
  if (fitted.kind === 'category') {
    const group = groupOf(fitted, missing)
    let code = 0
    for (let i = 1; i < group; i++) if ((features[at + i] as number) > (features[at + code] as number)) code = i
    if (code < fitted.categories.length) return fitted.categories[code] as string
    return fitted.hasOther && code === fitted.categories.length ? otherCategory : null
  }
  const flag = fitted.mayMiss ? 1 : 0
  if (flag === 1 && (features[at] as number) < 0.5) return null
  if (fitted.kind === 'boolean') return (features[at + flag] as number) >= 0.5
  const raw = unscale(fitted.scaling, features, at + flag)
  const stepped = fitted.step === 0 ? raw : rounded(raw, fitted.step)
  const value = Math.min(fitted.maximum, Math.max(fitted.minimum, stepped))
  return fitted.kind === 'date' ? new Date(value) : value
}

/** The code that a transform has for each category of a column; -1 for one that it does not know. */
function codesOf({ categories, hasOther }: Extract<FittedColumn, { kind: 'category' }>, column: Column): number[] {
  const known = new Map(categories.map((category, code) => [category, code]))
  return column.categories.map((category) => known.get(category) ?? (hasOther ? categories.length : -1))
}

function unseen(name: string, what: string, row: number, value: string, fix: string): DatasetError {
  return new DatasetError(`\`apply\` received ${what} that was not there when the transform was fitted.`, {
    facts: { Column: show(name), Row: `${row + 1}, counted from 1`, Received: value },
    fix,
  })
}

const missingCure = 'fit the transform to rows of which some lack this value, or leave these rows out'
const categoryCure = "fit the transform with unknown: 'other', or to rows that have this category"

/** Whole numbers and days, seconds or milliseconds; for numbers up to six decimals. */
function stepOf(kind: ColumnKind, values: Float64Array): number {
  if (kind === 'integer') return 1
  if (kind === 'date') return [86_400_000, 1000].find((step) => values.every((time) => time % step === 0)) ?? 1
  for (let decimals = 0; decimals <= 6; decimals++) {
    const factor = 10 ** decimals
    if (values.every((x) => Math.abs(x) < 2 ** 50 / factor && Math.round(x * factor) / factor === x)) return 1 / factor
  }
  return 0
}

/** The nearest multiple; of decimal steps the number that is written with those decimals. */
function rounded(value: number, step: number): number {
  return step < 1 ? Math.round(value * Math.round(1 / step)) / Math.round(1 / step) : Math.round(value / step) * step
}

/** The kind of column that a fitted one takes: whole numbers are numbers. */
export function takes(fitted: FittedColumn, kind: ColumnKind): boolean {
  const asNumber = (kind: ColumnKind) => (kind === 'integer' ? 'number' : kind)
  return asNumber(fitted.kind) === asNumber(kind)
}
