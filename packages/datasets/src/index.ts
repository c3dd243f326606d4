export type { ArrayDataset } from './array-dataset.ts'
export { type BinarizeOptions, binarize } from './binarize.ts'
export type { Split } from './catalogue.ts'
export { fashionMnist } from './fashion-mnist.ts'
export { type FromArrayOptions, fromArray } from './from-array.ts'
export { type FromIdxOptions, fromIdx, type IdxSource } from './from-idx.ts'
export { decodeIdx, type Idx } from './idx.ts'
export { type IdxFolderOptions, idxFolder } from './idx-folder.ts'
export {
  type IndexedDataset,
  type IndexedParts,
  indexedDataset,
  type LabelledDataset,
  type Labels,
  type Values,
} from './indexed-dataset.ts'
export type { PublishedOptions } from './load-published.ts'
export { mnist } from './mnist.ts'
export type { ReadingOptions } from './place.ts'
export { prefetch } from './prefetch.ts'
export type { ArrayValues, NestedNumbers } from './stored-values.ts'
export type { ColumnTreatment, LikelihoodPart } from './tables/fitted-column.ts'
export { type CsvSource, type FromCsvOptions, fromCsv } from './tables/from-csv.ts'
export { fromRows } from './tables/from-rows.ts'
export type { Cell, Column, ColumnKind, Row, Table } from './tables/table.ts'
export { type ModelOfRows, type RowSampleOptions, type TableModel, tableModel } from './tables/table-model.ts'
export type { TableOptions } from './tables/table-options.ts'
export {
  type TabularTransform,
  type TabularTransformOptions,
  tabularTransform,
  tabularTransformFromConfig,
} from './tables/tabular-transform.ts'
export { withLabels } from './with-labels.ts'
