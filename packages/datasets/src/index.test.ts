import { expect, test } from 'vitest'
import * as datasets from './index.ts'

test('the package exports these and no others', () => {
  expect(Object.keys(datasets).sort()).toEqual([
    'binarize',
    'decodeIdx',
    'fashionMnist',
    'fromArray',
    'fromIdx',
    'idxFolder',
    'indexedDataset',
    'mnist',
    'prefetch',
    'withLabels',
  ])
})
