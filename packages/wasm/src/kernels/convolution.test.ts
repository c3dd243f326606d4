import { expectClose } from '@ae/library/testing'
import { backend_util, Conv2DBackpropFilter, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

type Explicit = [[number, number], [number, number], [number, number], [number, number]]

interface Case {
  readonly image: readonly [batch: number, height: number, width: number, channels: number]
  readonly filter: readonly [height: number, width: number, outChannels: number]
  readonly strides?: [number, number]
  readonly dilations?: [number, number]
  readonly pad?: 'same' | 'valid' | number | Explicit
}

test.each<Case>([
  { image: [1, 1, 1, 1], filter: [1, 1, 1] },
  { image: [2, 5, 4, 1], filter: [3, 3, 2] },
  { image: [2, 5, 4, 1], filter: [3, 3, 2], pad: 'same' },
  { image: [3, 6, 7, 3], filter: [2, 3, 5], pad: 'same' },
  { image: [2, 7, 6, 2], filter: [3, 2, 9], strides: [2, 1] },
  { image: [2, 8, 8, 2], filter: [4, 4, 3], strides: [2, 2], pad: 'same' },
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
  // Rows of patches beyond what is made at a time.
  { image: [8, 28, 28, 5], filter: [5, 5, 7], pad: 'same' },
])(
  'the gradient of the filter is within 2e-6 of float64: %j',
  ({ image, filter, strides = [1, 1], dilations, pad = 'valid' }) => {
    const [batch, height, width, inChannels] = image
    const [filterHeight, filterWidth, outChannels] = filter
    const filterShape: [number, number, number, number] = [filterHeight, filterWidth, inChannels, outChannels]
    // Only the lengths come from tfjs; where a window lies is worked out below.
    const { outHeight, outWidth } = backend_util.computeConv2DInfo(
      [...image],
      filterShape,
      strides,
      dilations ?? 1,
      pad,
    )
    const x = numbers('x', batch * height * width * inChannels)
    const dy = numbers('dy', batch * outHeight * outWidth * outChannels)
    const [top, left] = before(
      pad,
      [height, width],
      [outHeight, outWidth],
      [filterHeight, filterWidth],
      strides,
      dilations,
    )
    const expected = new Array<number>(filterHeight * filterWidth * inChannels * outChannels).fill(0)
    for (let at = 0; at < dy.length; at++) {
      const o = at % outChannels
      const outX = Math.floor(at / outChannels) % outWidth
      const outY = Math.floor(at / outChannels / outWidth) % outHeight
      const image = Math.floor(at / outChannels / outWidth / outHeight)
      for (let filterAt = 0; filterAt < filterHeight * filterWidth; filterAt++) {
        const [fy, fx] = [Math.floor(filterAt / filterWidth), filterAt % filterWidth]
        const y = outY * strides[0] + fy * (dilations?.[0] ?? 1) - top
        const xx = outX * strides[1] + fx * (dilations?.[1] ?? 1) - left
        if (y < 0 || y >= height || xx < 0 || xx >= width) continue
        for (let c = 0; c < inChannels; c++) {
          const target = (filterAt * inChannels + c) * outChannels + o
          const pixel = Number(x[((image * height + y) * width + xx) * inChannels + c])
          expected[target] = Number(expected[target]) + pixel * Number(dy[at])
        }
      }
    }
    expectNoLeak(() => {
      const inputs = { x: floats(x, image), dy: floats(dy, [batch, outHeight, outWidth, outChannels]) }
      const attributes = {
        strides,
        pad: pad as number,
        dataFormat: 'NHWC',
        filterShape,
        ...(dilations && { dilations }),
      }
      const outputs = runKernel(Conv2DBackpropFilter, inputs, attributes)
      expect(outputs.map(({ shape }) => shape)).toEqual([filterShape])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 2e-6 * largest(expected) })
      for (const input of Object.values(inputs)) input.dispose()
    })
  },
)

test('an empty batch has a gradient of zeros', () => {
  const inputs = { x: zeros([0, 3, 3, 1]), dy: zeros([0, 2, 2, 1]) }
  const attributes = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', filterShape: [2, 2, 1, 1] }
  expect(take(...runKernel(Conv2DBackpropFilter, inputs, attributes))).toEqual([[0, 0, 0, 0]])
})

test('channels first and a dy of another shape are refused, and nothing leaks', () => {
  const inputs = { x: zeros([1, 3, 3, 1]), dy: zeros([1, 3, 3, 1]) }
  const attributes = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', filterShape: [2, 2, 1, 1] }
  expectNoLeak(() => {
    expect(() => runKernel(Conv2DBackpropFilter, inputs, attributes)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv2d\` received \`dy\` of the wrong shape.

      Expected: [1, 2, 2, 1]
      Received: [1, 3, 3, 1]]
    `)
    expect(() =>
      runKernel(Conv2DBackpropFilter, inputs, { ...attributes, dataFormat: 'NCHW' }),
    ).toThrowErrorMatchingInlineSnapshot(`
        [ShapeError: The gradient of \`conv2d\` on the wasm backend received the channels first.

        Expected: dataFormat NHWC
        Received: dataFormat NCHW
        Fix:      transpose images to [batch, height, width, channels]]
      `)
  })
})

/** The rows and columns of padding before an image. With `same` the smaller half of what is needed comes before it. */
function before(
  pad: Case['pad'],
  image: readonly [number, number],
  out: readonly [number, number],
  filter: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number] = [1, 1],
): [top: number, left: number] {
  if (pad === 'valid' || pad === undefined) return [0, 0]
  if (typeof pad === 'number') return [pad, pad]
  if (pad !== 'same') return [pad[1][0], pad[2][0]]
  const half = (axis: 0 | 1) => {
    const extent = (filter[axis] - 1) * dilations[axis] + 1
    return Math.floor(Math.max(0, (out[axis] - 1) * strides[axis] + extent - image[axis]) / 2)
  }
  return [half(0), half(1)]
}
