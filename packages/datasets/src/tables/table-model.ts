// A model of examples as a model of rows.
import { type Autoencoder, OptionError } from '@ae/core'
import { assertMembers } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import { fromRows } from './from-rows.ts'
import type { Row, Table } from './table.ts'
import type { TabularTransform } from './tabular-transform.ts'

/** A model, or another sampler of examples, whose examples are rows. */
export interface ModelOfRows extends Partial<Pick<Autoencoder, 'reconstruct'>> {
  /** New examples `[count, width]`. */
  sample?(count: number, options?: RowSampleOptions): Tensor
}

/** Options of `sample` of a {@link TableModel}. */
export interface RowSampleOptions {
  /** The same seed gives the same rows. Defaults to 0. */
  readonly seed?: number | undefined
  /** The standard deviation that latents are drawn with, at least 0. Defaults to 1. */
  readonly temperature?: number | undefined
  /** Whether values are drawn, as in real rows, or are means and likeliest categories. Defaults to true. */
  readonly draw?: boolean | undefined
}

/** A model that takes and gives rows in own units and names. */
export interface TableModel {
  /**
   * New rows.
   *
   * @param count how many, a positive integer
   * @throws {OptionError} when the model cannot sample, on a bad count or option
   */
  sample(count: number, options?: RowSampleOptions): Promise<Row[]>
  /**
   * What the model makes of rows: their means and likeliest categories.
   *
   * @param rows a table, or rows with the columns that the model was trained on; others are ignored
   * @throws {OptionError} when the model cannot reconstruct
   * @throws {DatasetError} when a column is missing, or a value does not fit it
   */
  reconstruct(rows: Table | readonly Readonly<Record<string, unknown>>[]): Promise<Row[]>
}
