export type { ArrayDataset } from './array-dataset.ts'
export { type AugmentOptions, augment } from './augment.ts'
export { batchOf } from './batch-of.ts'
export { type BinarizeOptions, binarize } from './binarize.ts'
export type { Split } from './catalogue.ts'
export { concat } from './concat.ts'
export { fashionMnist } from './fashion-mnist.ts'
export type { ArrayFileOptions } from './files/array-data.ts'
export { type FromNpyOptions, fromNpy } from './files/from-npy.ts'
export { type FromNpzOptions, fromNpz } from './files/from-npz.ts'
export { type FromParquetOptions, fromParquet } from './files/from-parquet.ts'
export { type FromSafetensorsOptions, fromSafetensors } from './files/from-safetensors.ts'
export type { FileSource } from './files/open-file.ts'
export { type ParquetRows, type ParquetRowsOptions, parquetRows } from './files/parquet-rows.ts'
export { type TableFromParquetOptions, tableFromParquet } from './files/table-from-parquet.ts'
export { type ExampleOf, filter, select } from './filter.ts'
export { type FromArrayOptions, fromArray } from './from-array.ts'
export { type FromIdxOptions, fromIdx, type IdxSource } from './from-idx.ts'
export {
  type FromStreamOptions,
  fromStream,
  type LabelledExamples,
  type StreamSource,
} from './from-stream.ts'
export { type FromTensorOptions, fromTensor } from './from-tensor.ts'
export { decodeIdx, type Idx } from './idx.ts'
export {
  type CollectionOptions,
  type EmnistOptions,
  type EmnistSubset,
  emnist,
  kmnist,
  qmnist,
} from './idx-collections.ts'
export { type IdxFolderOptions, idxFolder } from './idx-folder.ts'
export { fromImages } from './images/from-images.ts'
export { imageFolder } from './images/image-folder.ts'
export type { LabelledPictureDataset, PictureDataset, SkippedPicture } from './images/picture-dataset.ts'
export type { PictureSource } from './images/picture-files.ts'
export type { PictureOptions } from './images/picture-options.ts'
export {
  type IndexedDataset,
  type IndexedParts,
  indexedDataset,
  type LabelledDataset,
  type Labels,
  type Values,
} from './indexed-dataset.ts'
export type { PublishedOptions } from './load-published.ts'
export { type MapOptions, map } from './map.ts'
export { mnist } from './mnist.ts'
export type { ReadingOptions } from './place.ts'
export { prefetch } from './prefetch.ts'
export { type RescaleOptions, rescale } from './rescale.ts'
export { type ShapeFactors, type ShapesOptions, shapeFactors, shapes } from './shapes.ts'
export { type SplitOptions, split } from './split.ts'
export { type Moments, type MomentsOptions, momentsOf, standardize } from './standardize.ts'
export type { ArrayValues, NestedNumbers, NumberArrayLike, TypedNumbers } from './stored-values.ts'
export type { Opened } from './stream-blocks.ts'
export type { NumberArray } from './strided-dataset.ts'
export type { Chosen } from './subset.ts'
export type { ColumnTreatment, LikelihoodPart } from './tables/fitted-column.ts'
export { type FromCsvOptions, fromCsv } from './tables/from-csv.ts'
export { fromRows } from './tables/from-rows.ts'
export type { Scaling } from './tables/scaling.ts'
export type { Cell, Column, ColumnKind, Row, Table } from './tables/table.ts'
export { type ModelOfRows, type RowSampleOptions, type TableModel, tableModel } from './tables/table-model.ts'
export type { TableOptions } from './tables/table-options.ts'
export {
  type TabularTransform,
  type TabularTransformOptions,
  tabularTransform,
  tabularTransformFromConfig,
} from './tables/tabular-transform.ts'
export type { CsvSource } from './tables/text-source.ts'
export { skip, take } from './take.ts'
export { type WeightedOptions, weighted } from './weighted.ts'
export { type Series, type WindowsOptions, windows } from './windows.ts'
export { type WithLabelsOptions, withLabels } from './with-labels.ts'
