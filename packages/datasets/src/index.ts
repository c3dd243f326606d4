export type { ArrayDataset } from './array-dataset.ts'
export { type AugmentOptions, augment } from './augment.ts'
export { batchOf } from './batch-of.ts'
export { type BinarizeOptions, binarize } from './binarize.ts'
export type { Split } from './catalogue.ts'
export { concat } from './concat.ts'
export { fashionMnist } from './fashion-mnist.ts'
export { type ExampleOf, filter, select } from './filter.ts'
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
export { type MapOptions, map } from './map.ts'
export { mnist } from './mnist.ts'
export type { ReadingOptions } from './place.ts'
export { prefetch } from './prefetch.ts'
export { type RescaleOptions, rescale } from './rescale.ts'
export { type SplitOptions, split } from './split.ts'
export { type Moments, type MomentsOptions, momentsOf, standardize } from './standardize.ts'
export type { ArrayValues, NestedNumbers } from './stored-values.ts'
export type { Chosen } from './subset.ts'
export { skip, take } from './take.ts'
export { type WeightedOptions, weighted } from './weighted.ts'
export { type WithLabelsOptions, withLabels } from './with-labels.ts'
