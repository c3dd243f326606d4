import { expectClose } from '@ae/library/testing'
import { avgPool, backend_util, MaxPoolGrad, maxPool, type Tensor4D, tensor4d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectWithinTensors } from '../testing/canaries.ts'
import { expectNoLeak, floats, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const values = {
  'of both signs': (size: number) => numbers('x', size),
  'all negative': (size: number) => numbers('x', size).map((x) => -Math.abs(x) - 1),
  'all zero': (size: number) => numbers('x', size).map(() => 0),
  'with ties': (size: number) => numbers('x', size).map((x) => Math.round(x)),
}

describe.each(Object.keys(values) as (keyof typeof values)[])('values %s', (kind) => {
  test.each([
    { image: [1, 2, 2, 1], filter: [2, 2], strides: [2, 2], pad: 'valid' },
    { image: [2, 6, 6, 3], filter: [2, 2], strides: [2, 2], pad: 'valid' },
    { image: [2, 5, 7, 2], filter: [2, 2], strides: [2, 2], pad: 'same' },
    { image: [1, 6, 5, 4], filter: [3, 2], strides: [1, 1], pad: 'same' },
    { image: [2, 7, 7, 1], filter: [3, 3], strides: [2, 1], pad: 'valid' },
    { image: [1, 5, 5, 2], filter: [2, 3], strides: [3, 3], pad: 1 },
  ] as const)('%j: each dy goes to the first maximum of its window', ({ image, filter, strides, pad }) => {
    const [batch, height, width, channels] = image
    const { outHeight, outWidth, padInfo } = backend_util.computePool2DInfo(
      [...image],
      [...filter],
      [...strides],
      1,
      pad,
    )
    const x = values[kind](batch * height * width * channels)
    const dy = numbers('dy', batch * outHeight * outWidth * channels)
    const expected = x.map(() => 0)
    for (const [at, gradient] of dy.entries()) {
      const channel = at % channels
      const top = (Math.floor(at / channels / outWidth) % outHeight) * strides[0] - padInfo.top
      const left = (Math.floor(at / channels) % outWidth) * strides[1] - padInfo.left
      const image = Math.floor(at / channels / outWidth / outHeight)
      const window: number[] = []
      for (let y = top; y < top + filter[0]; y++) {
        for (let xx = left; xx < left + filter[1]; xx++) {
          if (y < 0 || y >= height || xx < 0 || xx >= width) continue
          window.push(((image * height + y) * width + xx) * channels + channel)
        }
      }
      const most = Math.max(...window.map((place) => Number(x[place])))
      const first = window.find((place) => x[place] === most) ?? -1
      expected[first] = Number(expected[first]) + gradient
    }
    expectNoLeak(() => {
      const inputs = { input: floats(x, image), dy: floats(dy, [batch, outHeight, outWidth, channels]) }
      const attributes = { filterSize: [...filter], strides: [...strides], pad }
      const outputs = runKernel(MaxPoolGrad, inputs, attributes)
      expect(outputs.map(({ shape }) => shape)).toEqual([image])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 1e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})

test('a window of nothing but -Infinity, or of NaN first, has a first maximum too', () => {
  const { NEGATIVE_INFINITY: low, NaN: not } = Number
  const inputs = { input: floats([low, low, not, 1], [1, 1, 4, 1]), dy: floats([2, 3], [1, 1, 2, 1]) }
  const attributes = { filterSize: [1, 2], strides: [1, 2], pad: 'valid' }
  expect(take(...runKernel(MaxPoolGrad, inputs, attributes))).toEqual([[2, 0, 3, 0]])
})

test('a dy of another shape is refused, and nothing leaks', () => {
  const inputs = { input: zeros([1, 4, 4, 1]), dy: zeros([1, 3, 3, 1]) }
  expectNoLeak(() => {
    expect(() =>
      runKernel(MaxPoolGrad, inputs, { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }),
    ).toThrowErrorMatchingInlineSnapshot(`
        [ShapeError: \`maxPool\` received \`dy\` of the wrong shape.

        Expected: [1, 2, 2, 1]
        Received: [1, 3, 3, 1]]
      `)
  })
})

const windows = [
  { image: [2, 6, 6, 3], filter: [2, 2], strides: [2, 2], pad: 'valid' },
  { image: [1, 7, 5, 9], filter: [3, 2], strides: [1, 2], pad: 'same' },
  { image: [2, 5, 7, 4], filter: [1, 2], strides: [3, 3], pad: 'same' },
  { image: [1, 7, 7, 1], filter: [2, 2], strides: [3, 3], pad: 1, dimRoundingMode: 'ceil' },
  { image: [1, 7, 4, 2], filter: [1, 3], strides: [2, 1], pad: 0, dimRoundingMode: 'floor' },
  { image: [1, 6, 7, 17], filter: [3, 3], strides: [2, 2], pad: 1, dimRoundingMode: 'round' },
  {
    image: [2, 4, 5, 8],
    filter: [2, 3],
    strides: [1, 2],
    pad: [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  },
] as const

test.each(windows)('%j: the largest of each window and its mean, of what lies in the image', (row) => {
  const { image, filter, strides, pad } = row
  const dimRoundingMode = 'dimRoundingMode' in row ? row.dimRoundingMode : undefined
  const [batch, height, width, channels] = image
  const x = numbers('x', batch * height * width * channels)
  const padding = typeof pad === 'object' ? [...pad.map((sides) => [...sides])] : pad
  const geometry = backend_util.computePool2DInfo(
    [...image],
    [...filter],
    [...strides],
    1,
    padding as 'same',
    dimRoundingMode,
  )
  const { outHeight, outWidth, padInfo } = geometry
  const seen = Array.from({ length: batch * outHeight * outWidth * channels }, (_, at) => {
    const channel = at % channels
    const top = (Math.floor(at / channels / outWidth) % outHeight) * strides[0] - padInfo.top
    const left = (Math.floor(at / channels) % outWidth) * strides[1] - padInfo.left
    const first = Math.floor(at / channels / outWidth / outHeight)
    const places: number[] = []
    for (let y = Math.max(top, 0); y < Math.min(top + filter[0], height); y++) {
      for (let xx = Math.max(left, 0); xx < Math.min(left + filter[1], width); xx++) {
        places.push(((first * height + y) * width + xx) * channels + channel)
      }
    }
    return places
  })
  const largest = seen.map((places) => Math.max(...places.map((place) => Number(x[place]))))
  const means = seen.map((places) => places.reduce((sum, place) => sum + Number(x[place]), 0) / places.length)
  expectNoLeak(() =>
    expectWithinTensors(() => {
      const input = floats(x, image) as Tensor4D
      const options = [[...filter], [...strides], padding, dimRoundingMode] as unknown as [2, 2, 'same', 'floor']
      expect(take(maxPool(input, ...options))).toEqual([largest])
      expectClose(take(avgPool(input, ...options))[0] ?? [], means, { relative: 1e-6, absolute: 1e-6 })
      input.dispose()
    }),
  )
})

test('a window that holds NaN is NaN, and others are not', () => {
  for (const channels of [1, 3, 4, 9]) {
    for (const place of [0, 1, 2, 3]) {
      const pixels = Array.from({ length: 8 }, (_, pixel) =>
        Array.from({ length: channels }, () => (pixel === place ? Number.NaN : pixel)),
      )
      const x = tensor4d(pixels.flat(), [1, 2, 4, channels])
      const isSpoilt = Math.floor((place % 4) / 2) === 0
      for (const pool of [maxPool, avgPool]) {
        const [values = []] = take(pool(x, 2, 2, 'valid'))
        expect(values.slice(0, channels).every(Number.isNaN)).toBe(isSpoilt)
        expect(values.slice(channels).some(Number.isNaN)).toBe(!isSpoilt)
      }
    }
  }
})

test('windows that fit into no image are refused, and nothing leaks', () => {
  const x = tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
  expectNoLeak(() => {
    expect(() => maxPool(x, 3, 1, 'valid')).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`maxPool\` received images smaller than its window.

      Window: [3, 3]
      Images: [1, 2, 2, 1]
      Fix:    pad them, e.g. with pad: 'same']
    `)
    expect(() => avgPool(x, [1, 5], 1, 'valid')).toThrow('`avgPool` received images smaller than its window.')
  })
})
