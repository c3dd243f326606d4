import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { expect, test } from 'vitest'
import { dark } from './axes.ts'
import { encodePng } from './encode-png.ts'
import { lineChart } from './line-chart.ts'
import { lossCurves } from './loss-curves.ts'
import { lookOf } from './palette.ts'
import { findColour } from './testing/find-colour.ts'
import { findText } from './testing/find-text.ts'

const epochs = [160, 120, 110, 105].map((total, i) => ({
  epoch: i + 1,
  loss: { total, kl: 20 + i },
  validation: i === 2 ? { total: 112, kl: 23 } : undefined,
}))

test('lossCurves draws what lineChart draws of the figures', async () => {
  const training = epochs.map(({ epoch, loss }) => ({ epoch, loss }))
  const expected = lineChart({ training: [160, 120, 110, 105] }, { axisNames: ['epoch', 'loss'] })
  expect(await encodePng(lossCurves(training))).toEqual(await encodePng(expected))
  expect(await encodePng(lossCurves({ epochs: training }))).toEqual(await encodePng(expected))
})

test('lossCurves draws validation where it was measured, a single figure as a dot that can be seen', () => {
  const dot = findColour(lossCurves(epochs), lookOf(1).colour).filter(([x]) => x < 480) // without the legend
  expect(dot.length).toBeGreaterThan(30)
  expect(Math.max(...dot.map(([x]) => x)) - Math.min(...dot.map(([x]) => x))).toBeLessThan(12)
})

test('lossCurves draws several terms, whose names fit', () => {
  const image = lossCurves(epochs, { terms: ['total', 'kl'], textScale: 1 })
  for (const name of ['training total', 'validation total', 'training kl', 'validation kl']) {
    expect(findText(image, name, dark)).toHaveLength(1)
  }
})

test('lossCurves numbers whole epochs only', () => {
  const image = lossCurves(epochs.slice(0, 3), { textScale: 1 })
  expect(findText(image, '2', dark).length).toBeGreaterThan(0)
  expect(findText(image, '1.5', dark)).toEqual([])
})

test('lossCurves returns one tensor, and none after a failure', () => {
  expectNoLeak(() => {
    lossCurves(epochs).dispose()
    expect(() => lossCurves(epochs, { terms: ['mse'] })).toThrow()
  })
})

test('lossCurves refuses what is not a history, and terms that it lacks', () => {
  expect(() => lossCurves([])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lossCurves\` received a bad \`history\`.

    Expected: at least one epoch of a run
    Received: []
    Fix:      pass what fit(...) gives, or the epochs that train(...) yielded, in an array, and terms that they have]
  `)
  expect(() => lossCurves(epochs, { terms: ['total', 'mse'] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lossCurves\` received a bad \`history\`.

    Expected: finite figures of "mse"
    Received: total, kl
    Fix:      pass what fit(...) gives, or the epochs that train(...) yielded, in an array, and terms that they have]
  `)
})
