import { expect, test } from 'vitest'
import * as datasets from './index.ts'

test('the package exports these and no others', () => {
  expect(Object.keys(datasets).sort()).toEqual([
    'augment',
    'batchOf',
    'binarize',
    'concat',
    'decodeIdx',
    'emnist',
    'fashionMnist',
    'filter',
    'fromArray',
    'fromIdx',
    'fromImages',
    'fromNpy',
    'fromNpz',
    'fromParquet',
    'fromSafetensors',
    'idxFolder',
    'imageFolder',
    'indexedDataset',
    'kmnist',
    'map',
    'mnist',
    'momentsOf',
    'prefetch',
    'qmnist',
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
