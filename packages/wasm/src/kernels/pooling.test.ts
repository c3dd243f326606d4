import { expectClose } from '@ae/library/testing'
import { backend_util, MaxPoolGrad, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
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
