import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { dark } from './axes.ts'
import { histogram } from './histogram.ts'
import { lookOf } from './palette.ts'
import { findColour } from './testing/find-colour.ts'
import { findText } from './testing/find-text.ts'

/** The height in pixels of each of some bins of one series. */
const heightsOf = (image: Tensor3D, bins: number) => {
  const found = findColour(image, lookOf(0).colour)
  const columns = found.map(([x]) => x)
  const [left, right] = [Math.min(...columns), Math.max(...columns) + 1]
  return Array.from({ length: bins }, (_, bin) => {
    const centre = Math.round(left + ((bin + 0.5) / bins) * (right - left))
    return found.filter(([x]) => x === centre).length
  })
}

test('histogram draws each bin as high as the number of its values', () => {
  // Bins from 0 to 1, 1 to 2, 2 to 3; the largest value belongs to the last.
  const [a = 0, b = 0, c = 0] = heightsOf(histogram([0, 0.5, 1, 1.2, 1.7, 1.9, 3], { bins: 3 }), 3)
  expect(c).toBeGreaterThan(50)
  expect(Math.abs(a - 2 * c)).toBeLessThanOrEqual(2)
  expect(Math.abs(b - 4 * c)).toBeLessThanOrEqual(4)
})

test('histogram names its axes by what is counted', () => {
  const texts = (image: Tensor3D, text: string) => findText(image, text, dark, 'up').length
  expect(texts(histogram([1, 2], { textScale: 1 }), 'examples')).toBe(1)
  expect(texts(histogram([1, 2], { textScale: 1, heights: 'share' }), 'share of examples')).toBe(1)
})

test('histogram compares series of different lengths by their shares', () => {
  const image = histogram(
    { few: [0, 1], many: Float32Array.from({ length: 200 }, (_, i) => 2 + (i % 2)) },
    { bins: 4, heights: 'share' },
  )
  // Every bin has half of its series: where the series do not overlap, the same rows are coloured.
  const values = image.dataSync()
  const filled = (x: number) => {
    let count = 0
    for (let y = 30; y < 400; y++)
      if ((values[(y * 640 + x) * 3] ?? 1) < 0.89 || (values[(y * 640 + x) * 3 + 2] ?? 1) < 0.89) count++
    return count
  }
  expect(Math.abs(filled(130) - filled(440))).toBeLessThanOrEqual(8)
})

test('histogram draws the threshold as a line, also outside of the values', () => {
  for (const threshold of [1.5, 10]) {
    const plain = findColour(histogram([0, 1, 2, 3]), dark).length
    expect(findColour(histogram([0, 1, 2, 3], { threshold }), dark).length).toBeGreaterThan(plain + 300)
  }
  expect(findText(histogram([0, 1], { threshold: 0.5, textScale: 1 }), 'threshold', dark)).toHaveLength(1)
})

test('histogram draws equal values as one bin', () => {
  expect(heightsOf(histogram([7, 7, 7], { bins: 3 }), 1)[0]).toBeGreaterThan(300)
})

test('histogram returns one tensor, and none after a failure', () => {
  expectNoLeak(() => {
    histogram([1, 2]).dispose()
    expect(() => histogram([1, 2], { width: 20 })).toThrow()
  })
})

test('histogram refuses bad series', () => {
  expect(() => histogram({})).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`histogram\` received bad \`series\`.

    Expected: numbers, or numbers by name
    Received: {  }
    Fix:      pass an array of numbers, or several by name, e.g. { normal: scores, other: otherScores }]
  `)
  expect(() => histogram({ normal: [1], other: [] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`histogram\` received bad \`series\`.

    Expected: at least one finite number per series
    Received: [] as "other"
    Fix:      pass an array of numbers, or several by name, e.g. { normal: scores, other: otherScores }]
  `)
  expect(() => histogram([1, Number.NaN])).toThrow('at least one finite number per series')
})
