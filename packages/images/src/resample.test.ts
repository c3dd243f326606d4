import { expectClose } from '@ae/library/testing'
import { expect, test } from 'vitest'
import oracle from '../../../reference/oracles/resampling.json' with { type: 'json' }
import { resample, type Values } from './resample.ts'

interface Stored {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

function valuesOf({ shape, values }: Stored): Values {
  const [height = 0, width = 0, channels = 0] = shape
  return { width, height, channels, data: Float32Array.from(values) }
}

test.each(oracle.cases)('resample is the antialiased bilinear filter of PyTorch (case %#)', ({ picture, scaled }) => {
  const [high = 0, wide = 0, channels] = scaled.shape
  const result = resample(valuesOf(picture), wide, high)
  expect(result).toMatchObject({ width: wide, height: high, channels })
  expectClose(result.data, scaled.values, { absolute: 2e-7 })
})

test('resample leaves a picture of that size as it is', () => {
  const picture = valuesOf({ shape: [1, 2, 1], values: [0.25, 1] })
  expect(resample(picture, 2, 1)).toBe(picture)
})

test('resample keeps a picture of one colour', () => {
  const picture = { width: 13, height: 7, channels: 1, data: new Float32Array(91).fill(0.7) }
  expectClose(resample(picture, 5, 11).data, new Array(55).fill(0.7), { absolute: 1e-7 })
})
