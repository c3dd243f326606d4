import { expect, test } from 'vitest'
import * as datasets from './index.ts'

test('the package exports these and no others', () => {
  expect(Object.keys(datasets).sort()).toEqual([
    'augment',
    'batchOf',
    'binarize',
    'concat',
    'decodeIdx',
    'fashionMnist',
    'filter',
    'fromArray',
    'fromIdx',
    'idxFolder',
    'indexedDataset',
    'map',
    'mnist',
    'momentsOf',
    'prefetch',
    'rescale',
    'select',
    'skip',
    'split',
    'standardize',
    'take',
    'weighted',
    'withLabels',
  ])
})
