import { expect, test } from 'vitest'
import { addLosses, type LossHistory } from './loss-history.ts'
import { lossPlot } from './loss-plot.ts'

const empty: LossHistory = { steps: [], terms: {} }

test('lossPlot maps the first step to the left, the last to the right, and the range to the height', () => {
  const history = { steps: [10, 20, 30], terms: { total: [6, 4, 2] } }
  expect(lossPlot(history, 'total', 100, 50)).toEqual({ path: 'M0 0L50 25L100 50', range: [2, 6], end: [100, 50] })
})

test('lossPlot draws one value and equal values in the middle, and leaves out what is not finite', () => {
  expect(lossPlot({ steps: [5], terms: { kl: [3] } }, 'kl', 100, 50).end).toEqual([100, 25])
  const odd = { steps: [1, 2, 3], terms: { kl: [3, Number.NaN, 3] } }
  expect(lossPlot(odd, 'kl', 100, 50).path).toBe('M0 25L100 25')
  expect(lossPlot(empty, 'kl', 100, 50)).toEqual({ path: '', range: [0, 1], end: undefined })
})

test('lossPlot lets the first tenth of a run enter from above the box', () => {
  const steps = Array.from({ length: 20 }, (_, index) => index)
  const plot = lossPlot(
    { steps, terms: { total: steps.map((step) => (step < 2 ? 1000 : 20 - step)) } },
    'total',
    19,
    18,
  )
  expect(plot.range).toEqual([1, 18])
  expect(plot.path.startsWith('M0 -18L1 -18L2 0')).toBe(true)
})

test('addLosses keeps at most 400 points, averages the older ones and keeps the last', () => {
  let history = empty
  for (let step = 1; step <= 1000; step++) history = addLosses(history, step, { total: step })
  expect(history.steps.length).toBeLessThanOrEqual(400)
  expect(history.steps.length).toBe(history.terms.total?.length)
  expect([history.steps.at(-1), history.terms.total?.at(-1)]).toEqual([1000, 1000])
  expect(history.terms.total?.[0]).toBeLessThan(5)
})
