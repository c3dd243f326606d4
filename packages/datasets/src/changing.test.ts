// map, rescale, standardize and augment: what they do to values, and what they say of the result.
import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { type AugmentOptions, augment } from './augment.ts'
import { fromArray } from './from-array.ts'
import { map } from './map.ts'
import { rescale } from './rescale.ts'
import { momentsOf, standardize } from './standardize.ts'
import { errorText } from './testing/error-text.ts'
import { labelledValuesOf, valuesOf } from './testing/read.ts'
import { withLabels } from './with-labels.ts'

const pairs = fromArray(Float32Array.of(0, 10, 2, 30, 4, 20, 6, 40), {
  shape: [2],
  labels: [5, 6, 7, 8],
  name: 'pairs',
})

describe('map', () => {
  const doubled = map(withLabels(pairs), (x) => tf.mul(x, 2), { range: { minimum: 0, maximum: 80 } })

  test('changes the examples of every batch, and leaves labels', async () => {
    expect(await labelledValuesOf(doubled, { batchSize: 3 })).toEqual({
      values: [0, 20, 4, 60, 8, 40, 12, 80],
      labels: [5, 6, 7, 8],
    })
    expect(doubled).toMatchObject({ name: 'pairs mapped', shape: [2], size: 4, range: { minimum: 0, maximum: 80 } })
    expect(doubled.checksum).toBeUndefined()
  })

  test('may give another shape, and the examples as they are', async () => {
    const sums = map(pairs, (x) => tf.sum(x, 1, true), { range: { minimum: 0, maximum: 50 }, shape: [1], name: 'sums' })
    expect(await valuesOf(sums)).toEqual([10, 32, 24, 46])
    expect(sums).toMatchObject({ name: 'sums', shape: [1] })
    expect(await valuesOf(map(pairs, (x) => x, { range: pairs.range }))).toEqual([0, 10, 2, 30, 4, 20, 6, 40])
  })

  test('refuses what does not fit its shape', async () => {
    const wrong = map(pairs, (x) => tf.sum(x, 1), { range: pairs.range })
    expect(await errorText(valuesOf(wrong))).toMatchInlineSnapshot(`
      "DatasetError: \`map\` received a \`change\` that gives other examples than it says.

      Data:     pairs
      Expected: float32 [4, 2]
      Received: float32 [4]
      Fix:      return a tensor of one example for each received, and pass the \`shape\` that they have"
    `)
  })

  test('leaves no tensor behind: whole, left early, or refused', () =>
    expectNoLeak(async () => {
      await labelledValuesOf(doubled)
      for await (const { examples, labels } of doubled.batches({ batchSize: 1 })) {
        tf.dispose([examples, labels])
        break
      }
      const failing = map(
        withLabels(pairs),
        () => {
          throw new Error('no')
        },
        { range: pairs.range },
      )
      await expect(labelledValuesOf(failing)).rejects.toThrow('no')
    }))
})

describe('rescale', () => {
  test('maps the range into [0, 1], or any interval into another', async () => {
    const unit = rescale(pairs)
    expect(await valuesOf(unit)).toEqual([0, 0.25, 0.05, 0.75, 0.1, 0.5, 0.15, 1].map(Math.fround))
    expect(unit).toMatchObject({ name: 'pairs rescaled', range: { minimum: 0, maximum: 1 } })
    const other = rescale(pairs, { minimum: -1, maximum: 1, from: { minimum: 0, maximum: 20 } })
    const expected = [-1, 0, -0.8, 2, -0.6, 1, -0.4, 3]
    for (const [i, value] of (await valuesOf(other)).entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 6)
    expect(other.range).toEqual({ minimum: -1, maximum: 3 })
  })

  test('never leaves the range it states, whatever the rounding', async () => {
    const awkward = [0.489, 1, 1.433] // (1.433 - 0.489) (1 / (1.433 - 0.489)) is 1.0000001 in float32
    expect(await valuesOf(rescale(fromArray(awkward, { shape: [1] })))).toEqual([0, expect.closeTo(0.5413, 4), 1])
  })

  test('refuses an interval of no length, and ends in the wrong order', async () => {
    expect(await errorText(() => rescale(fromArray([3, 3], { shape: [1] })))).toMatchInlineSnapshot(`
      "DatasetError: \`rescale\` received an interval that it cannot map.

      Data:     array
      Expected: an interval of finite length above 0
      Received: [3, 3]
      Fix:      pass the smallest and largest value as \`from\`: { minimum, maximum }"
    `)
    expect(() => rescale(pairs, { minimum: 2 })).toThrow('`rescale` received a bad `maximum`.')
  })
})

