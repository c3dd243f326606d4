import type { Dataset, LabelledBatch } from '@ae/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import { type ArrayDataset, fromArray, fromIdx, type LabelledDataset, mnist, withLabels } from './index.ts'

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

test('a misspelt option does not compile', () => {
  // @ts-expect-error it is `split`
  mnist({ spilt: 'train' })
  // @ts-expect-error it is `test`
  mnist({ split: 'testing' })
  // @ts-expect-error a shape is needed
  fromArray([1], {})
})
