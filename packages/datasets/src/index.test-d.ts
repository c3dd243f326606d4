import type { Dataset, LabelledBatch } from '@ae/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import {
  type ArrayDataset,
  augment,
  batchOf,
  concat,
  fromArray,
  fromIdx,
  fromStream,
  type IndexedDataset,
  type LabelledDataset,
  map,
  mnist,
  rescale,
  skip,
  split,
  weighted,
  windows,
  withLabels,
} from './index.ts'

test('what has labels says so in its type', () => {
  expectTypeOf(mnist()).toEqualTypeOf<Promise<LabelledDataset>>()
  expectTypeOf(fromIdx({ images: 'a.idx', labels: 'b.idx' })).toEqualTypeOf<Promise<LabelledDataset>>()
  expectTypeOf(fromIdx({ images: 'a.idx' })).toEqualTypeOf<Promise<ArrayDataset>>()
  expectTypeOf(fromArray([1], { shape: [1], labels: [1] })).toEqualTypeOf<LabelledDataset>()
  expectTypeOf(fromArray([1], { shape: [1] })).toEqualTypeOf<ArrayDataset>()
})

test('withLabels wants labels', () => {
  const plain = fromArray([1], { shape: [1] })
  // @ts-expect-error it may have none
  withLabels(plain)
  expectTypeOf(withLabels(fromArray([1], { shape: [1], labels: [1] }))).toEqualTypeOf<Dataset<LabelledBatch>>()
})

test('a dataset is what train takes', () => {
  expectTypeOf<ArrayDataset>().toExtend<Dataset<Tensor>>()
})

test('what is chosen from labelled data is labelled', () => {
  const labelled = fromArray([1], { shape: [1], labels: [1] })
  const [training, testing] = split(labelled, { fractions: [0.5, 0.5] })
  expectTypeOf(training).toEqualTypeOf<LabelledDataset>()
  expectTypeOf(testing).toEqualTypeOf<LabelledDataset>()
  expectTypeOf(concat(skip(labelled, 1), weighted(labelled))).toEqualTypeOf<LabelledDataset>()
  expectTypeOf(skip(fromArray([1], { shape: [1] }), 1)).toEqualTypeOf<IndexedDataset>()
  expectTypeOf(windows([1], { length: 1, labels: [0] })).toEqualTypeOf<LabelledDataset>()
  // @ts-expect-error there is no third part
  split(labelled, { fractions: [0.5, 0.5] })[2]
})

test('a change keeps labels, and gives what cannot be chosen from', () => {
  const labelled = withLabels(fromArray([1], { shape: [1], labels: [1] }))
  const range = { minimum: 0, maximum: 1 }
  expectTypeOf(augment(labelled, { noise: 1 })).toEqualTypeOf<Dataset<LabelledBatch>>()
  expectTypeOf(map(labelled, (x) => x, { range })).toEqualTypeOf<Dataset<LabelledBatch>>()
  // @ts-expect-error choose first
  skip(rescale(labelled), 1)
})

test('a stream has labelled batches if its items have labels', () => {
  const options = { shape: [1], range: { minimum: 0, maximum: 1 }, size: 1 }
  expectTypeOf(fromStream(() => [[1]], options)).toEqualTypeOf<Dataset<Tensor>>()
  const item = { examples: [1], labels: [0] }
  expectTypeOf(fromStream([item], options)).toEqualTypeOf<Dataset<LabelledBatch>>()
  expectTypeOf(batchOf(fromStream([item], options), 1)).toEqualTypeOf<Promise<LabelledBatch>>()
})

test('a misspelt option does not compile', () => {
  // @ts-expect-error it is `split`
  mnist({ spilt: 'train' })
  // @ts-expect-error it is `test`
  mnist({ split: 'testing' })
  // @ts-expect-error a shape is needed
  fromArray([1], {})
})
