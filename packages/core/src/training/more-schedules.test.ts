import { expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/optimizers.json' with { type: 'json' }
import { constant, exponential, oneCycle, sequence, stepDecay } from './more-schedules.ts'
import { cosine, linear } from './schedules.ts'

const makers = { exponential, oneCycle, stepDecay } as unknown as Record<
  string,
  (options: object) => (step: number) => number
>
const cases = Object.entries(oracle.schedules).flatMap(([name, cases]) =>
  cases.map(({ options, values }) => [name, options, values] as const),
)

test.each(cases)('%s of %j gives the rates of PyTorch', (name, { ...options }, values) => {
  if ('shape' in options) options.shape = 'linear'
  const schedule = makers[name]?.(options)
  const ours = values.map((_, step) => schedule?.(step))
  for (const [step, value] of values.entries()) expect(ours[step]).toBeCloseTo(value, 8)
})

test('one cycle stays at its last value, and may be one step long or without a rise', () => {
  const cycle = oneCycle({ maximum: 1, steps: 10 })
  expect(cycle(50)).toBe(cycle(9))
  expect(cycle(9)).toBeCloseTo(1 / 25 / 1e4, 12)
  expect(oneCycle({ maximum: 1, steps: 1 })(0)).toBeCloseTo(1 / 25 / 1e4, 12)
  expect(oneCycle({ maximum: 1, steps: 10, warmUp: 0.1 })(0)).toBe(1)
})

test('an exponential falls by its factor in so many steps', () => {
  expect(exponential({ from: 2, factor: 0.5, steps: 10 })(20)).toBe(0.5)
})

test('parts of a sequence count from 0 when they begin, and the last goes on', () => {
  const schedule = sequence([
    { schedule: linear({ from: 0, to: 1, steps: 4 }), steps: 4 },
    { schedule: 7, steps: 2 },
    { schedule: cosine({ from: 1, to: 0, steps: 2 }) },
  ])
  expect([0, 1, 3, 4, 5, 6, 7, 8, 100].map(schedule).map((value) => Math.round(value * 1e9) / 1e9)).toEqual([
    0, 0.25, 0.75, 7, 7, 1, 0.5, 0, 0,
  ])
  expect(constant(3)(12)).toBe(3)
})

test.each<[string, () => unknown, string]>([
  ['constant', () => constant(Number.NaN), '`constant`'],
  ['stepDecay without every and at', () => stepDecay({ from: 1, factor: 0.1 }), 'one of `every` and `at`'],
  ['stepDecay with both', () => stepDecay({ from: 1, factor: 0.1, every: 2, at: [3] }), 'one of `every` and `at`'],
  ['steps that do not ascend', () => stepDecay({ from: 1, factor: 0.1, at: [3, 3] }), '`at`'],
  ['a factor of 0', () => exponential({ from: 1, factor: 0 }), '`factor`'],
  ['a warm-up beyond the cycle', () => oneCycle({ maximum: 1, steps: 2, warmUp: 1.5 }), '`warmUp`'],
  ['no parts', () => sequence([]), '`parts`'],
  ['a last part that ends', () => sequence([{ schedule: 1, steps: 2 }]), '`parts`'],
  ['a first part that does not end', () => sequence([{ schedule: 1 }, { schedule: 2 }]), '`parts`'],
])('%s is refused', (_, make, words) => {
  expect(make).toThrow(words)
})
