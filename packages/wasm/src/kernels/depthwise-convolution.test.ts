import { expectClose } from '@ae/library/testing'
import {
  backend_util,
  depthwiseConv2d,
  fused,
  separableConv2d,
  type Tensor,
  tensor1d,
  tensor4d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectWithinTensors } from '../testing/canaries.ts'
import { expectNoLeak, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

type Four = [number, number, number, number]

const cases: readonly {
  image: Four
  filter: Four
  strides: number | [number, number]
  pad: 'same' | 'valid' | number
  dilations?: number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}[] = [
  { image: [2, 6, 5, 1], filter: [3, 3, 1, 1], strides: 1, pad: 'same' },
  { image: [1, 6, 5, 9], filter: [3, 2, 9, 1], strides: [2, 1], pad: 'same' },
  { image: [1, 5, 4, 3], filter: [2, 1, 3, 1], strides: 3, pad: 'same' },
  { image: [2, 5, 4, 17], filter: [2, 2, 17, 1], strides: 1, pad: 'valid' },
  { image: [1, 7, 7, 3], filter: [3, 3, 3, 2], strides: 1, pad: 'same', dilations: 2 },
  { image: [1, 4, 4, 1], filter: [2, 2, 1, 8], strides: 1, pad: 'valid' },
  { image: [1, 4, 4, 2], filter: [2, 2, 2, 5], strides: 2, pad: 'valid' },
  { image: [1, 7, 7, 8], filter: [2, 2, 8, 1], strides: 3, pad: 1, dimRoundingMode: 'ceil' },
  { image: [2, 6, 4, 3], filter: [1, 1, 3, 1], strides: [2, 1], pad: 0 },
]

describe.each(cases)('depthwise convolution %j', ({ image, filter, strides, pad, dilations = 1, dimRoundingMode }) => {
  const x = numbers('x', size(image))
  const w = numbers('w', size(filter))
  const info = backend_util.computeConv2DInfo(image, filter, strides, dilations, pad, dimRoundingMode, true)
  const [, , inChannels, multiplier] = filter
  const sums = Array.from({ length: size(info.outShape) }, (_, at) => {
    const channel = at % (inChannels * multiplier)
    const pixel = Math.floor(at / inChannels / multiplier)
    const top = (Math.floor(pixel / info.outWidth) % info.outHeight) * info.strideHeight - info.padInfo.top
    const left = (pixel % info.outWidth) * info.strideWidth - info.padInfo.left
    const first = Math.floor(pixel / info.outWidth / info.outHeight)
    let sum = 0
    for (let fy = 0; fy < filter[0]; fy++) {
      for (let fx = 0; fx < filter[1]; fx++) {
        const [y, xx] = [top + fy * dilations, left + fx * dilations]
        if (y < 0 || y >= image[1] || xx < 0 || xx >= image[2]) continue
        const from = ((first * image[1] + y) * image[2] + xx) * inChannels + Math.floor(channel / multiplier)
        sum += Number(x[from]) * Number(w[(fy * filter[1] + fx) * inChannels * multiplier + channel])
      }
    }
    return sum
  })
  const within = { absolute: 1e-6 * largest(sums) }

  test('is within 1e-6 of float64, and writes nothing beyond', () => {
    expectNoLeak(() =>
      expectWithinTensors(() => {
        const [images, filters] = [tensor4d(x, image), tensor4d(w, filter)]
        const out = depthwiseConv2d(images, filters, strides, pad, 'NHWC', dilations, dimRoundingMode)
        expect(out.shape).toEqual(info.outShape)
        expectClose(take(out)[0] ?? [], sums, within)
        images.dispose()
        filters.dispose()
      }),
    )
  })

  test.each([
    ['relu', (value: number) => Math.max(value, 0)],
    ['relu6', (value: number) => Math.min(Math.max(value, 0), 6)],
    ['leakyrelu', (value: number) => (value < 0 ? 0.3 * value : value)],
  ] as const)('with bias and %s in one kernel it is that', (activation, f) => {
    expectNoLeak(() => {
      const [images, filters] = [tensor4d(x, image), tensor4d(w, filter)]
      const bias = numbers('bias', inChannels * multiplier)
      const offset = tensor1d(bias)
      const options = { strides, pad, dilations, activation, leakyreluAlpha: 0.3, bias: offset } as const
      const rounding = dimRoundingMode === undefined ? {} : { dimRoundingMode }
      const out = fused.depthwiseConv2d({ x: images, filter: filters, ...options, ...rounding })
      const expected = sums.map((sum, at) => f(sum + Number(bias[at % bias.length])))
      expectClose(take(out)[0] ?? [], expected, { absolute: 2e-6 * largest(expected) })
      for (const input of [images, filters, offset]) input.dispose()
    })
  })
})

test('NaN reaches the pixels that see it, also through relu, and no others', () => {
  const x = tensor4d([1, Number.NaN, 2, 3], [1, 4, 1, 1])
  const filter = tensor4d([1, 1], [2, 1, 1, 1])
  const nan = [Number.NaN, Number.NaN, 5]
  const options = { x, filter, strides: 1, pad: 'valid', activation: 'relu' } as const
  expect(take(depthwiseConv2d(x, filter, 1, 'valid'), fused.depthwiseConv2d(options), fused.conv2d(options))).toEqual([
    nan,
    nan,
    nan,
  ])
})

test('a stride beyond the filter is right in separable and in fused convolutions', () => {
  const x = tensor4d([1, 2, 3, 4, 5, 6, 7], [1, 7, 1, 1])
  const [filter, one] = [tensor4d([1, 10], [2, 1, 1, 1]), tensor4d([1], [1, 1, 1, 1])]
  const expected = [21, 54, 7]
  const outs: Tensor[] = [
    separableConv2d(x, filter, one, 3, 'same'),
    fused.conv2d({ x, filter, strides: 3, pad: 'same' }),
    depthwiseConv2d(x, filter, 3, 'same'),
  ]
  expect(take(...outs)).toEqual([expected, expected, expected])
})

test('filters that do not fit are refused, and nothing leaks', () => {
  const [x, filter, bias] = [tensor4d([1, 2], [1, 1, 2, 1]), tensor4d([1, 2, 3], [1, 3, 1, 1]), numbers('bias', 3)]
  const three = tensor1d(bias)
  expectNoLeak(() => {
    expect(() => depthwiseConv2d(x, filter, 1, 'valid')).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`depthwiseConv2d\` received images smaller than its filter.

      Filter: [1, 3, 1, 1]
      Images: [1, 1, 2, 1]
      Fix:    pad them, e.g. with pad: 'same']
    `)
    const inputs = { x, filter, bias: three }
    const attributes = { strides: 1, pad: 'same', dilations: 1, dataFormat: 'NHWC', activation: 'linear' }
    for (const name of ['FusedConv2D', 'FusedDepthwiseConv2D']) {
      expect(() => runKernel(name, inputs, attributes)).toThrow('received `bias` of the wrong shape.')
      expect(() => runKernel(name, { x, filter }, { ...attributes, activation: 'softmax' })).toThrow(
        'unknown `activation`',
      )
    }
  })
})

function size(shape: readonly number[]): number {
  return shape.reduce((all, length) => all * length, 1)
}
