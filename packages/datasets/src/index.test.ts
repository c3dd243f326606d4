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
    'fromNpy',
    'fromNpz',
    'fromParquet',
    'fromSafetensors',
    'fromImages',
    'idxFolder',
    'imageFolder',
    'indexedDataset',
    'map',
    'kmnist',
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
    'qmnist',
    'withLabels',
  ])
})
