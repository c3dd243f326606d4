// Between the rows of a table, in their own units and names, and the numbers that a model is trained on.
import { DatasetError, type Json } from '@ae/core'
import {
  assertMembers,
  assertOption,
  assertOptions,
  nonNegativeInteger,
  type OptionCheck,
  oneOf,
  show,
} from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ArrayDataset } from '../array-dataset.ts'
import type { LabelledDataset } from '../indexed-dataset.ts'
import { datasetOf } from '../parts.ts'
import {
  type ColumnTreatment,
  type FittedColumn,
  fitColumn,
  type LikelihoodPart,
  partsOf,
  readFeatures,
  takes,
  widthOf,
  writeFeatures,
} from './fitted-column.ts'
import { assertFitted } from './fitted-config.ts'
import { type Column, type ColumnKind, type Row, type Table, unknownColumn } from './table.ts'

/** Options of {@link tabularTransform}. */
export interface TabularTransformOptions {
  /**
   * How numbers and dates are scaled. `standard`: to mean 0 and standard deviation 1. `minMax`: from 0 to 1. `quantile`: by their ranks
   * to a normal distribution, for skewed columns and such with outliers. `modes`: by the nearest of some Gaussians that are fitted to
   * the column, for columns with several peaks. Defaults to `quantile`.
   */
  readonly scaling?: 'standard' | 'minMax' | 'quantile' | 'modes' | undefined
  /**
   * What becomes of a category that the table does not have: an error in `apply`, or one more category, `other`. Defaults to `error`.
   */
  readonly unknown?: 'error' | 'other' | undefined
  /**
   * Whether a model learns where values are missing, so that its rows lack some too, or only from those that are known, so that its
   * rows are complete. In both cases a missing value adds nothing to the likelihood. Defaults to `modelled`.
   */
  readonly missing?: 'modelled' | 'ignored' | undefined
  /** `scaling` and `unknown` of single columns, by their names. */
  readonly columns?: Readonly<Record<string, ColumnTreatment>> | undefined
}

/** A fitted transform. */
export interface TabularTransform {
  /** The number of features of an example: `inputShape` is `[width]`. */
  readonly width: number
  /** The kinds of its columns, which fromCsv and fromRows take as `columns` to read other rows the same way. */
  readonly kinds: Readonly<Record<string, ColumnKind>>
  /** What describes the features: `mixed(transform.likelihood)` of @ae/losses is the likelihood that fits them. */
  readonly likelihood: {
    /** In the order of the features; together they cover all of them. */
    readonly parts: readonly LikelihoodPart[]
  }
  /** Everything as JSON, for `tabularTransformFromConfig`. Model files hold it once a model is trained on what `apply` gives. */
  readonly config: Json
  /**
   * The rows as examples `[width]`. A number is one feature, with `modes` followed by one for each mode; a boolean is 0 or 1; a category
   * is a group of which one is 1. If values may be missing, a number, date or boolean begins with a feature that is 1 if it is known;
   * all others are 0 where it is not; a missing category is one more category, or with `missing: 'ignored'` a group of zeros.
   *
   * @param table has the columns that the transform was fitted to, in any order, and may have more
   * @param options `labels`: a column of categories, booleans or whole numbers whose values become the labels; it may, but need not,
   *   be one of the transform's
   * @throws {OptionError} on an unknown or bad option
   * @throws {DatasetError} when a column is missing or of another kind, or has a missing value or a category that is not known
   */
  apply(table: Table, options: { readonly labels: string }): LabelledDataset
  /** The same, where `labels` may be left out. */
  apply(table: Table, options?: { readonly labels?: string | undefined }): ArrayDataset
  /**
   * Rows in their own units and names: whole numbers and dates are rounded, numbers lie between the extremes of the table that the
   * transform was fitted to, a category is the likeliest. `null` where a value is missing.
   *
   * @param features `[rows, width]`, borrowed: examples, reconstructions or samples
   * @returns one row for each, with the transform's columns
   * @throws {OptionError} when it is not of that width
   */
  invert(features: Tensor | Float32Array): Promise<Row[]>
}

/**
 * Fits scaling and categories to the rows of a table: those that a model is trained on, and not those that it is tested on.
 *
 * @param table borrowed until it returns
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when a column has no values, or more than 1000 categories
 * @example
 * ```ts
 * const [training, test] = (await fromCsv('people.csv')).split({ fractions: [0.8, 0.2], seed: 1 })
 * const transform = tabularTransform(training, { columns: { income: { scaling: 'modes' } } })
 * const model = vae({ inputShape: [transform.width], latentSize: 8, likelihood: mixed(transform.likelihood) })
 * for await (const { loss } of train(model, transform.apply(training))) console.log(loss.total)
 * ```
 */
export function tabularTransform(table: Table, options: TabularTransformOptions = {}): TabularTransform {
  assertTable('tabularTransform', table)
  assertOptions('tabularTransform', options, { ...treatmentChecks, missing: missingOption, columns: columnsOption })
  const { missing = 'modelled', columns = {} } = options
  for (const [name, treatment] of Object.entries(columns)) {
    const { kind } = table.columns.find((column) => column.name === name) ?? {}
    if (kind === undefined) throw unknownColumn('tabularTransform', name, table.columns)
    assertOptions(
      'tabularTransform',
      treatment,
      kind === 'category' ? { unknown: unknownOption } : { scaling: scalingOption },
    )
  }
  const fitted = table.columns.map((column) => {
    const { scaling = options.scaling ?? 'quantile', unknown = options.unknown ?? 'error' } = columns[column.name] ?? {}
    return fitColumn(column, { scaling, unknown })
  })
  return transformOf(fitted, missing)
}

