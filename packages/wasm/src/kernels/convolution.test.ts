import { expectClose } from '@ae/library/testing'
import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type NamedTensorMap,
  util,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { type Convolution, eachProduct, shapesOf } from '../testing/convolution.ts'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

describe.each<Convolution>([
  { image: [1, 1, 1, 1], filter: [1, 1, 1] },
  { image: [2, 5, 4, 1], filter: [3, 3, 2] },
  { image: [2, 5, 4, 1], filter: [3, 3, 2], pad: 'same' },
  { image: [3, 6, 7, 3], filter: [2, 3, 5], pad: 'same' },
  { image: [2, 7, 6, 2], filter: [3, 2, 9], strides: [2, 1] },
  { image: [2, 8, 8, 2], filter: [4, 4, 3], strides: [2, 2], pad: 'same' },
  { image: [1, 8, 7, 5], filter: [1, 1, 3], strides: [3, 2] },
  { image: [3, 3, 2, 4], filter: [5, 5, 6], strides: [3, 3], pad: 'same' },
  { image: [1, 9, 8, 2], filter: [3, 3, 2], dilations: [2, 3] },
  { image: [1, 9, 8, 2], filter: [3, 3, 2], dilations: [2, 2], pad: 'same' },
  { image: [2, 5, 5, 3], filter: [3, 3, 4], pad: 1 },
  {
    image: [1, 5, 6, 2],
    filter: [3, 3, 4],
    pad: [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ],
  },
  // Far fewer channels out than in.
  { image: [3, 6, 5, 9], filter: [3, 2, 2] },
  { image: [2, 4, 7, 4], filter: [3, 4, 1], pad: 'same' },
  { image: [1, 4, 4, 130], filter: [3, 3, 20], pad: 'same' }, // a filter that more than one task turns
  { image: [2, 4, 3, 8], filter: [5, 5, 1], pad: 'same' },
  {
    image: [1, 3, 4, 4],
    filter: [2, 3, 1],
    pad: [
      [0, 0],
      [3, 1],
      [0, 4],
      [0, 0],
    ],
  },
  // Rows of patches beyond what is made at a time.
  { image: [8, 28, 28, 5], filter: [5, 5, 7], pad: 'same' },
])('%j', (convolution) => {
  const shapes = shapesOf(convolution)
  const { strides = [1, 1], dilations = [1, 1], pad = 'valid' } = convolution
  const geometry = { strides, dilations, pad: pad as number, dataFormat: 'NHWC' }
  const x = numbers('x', util.sizeFromShape(shapes.x))
  const filter = numbers('filter', util.sizeFromShape(shapes.filter))
  const dy = numbers('dy', util.sizeFromShape(shapes.out))

  function expectKernel(
    name: string,
    inputs: () => NamedTensorMap,
    attributes: object,
    shape: number[],
    expected: number[],
  ) {
    expectNoLeak(() => {
      const tensors = inputs()
      const outputs = runKernel(name, tensors, { ...geometry, ...attributes })
      expect(outputs.map((output) => output.shape)).toEqual([shape])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 2e-6 * largest(expected) })
      for (const input of Object.values(tensors)) input.dispose()
    })
  }

  test('the convolution is within 2e-6 of float64', () => {
    const expected = dy.map(() => 0)
    eachProduct(convolution, (i, k, o) => {
      expected[o] = Number(expected[o]) + Number(x[i]) * Number(filter[k])
    })
    const inputs = () => ({ x: floats(x, shapes.x), filter: floats(filter, shapes.filter) })
    expectKernel(Conv2D, inputs, {}, shapes.out, expected)
  })

  test('the gradient of the filter is within 2e-6 of float64', () => {
    const expected = filter.map(() => 0)
    eachProduct(convolution, (i, k, o) => {
      expected[k] = Number(expected[k]) + Number(x[i]) * Number(dy[o])
    })
    const inputs = () => ({ x: floats(x, shapes.x), dy: floats(dy, shapes.out) })
    expectKernel(Conv2DBackpropFilter, inputs, { filterShape: shapes.filter }, shapes.filter, expected)
  })

  test('the gradient of the input, a transposed convolution, is within 2e-6 of float64', () => {
    const expected = x.map(() => 0)
    eachProduct(convolution, (i, k, o) => {
      expected[i] = Number(expected[i]) + Number(dy[o]) * Number(filter[k])
    })
    const inputs = () => ({ dy: floats(dy, shapes.out), filter: floats(filter, shapes.filter) })
    expectKernel(Conv2DBackpropInput, inputs, { inputShape: shapes.x }, shapes.x, expected)
  })
})

test('an empty batch gives an empty result, and a gradient of zeros', () => {
  const geometry = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC' }
  const [x, dy, filter] = [zeros([0, 3, 3, 1]), zeros([0, 2, 2, 1]), zeros([2, 2, 1, 1])]
  expect(runKernel(Conv2D, { x, filter }, geometry).map(({ shape }) => shape)).toEqual([[0, 2, 2, 1]])
  const dFilter = runKernel(Conv2DBackpropFilter, { x, dy }, { ...geometry, filterShape: [2, 2, 1, 1] })
  expect(take(...dFilter)).toEqual([[0, 0, 0, 0]])
  const dx = runKernel(Conv2DBackpropInput, { dy, filter }, { ...geometry, inputShape: [0, 3, 3, 1] })
  expect(dx.map(({ shape }) => shape)).toEqual([[0, 3, 3, 1]])
})

test('channels first, other shapes and images without room for the filter are refused, and nothing leaks', () => {
  const inputs = { x: zeros([1, 3, 3, 1]), dy: zeros([1, 3, 3, 1]), filter: zeros([2, 2, 2, 1]) }
  const [flat, large] = [zeros([3]), zeros([4, 4, 1, 1])]
  const attributes = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC' }
  const byFilter = { ...attributes, filterShape: [2, 2, 1, 1] }
  expectNoLeak(() => {
    expect(() => runKernel(Conv2DBackpropFilter, inputs, byFilter)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2d\` received \`dy\` of the wrong shape.

      Expected: [1, 2, 2, 1]
      Received: [1, 3, 3, 1]]
    `)
    expect(() =>
      runKernel(Conv2DBackpropFilter, inputs, { ...byFilter, dataFormat: 'NCHW' }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2d\` on the wasm backend received the channels first.

      Expected: dataFormat NHWC
      Received: dataFormat NCHW
      Fix:      transpose images to [batch, height, width, channels]]
    `)
    expect(() => runKernel(Conv2D, inputs, attributes)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2d\` received \`filter\` of the wrong shape.

      Expected: [2, 2, 1, 1]
      Received: [2, 2, 2, 1]]
    `)
    expect(() => runKernel(Conv2D, { ...inputs, filter: flat }, attributes)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2d\` received \`filter\` of the wrong rank.

      Expected: 4 lengths
      Received: [3]]
    `)
    expect(() => runKernel(Conv2D, { ...inputs, filter: large }, attributes)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2d\` received images smaller than its filter.

      Filter: [4, 4, 1, 1]
      Images: [1, 3, 3, 1]
      Fix:    pad them, e.g. with pad: 'same']
    `)
    expect(() =>
      runKernel(Conv2DBackpropInput, inputs, { ...attributes, inputShape: [1, 3, 3, 2] }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2dTranspose\` received \`x\` of the wrong shape.

      Expected: [1, 2, 2, 1]
      Received: [1, 3, 3, 1]]
    `)
  })
})
