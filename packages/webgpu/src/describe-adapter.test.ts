import { expect, test } from 'vitest'
import { describeAdapter } from './describe-adapter.ts'

test('describeAdapter names what there is', () => {
  const info = {
    vendor: 'nvidia',
    architecture: 'hopper',
    device: 'nvidia-h200',
    description: '',
    isFallbackAdapter: false,
  }
  expect(describeAdapter(info as GPUAdapterInfo)).toBe('nvidia h200')
  expect(describeAdapter({ ...info, device: '', description: 'Metal driver' } as GPUAdapterInfo)).toBe(
    'nvidia hopper (Metal driver)',
  )
  expect(describeAdapter({ ...info, isFallbackAdapter: true } as GPUAdapterInfo)).toBe('nvidia h200 (software)')
})