describe('standardize', () => {
  test('gives each channel mean 0 and standard deviation 1', async () => {
    const moments = await momentsOf(pairs)
    expect(moments).toEqual({ mean: [3, 25], standardDeviation: [Math.sqrt(5), Math.sqrt(125)] })
    const data = standardize(withLabels(pairs), moments)
    const { mean, standardDeviation } = await momentsOf(data)
    for (const value of mean) expect(value).toBeCloseTo(0, 6)
    for (const value of standardDeviation) expect(value).toBeCloseTo(1, 6)
    expect(data.name).toBe('pairs standardized')
    const { values } = await labelledValuesOf(data)
    expect(data.range.minimum).toBeLessThanOrEqual(Math.min(...values))
    expect(data.range.maximum).toBeGreaterThanOrEqual(Math.max(...values))
  })

  test('measures each value by itself too, and small deviations beside a large mean', async () => {
    const series = fromArray(Float32Array.of(1e6, 1, 1e6 + 1, 3, 1e6 + 2, 1, 1e6 + 1, 3), { shape: [2, 2] })
    expect(await momentsOf(series)).toEqual({ mean: [1e6 + 1, 2], standardDeviation: [Math.sqrt(0.5), 1] })
    expect(await momentsOf(series, { per: 'value' })).toEqual({
      mean: [1e6 + 1, 1, 1e6 + 1, 3],
      standardDeviation: [1, 0, 0, 0],
    })
    const values = await valuesOf(standardize(series, await momentsOf(series, { per: 'value' })))
    expect(values).toEqual([-1, 0, 0, 0, 1, 0, 0, 0])
  })

  test('refuses the moments of other data', async () => {
    expect(
      await errorText(() => standardize(pairs, { mean: [1, 2, 3], standardDeviation: [1, 1, 1] })),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`standardize\` received \`moments\` of other data.

      Data:     pairs
      Expected: 2 numbers, one for each channel, or 2, for [2]
      Received: 3 means, 3 standard deviations
      Fix:      measure them: await momentsOf(data)"
    `)
    expect(() => standardize(pairs, { mean: [1, 2], standardDeviation: [1, -1] })).toThrow('bad `standardDeviation`')
  })
})

test('what changes values has another checksum for other data and other options', () => {
  const sums = [
    rescale(pairs),
    rescale(pairs, { maximum: 2 }),
    rescale(pairs.take(3)),
    standardize(pairs, { mean: [1, 2], standardDeviation: [1, 1] }),
    standardize(pairs, { mean: [1, 3], standardDeviation: [1, 1] }),
    augment(pairs, { noise: 1 }),
    augment(pairs, { noise: 1, seed: 1 }),
  ].map((data) => data.checksum?.())
  expect(sums).not.toContain(undefined)
  expect(new Set(sums).size).toBe(sums.length)
})

