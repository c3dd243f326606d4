import { expect, test } from 'vitest'
import * as datasets from './index.ts'

test('the package exports these and no others', () => {
  expect(Object.keys(datasets).sort()).toEqual([
    'binarize',
    'decodeIdx',
    'emnist',
    'fashionMnist',
    'fromArray',
    'fromIdx',
    'fromNpy',
    'fromNpz',
    'fromParquet',
    'fromSafetensors',
    'idxFolder',
    'indexedDataset',
    'kmnist',
    'mnist',
    'prefetch',
    'qmnist',
    'withLabels',
  ])
})
