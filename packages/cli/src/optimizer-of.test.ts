import { OptionError } from '@ae/core'
import { movesOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, test } from 'vitest'
import { completeOptimizer, type OptimizerSettings, optimizerOf } from './optimizer-of.ts'
import { optimizerNames } from './training-flags.ts'

beforeAll(() => tf.setBackend('cpu'))

const settingsOf = (given: Partial<OptimizerSettings>, epochs = 3) =>
  completeOptimizer({ optimizer: 'adam', schedule: 'constant', accumulate: 1, ...given } as OptimizerSettings, epochs)
const make = (given: Partial<OptimizerSettings>) =>
  optimizerOf(settingsOf({ learningRate: 0.1, ...given }), { epochs: 3, batches: 10 })
/** The step sizes of some of the 30 steps. */
const rates = (given: Partial<OptimizerSettings>, steps: readonly number[]) => {
  const weight = tf.variable(tf.scalar(1))
  const state = make(given).create({ weight })
  const rateAt = movesOf(state.apply)?.rateAt as (step: number) => number
  state.dispose()
  weight.dispose()
  return steps.map((step) => Number(rateAt(step).toFixed(6)))
}

describe('the optimiser of the settings', () => {
  test.each([
    ['adam', 'adam', {}],
    ['adamw', 'adamW', { weightDecay: 0.01 }],
    ['sgd', 'sgd', { momentum: 0 }],
    ['rmsprop', 'rmsProp', { momentum: 0 }],
    ['adagrad', 'adagrad', {}],
    ['lion', 'lion', {}],
    ['radam', 'rAdam', {}],
  ] as const)('%s is %s with %j', (optimizer, kind, config) => {
    expect(make({ optimizer })).toMatchObject({ kind, config })
  })

  test('has the step size that suits it', () => {
    const found = optimizerNames.map((optimizer) => settingsOf({ optimizer }).learningRate)
    expect(found).toEqual([0.001, 0.001, 0.001, 0.01, 0.01, 0.0001, 0.001])
  })

  test('is wrapped: clipped first, then averaged, for the mean of the gradients', () => {
    const all = make({ clip: 1, clipValue: 2, ema: 0.9, accumulate: 2, plateau: 3 })
    expect(JSON.stringify(all.config)).toMatch(/plateau/)
    expect(all.config).toMatchObject({ plateau: { factor: 0.1, patience: 3 } })
    for (const word of ['norm', 'decay', 'steps']) expect(JSON.stringify(all.config)).toContain(word)
  })
})

describe('the schedule', () => {
  test.each([
    [{ schedule: 'constant' }, [0.1, 0.1, 0.1]],
    [{ schedule: 'constant', warmup: 10 }, [0, 0.1, 0.1]],
    [{ schedule: 'linear' }, [0.1, 0.05, 0.003333]],
    [{ schedule: 'linear', finalLearningRate: 0.05 }, [0.1, 0.075, 0.051667]],
    [{ schedule: 'cosine' }, [0.1, 0.05, 0.000274]],
    [{ schedule: 'step' }, [0.1, 0.01, 0.001]],
    [{ schedule: 'step', rateDecay: 0.5, rateDecayEvery: 2 }, [0.1, 0.1, 0.05]],
    [{ schedule: 'exponential', rateDecay: 0.25 }, [0.1, 0.0125, 0.001795]],
    [{ schedule: 'one-cycle' }, [0.004, 0.075, 0.0000004]],
    [{ schedule: 'linear', accumulate: 2 }, [0.1, 0.053333, 0.006667]],
  ] as const)('%j has the rates %j at the steps 0, 15 and 29 of 30', (given, expected) => {
    const found = rates(given as Partial<OptimizerSettings>, [0, 15, 29])
    for (const [i, rate] of found.entries()) expect(rate).toBeCloseTo(expected[i] ?? Number.NaN, 5)
  })
})

test.each([
  [{ momentum: 0.9 }, '--momentum with --optimizer adam', '--optimizer sgd or rmsprop'],
  [{ finalLearningRate: 0.1 }, '--final-learning-rate with --schedule constant', '--schedule cosine or linear'],
  [{ rateDecay: 0.1, schedule: 'cosine' }, '--rate-decay with --schedule cosine', '--schedule step or exponential'],
  [{ plateauFactor: 0.1 }, '--plateau-factor with a run without --plateau', 'e.g. --plateau 5'],
] as const)('%j is refused with what it goes with', (given, what, fix) => {
  expect(() => settingsOf(given as Partial<OptimizerSettings>)).toThrow(OptionError)
  expect(() => settingsOf(given as Partial<OptimizerSettings>)).toThrow(what)
  expect(() => settingsOf(given as Partial<OptimizerSettings>)).toThrow(fix)
})