describe('augment', () => {
  const [height, width] = [9, 11]
  // Two channels that say how far a pixel is from the centre, to the right and down; linear, so interpolation is exact.
  const ramp = Float32Array.from({ length: height * width * 2 }, (_, i) => {
    const pixel = i >> 1
    return i % 2 === 0 ? (pixel % width) - 5 : Math.floor(pixel / width) - 4
  })
  const count = 40
  const images = fromArray(
    Float32Array.from({ length: count * ramp.length }, (_, i) => ramp[i % ramp.length] ?? 0),
    {
      shape: [height, width, 2],
      labels: Array.from({ length: count }, (_, i) => i),
    },
  )
  const outside = -99
  /** The place in the image that each pixel of each augmented image comes from: `[image][row][column][right, down]`. */
  async function placesOf(options: AugmentOptions, epoch = 0) {
    const values = await valuesOf(augment(images, { fill: outside, ...options }), { batchSize: 7, seed: 1, epoch })
    return Array.from({ length: count }, (_, image) => (column: number, row: number) => {
      const at = ((image * height + row) * width + column) * 2
      return [values[at] as number, values[at + 1] as number] as const
    })
  }

  test('shift moves by whole pixels, and fills what comes from outside', async () => {
    const seen = new Set<string>()
    for (const place of await placesOf({ shift: 2 })) {
      const [x, y] = place(5, 4)
      seen.add(`${x}`).add(`y${y}`)
      for (const [column, row] of [
        [0, 0],
        [10, 8],
        [3, 7],
      ] as const) {
        const [fromX, fromY] = [column - 5 + x, row - 4 + y]
        const isInside = Math.abs(fromX) <= 5 && Math.abs(fromY) <= 4
        expect(place(column, row)).toEqual(isInside ? [fromX, fromY] : [outside, outside])
      }
    }
    expect([...seen].sort()).toEqual(['-1', '-2', '0', '1', '2', 'y-1', 'y-2', 'y0', 'y1', 'y2'])
  })

  test.each([
    ['horizontal', ['-1,1', '1,1']],
    ['vertical', ['1,-1', '1,1']],
    ['both', ['-1,-1', '-1,1', '1,-1', '1,1']],
  ] as const)('flip %s mirrors the right axes', async (flip, expected) => {
    const seen = (await placesOf({ flip })).map((place) => {
      const [right, down] = [place(10, 4)[0] / 5, place(5, 8)[1] / 4]
      expect(place(2, 1)).toEqual([-3 * right, -3 * down])
      return `${right},${down}`
    })
    expect([...new Set(seen)].sort()).toEqual(expected)
  })

  test('rotate turns about the centre by angles up to its own', async () => {
    const angles = (await placesOf({ rotate: 30 })).map((place) => {
      const [x, y] = place(6, 4)
      expect(Math.hypot(x, y)).toBeCloseTo(1, 5)
      expect(place(5, 5)[0]).toBeCloseTo(-y, 5)
      expect(place(5, 5)[1]).toBeCloseTo(x, 5)
      return (Math.atan2(y, x) * 180) / Math.PI
    })
    expect(Math.max(...angles.map(Math.abs))).toBeLessThanOrEqual(30)
    expect(Math.max(...angles)).toBeGreaterThan(15)
    expect(Math.min(...angles)).toBeLessThan(-15)
  })

  test('crop shows a window inside of the image, not smaller than its share', async () => {
    const shares = (await placesOf({ crop: 0.5 })).map((place) => {
      const share = place(6, 4)[0] - place(5, 4)[0]
      expect(place(5, 5)[1] - place(5, 4)[1]).toBeCloseTo(share, 5)
      expect(Math.min(...place(0, 0), ...place(10, 8))).toBeGreaterThanOrEqual(-5)
      expect(Math.max(...place(0, 0), ...place(10, 8))).toBeLessThanOrEqual(5)
      return share
    })
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.5)
    expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(0.3)
  })

  test('noise has its standard deviation, and stays within the range of the data', async () => {
    const grey = fromArray(new Float32Array(20000).fill(0.5), { shape: [10] })
    const wide = { ...grey, range: { minimum: -10, maximum: 10 } }
    const values = await valuesOf(augment(wide, { noise: 0.1 }), { batchSize: 100, seed: 1 })
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * (0.1 / Math.sqrt(20000)))
    expect(Math.abs(Math.sqrt(variance) - 0.1)).toBeLessThan(4 * (0.1 / Math.sqrt(40000)))
    const bits = augment(fromArray(Uint8Array.of(0, 255, 255, 0), { shape: [2] }), { noise: 1 })
    for (const value of await valuesOf(bits, { batchSize: 2, seed: 1 })) expect(value >= 0 && value <= 1).toBe(true)
  })

  test('draws anew in each epoch, and the same for the same one, whatever the batch size; not in stored order', async () => {
    const varied = augment(withLabels(images), { shift: 2, rotate: 5, noise: 0.1, fill: 0 })
    const epoch = (epoch: number, batchSize = 8) => labelledValuesOf(varied, { batchSize, seed: 1, epoch })
    const first = await epoch(0)
    expect(await epoch(0, 13)).toEqual(first)
    expect((await epoch(1)).values).not.toEqual(first.values)
    expect((await labelledValuesOf(varied)).values).toEqual(await valuesOf(images))
  })

  test('says what it is, and refuses what is not an image', async () => {
    expect(augment(images, { shift: 1, fill: 7 })).toMatchObject({
      name: 'array augmented',
      range: { minimum: -5, maximum: 7 },
    })
    expect(await errorText(() => augment(pairs, { flip: 'both' }))).toMatchInlineSnapshot(`
      "ShapeError: \`augment\` received examples that are not images.

      Expected: [height, width, channels]
      Received: [2] (pairs)
      Fix:      pass images, or \`noise\` alone, which changes data of any shape"
    `)
    expect(() => augment(images, { crop: 1.5 })).toThrow('`augment` received a bad `crop`.')
  })

  test('leaves no tensor behind', () =>
    expectNoLeak(async () => {
      await valuesOf(augment(images, { shift: 1 }), { batchSize: 8, seed: 1 })
      await valuesOf(augment(images, { shift: 1 }))
    }))
})
