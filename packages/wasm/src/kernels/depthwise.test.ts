import { expectClose } from '@ae/library/testing'
import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  type NamedTensorMap,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

describe('the gradients are those of the definition', () => {
  test.each([
    { image: [2, 5, 6, 3], filter: [3, 3, 3, 1], strides: [1, 1], pad: 'same' },
    { image: [2, 5, 6, 8], filter: [3, 2, 8, 1], strides: [2, 2], pad: 'same' },
    { image: [1, 7, 6, 5], filter: [2, 3, 5, 2], strides: [1, 2], pad: 'valid' },
    { image: [2, 4, 4, 2], filter: [3, 3, 2, 3], strides: [2, 1], pad: 2 },
    { image: [1, 8, 9, 4], filter: [2, 2, 4, 1], strides: [1, 1], pad: 'same', dilations: [2, 3] },
    { image: [1, 3, 3, 1], filter: [3, 3, 1, 5], strides: [1, 1], pad: 'valid' },
    { image: [1, 5, 5, 2], filter: [1, 1, 2, 1], strides: [3, 3], pad: 'same' },
    {
      image: [1, 4, 4, 2],
      filter: [2, 2, 2, 1],
      strides: [1, 1],
      pad: [
        [0, 0],
        [3, 0],
        [0, 1],
        [0, 0],
      ],
    },
    { image: [40, 20, 20, 6], filter: [3, 3, 6, 1], strides: [1, 1], pad: 'same' },
  ] as const)('%j', (row) => {
    const image = [...row.image] as [number, number, number, number]
    const filterShape = [...row.filter] as [number, number, number, number]
    const { strides, pad } = row
    const dilations = 'dilations' in row ? [...row.dilations] : [1, 1]
    const [, , channels, multiplier] = filterShape
    const info = backend_util.computeConv2DInfo(
      image,
      filterShape,
      [...strides],
      dilations as [number, number],
      pad as 'same',
      undefined,
      true,
    )
    const dyShape = [image[0], info.outHeight, info.outWidth, channels * multiplier]
    const x = numbers('x', size(image))
    const filter = numbers('filter', size(filterShape))
    const dy = numbers('dy', size(dyShape))
    const dx: number[] = x.map(() => 0)
    const dFilter: number[] = filter.map(() => 0)
    for (const [at, gradient] of dy.entries()) {
      const out = at % (channels * multiplier)
      const channel = Math.floor(out / multiplier)
      const column = Math.floor(at / (channels * multiplier)) % info.outWidth
      const line = Math.floor(at / (channels * multiplier) / info.outWidth) % info.outHeight
      const of = Math.floor(at / (channels * multiplier) / info.outWidth / info.outHeight)
      for (let v = 0; v < filterShape[0]; v++) {
        for (let u = 0; u < filterShape[1]; u++) {
          const y = line * strides[0] + v * (dilations[0] ?? 1) - info.padInfo.top
          const xx = column * strides[1] + u * (dilations[1] ?? 1) - info.padInfo.left
          if (y < 0 || y >= image[1] || xx < 0 || xx >= image[2]) continue
          const seen = ((of * image[1] + y) * image[2] + xx) * channels + channel
          const weight = (v * filterShape[1] + u) * channels * multiplier + out
          dx[seen] = (dx[seen] ?? 0) + gradient * (filter[weight] ?? 0)
          dFilter[weight] = (dFilter[weight] ?? 0) + gradient * (x[seen] ?? 0)
        }
      }
    }
    expectNoLeak(() => {
      const attributes = { strides: [...strides], pad: pad as 'same', dilations }
      const tensors = { x: floats(x, image), filter: floats(filter, filterShape), dy: floats(dy, dyShape) }
      const byFilter = runKernel(
        DepthwiseConv2dNativeBackpropFilter,
        { x: tensors.x, dy: tensors.dy },
        { ...attributes, filterShape },
      )
      const byInput = runKernel(
        DepthwiseConv2dNativeBackpropInput,
        { filter: tensors.filter, dy: tensors.dy },
        { ...attributes, inputShape: image },
      )
      expect([...byFilter, ...byInput].map(({ shape }) => shape)).toEqual([filterShape, image])
      const [filterGradient = [], inputGradient = []] = take(...byFilter, ...byInput)
      const scale = Math.sqrt(image[0] * info.outHeight * info.outWidth)
      expectClose(filterGradient, dFilter, { absolute: 1e-6 * scale })
      expectClose(inputGradient, dx, { absolute: 2e-6 * filterShape[0] * filterShape[1] * multiplier })
      disposeAll(tensors)
    })
  })
})

test('inputs of other shapes are refused, and nothing leaks', () => {
  const attributes = { strides: [1, 1], pad: 'same', dilations: [1, 1] }
  const [x, filter, dy] = [zeros([1, 4, 4, 2]), zeros([3, 3, 3, 1]), zeros([1, 3, 4, 2])]
  expectNoLeak(() => {
    const byFilter = (filterShape: number[]) =>
      runKernel(DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...attributes, filterShape })
    const byInput = () =>
      runKernel(DepthwiseConv2dNativeBackpropInput, { filter, dy }, { ...attributes, inputShape: [1, 4, 4, 2] })
    expect(() => byFilter([3, 3, 2, 1])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`depthwiseConv2d\` received \`dy\` of the wrong shape.

      Expected: [1, 4, 4, 2]
      Received: [1, 3, 4, 2]]
    `)
    expect(() => byFilter([3, 3, 3, 1])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`depthwiseConv2d\` received \`x\` of the wrong shape.

      Expected: [1, 4, 4, 3]
      Received: [1, 4, 4, 2]]
    `)
    expect(byInput).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`depthwiseConv2d\` received \`filter\` of the wrong shape.

      Expected: [3, 3, 2, 1]
      Received: [3, 3, 3, 1]]
    `)
  })
})

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function disposeAll(tensors: NamedTensorMap): void {
  for (const one of Object.values(tensors)) one.dispose()
}
