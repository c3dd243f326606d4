import { backend_util } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outShapeOf, windowsOf } from './geometry.ts'

const small = fc.integer({ min: 1, max: 4 })
const lengths = fc.tuple(small, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), small)
const pairs = fc.oneof(small, fc.tuple(small, small))
const side = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
const pads = fc.oneof(
  fc.constant('same' as const),
  fc.constant('valid' as const),
  fc.integer({ min: 0, max: 3 }),
  fc.tuple(side, side).map(([rows, columns]): [[0, 0], [number, number], [number, number], [0, 0]] => {
    return [[0, 0], rows, columns, [0, 0]]
  }),
)
const roundings = fc.constantFrom(undefined, 'floor' as const, 'round' as const, 'ceil' as const)

test("windows lie where tfjs's ops look for them", () => {
  fc.assert(
    fc.property(
      lengths,
      fc.tuple(small, small, small),
      pairs,
      pairs,
      pads,
      roundings,
      (images, [height, width, channels], strides, dilations, pad, dimRoundingMode) => {
        const filter: [number, number, number, number] = [height, width, images[3], channels]
        const expected = backend_util.computeConv2DInfo(images, filter, strides, dilations, pad, dimRoundingMode)
        const options = { strides, dilations, pad, dimRoundingMode }
        const geometry = windowsOf('conv2d', images, [height, width], channels, options)
        const { padInfo, ...others } = geometry
        expect(expected).toMatchObject(others)
        expect(expected.padInfo).toMatchObject(padInfo)
        expect(outShapeOf(geometry)).toEqual(expected.outShape)
      },
    ),
    { numRuns: 1000 },
  )
})

test('without dilations windows have no holes', () => {
  const { outHeight, outWidth, dilationHeight } = windowsOf('maxPool', [1, 5, 6, 1], [2, 3], 1, {
    strides: 1,
    pad: 'valid',
  })
  expect([outHeight, outWidth, dilationHeight]).toEqual([4, 4, 1])
})

test('a padding that tfjs does not know is refused', () => {
  const windows = () => windowsOf('conv2d', [1, 5, 5, 1], [3, 3], 1, { strides: 1, pad: 'sane' as 'same' })
  expect(windows).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`conv2d\` received an unknown \`pad\`.

    Expected: 'same', 'valid', a number, or [[0, 0], [top, bottom], [left, right], [0, 0]]
    Received: "sane"]
  `)
})