/**
 * A transform again, from its `config`.
 *
 * @param config as found in a model file
 * @throws {OptionError} when it is not the config of a transform
 */
export function tabularTransformFromConfig(config: Json | undefined): TabularTransform {
  const { columns, missing } = assertFitted(config)
  return transformOf(columns, missing)
}

function transformOf(columns: readonly FittedColumn[], missing: 'ignored' | 'modelled'): TabularTransform {
  const widths = columns.map((column) => widthOf(column, missing))
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0))
  const width = widths.reduce((sum, one) => sum + one, 0)
  if (width === 0) {
    throw new DatasetError('`tabularTransform` received a table whose rows are all the same.', {
      facts: { Columns: columns.map(({ name }) => name).join(', ') },
      fix: 'pass a table with at least one column that varies',
    })
  }
  const config = { kind: 'tabular', missing, columns: columns as unknown as Json }
  const apply = (table: Table, options: { readonly labels?: string | undefined } = {}) => {
    assertTable('apply', table)
    assertOptions('apply', options, {
      labels: (value) => (typeof value === 'string' ? undefined : 'the name of a column'),
    })
    const values = new Float32Array(table.length * width)
    for (const [i, fitted] of columns.entries()) {
      writeFeatures(fitted, matching(table, fitted), missing, values, width, starts[i] as number)
    }
    const labelled = options.labels === undefined ? undefined : labelsOf(table, options.labels, columns)
    const notes = { transform: config, ...(labelled?.classNames && { classNames: labelled.classNames }) }
    return datasetOf('apply', { name: table.name, shape: [width], values, labels: labelled?.labels, notes })
  }
  return {
    width,
    kinds: Object.fromEntries(columns.map(({ name, kind }) => [name, kind])),
    likelihood: { parts: columns.flatMap((column) => partsOf(column, missing)) },
    config,
    apply: apply as TabularTransform['apply'],
    async invert(features) {
      assertOption('invert', 'features', features, featuresOption(width))
      const values = features instanceof Float32Array ? features : ((await features.data()) as Float32Array)
      return Array.from({ length: values.length / width }, (_, row) =>
        Object.fromEntries(
          columns.map((column, i) => [
            column.name,
            readFeatures(column, missing, values, row * width + (starts[i] as number)),
          ]),
        ),
      )
    },
  }
}

const scalingOption = /* @__PURE__ */ oneOf('standard', 'minMax', 'quantile', 'modes')
const unknownOption = /* @__PURE__ */ oneOf('error', 'other')
const missingOption = /* @__PURE__ */ oneOf('modelled', 'ignored')
const treatmentChecks = { scaling: scalingOption, unknown: unknownOption }

const columnsOption: OptionCheck = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : '{ scaling, unknown } by column'

const featuresOption =
  (width: number): OptionCheck =>
  (value) => {
    const isGood =
      value instanceof Float32Array
        ? value.length % width === 0
        : typeof value === 'object' &&
          value !== null &&
          'shape' in value &&
          'dtype' in value &&
          value.dtype === 'float32' &&
          Array.isArray(value.shape) &&
          value.shape.length === 2 &&
          value.shape[1] === width
    return isGood ? undefined : `a float32 tensor [rows, ${width}], or a Float32Array of rows of ${width} numbers`
  }

function assertTable(caller: string, table: Table): void {
  assertMembers(caller, 'table', table, {
    expected: 'a table',
    members: {
      columns: (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'columns'),
      length: nonNegativeInteger,
    },
    fix: 'pass what fromCsv or fromRows gives',
  })
}

function matching(table: Table, fitted: FittedColumn): Column {
  const column = table.columns.find(({ name }) => name === fitted.name)
  if (column !== undefined && (takes(fitted, column.kind) || column.missing.every((bit) => bit === 1))) return column
  throw new DatasetError('`apply` received a table without a column of the transform, or one of another kind.', {
    facts: {
      Expected: `${show(fitted.name)}, ${fitted.kind}`,
      Received: column?.kind ?? table.columns.map(({ name }) => name).join(', '),
    },
    fix: 'read the rows as the transform needs them: fromCsv(source, { columns: transform.kinds })',
  })
}

/** Labels from a column, and the names of their classes. */
function labelsOf(table: Table, name: string, columns: readonly FittedColumn[]) {
  const column = table.columns.find((column) => column.name === name)
  if (column === undefined) throw unknownColumn('apply', name, table.columns)
  const row = column.missing.indexOf(1)
  if (row >= 0 || column.kind === 'number' || column.kind === 'date') {
    throw new DatasetError('`apply` received a column that cannot be labels.', {
      facts: {
        Column: show(name),
        Expected: 'categories, booleans or whole numbers, none missing',
        Received: row >= 0 ? `null in row ${row + 1}` : column.kind,
      },
      fix: 'choose another column, or leave out the rows without a label',
    })
  }
  if (column.kind !== 'category') return { labels: Int32Array.from(column.values), classNames: undefined }
  const fitted = columns.find((fitted) => fitted.name === name && fitted.kind === 'category')
  const classNames = fitted?.kind === 'category' ? fitted.categories : column.categories
  const codes = column.categories.map((category) => classNames.indexOf(category))
  return { labels: Int32Array.from(column.values, (code) => codes[code] as number), classNames }
}
