// Columns that grow value by value.
import { DatasetError } from '@ae/core'
import { badCell, type CellReading, categoryOf, inferKind, isMissing, storedValue } from './cells.ts'
import type { Column, ColumnKind } from './table.ts'

/** A column that is being read. */
export interface ColumnBuilder {
  /** @throws {DatasetError} when the value is not of the column's kind */
  push(value: unknown): void
  /** The column; a column without any value is one of numbers. */
  finish(): Column
}

/**
 * A builder of one column.
 *
 * @param name the column's name
 * @param kind its kind, or undefined: the first value decides
 * @param isInferred whether whole numbers may turn out to be numbers
 */
export function columnBuilder(
  name: string,
  kind: ColumnKind | undefined,
  isInferred: boolean,
  reading: CellReading,
): ColumnBuilder {
  let chosen = kind
  let count = 0
  let values = new Float64Array(1024)
  let missing = new Uint8Array(1024)
  const codes = new Map<string, number>()
  const codeOf = (category: string) => {
    const known = codes.get(category)
    if (known !== undefined) return known
    codes.set(category, codes.size)
    return codes.size - 1
  }
  const stored = (value: unknown) => {
    if (chosen === 'category') {
      const category = categoryOf(value)
      return category === undefined ? undefined : codeOf(category)
    }
    const number = storedValue(value, chosen as ColumnKind, reading)
    if (number !== undefined || !isInferred || chosen !== 'integer') return number
    const wider = storedValue(value, 'number', reading)
    if (wider !== undefined) chosen = 'number'
    return wider
  }
  return {
    push(value) {
      if (count === values.length) {
        values = grown(values, new Float64Array(2 * count))
        missing = grown(missing, new Uint8Array(2 * count))
      }
      if (isMissing(value, reading)) missing[count] = 1
      else {
        chosen ??= inferKind(name, [value], reading)
        const number = stored(value)
        if (number === undefined) throw badCell(reading.caller, name, chosen ?? 'number', value, count + 1)
        values[count] = number
      }
      count++
    },
    finish() {
      const whole = { name, kind: chosen ?? 'number', missing: missing.slice(0, count), categories: [] }
      if (chosen === 'boolean') return { ...whole, values: Uint8Array.from(values.subarray(0, count)) }
      if (chosen !== 'category') return { ...whole, values: values.slice(0, count) }
      const names = [...codes.keys()]
      const categories = inOrder(names)
      const rank = new Map(categories.map((category, i) => [category, i]))
      const rankOf = names.map((category) => rank.get(category) as number)
      const ranks = new Int32Array(count)
      for (let i = 0; i < count; i++) if (missing[i] === 0) ranks[i] = rankOf[values[i] as number] as number
      return { ...whole, values: ranks, categories }
    },
  }
}

/** @throws {DatasetError} when two columns have the same name */
export function assertDistinct(caller: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return
  throw new DatasetError(`\`${caller}\` received two columns of the same name.`, {
    facts: { Columns: names.join(', '), Twice: twice },
    fix: 'give each column a name of its own',
  })
}

/** Numbers by size, other names by their characters: the order does not depend on that of the rows. */
function inOrder(names: readonly string[]): string[] {
  const areNumbers = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)))
  return areNumbers ? names.toSorted((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : names.toSorted()
}

function grown<values extends Float64Array | Uint8Array>(values: values, larger: values): values {
  larger.set(values)
  return larger
}
