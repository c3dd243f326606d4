import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { extendBackend } from '../backend/extend-backend.ts'
import type { Objective } from '../objective-types.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { adam } from './adam.ts'
import type { Optimizer, OptimizerState } from './optimizer.ts'
import { repeatable } from './repeatable.ts'
import type { StepNumbers, StepPlayer } from './step-player.ts'
import { termsOf } from './terms.ts'
import { train } from './train.ts'
import type { TrainOptions } from './train-options.ts'

type Options = TrainOptions<Trace, 'error'>

/** What a player was asked to do. */
interface Replayed {
  readonly numbers: StepNumbers[]
  readonly shapes: number[][]
  variables: number
  disposals: number
}

let replayed: Replayed
let cpu: tf.KernelBackend
beforeEach(async () => {
  await tf.setBackend('cpu')
  cpu = tf.backend()
  replayed = { numbers: [], shapes: [], variables: 0, disposals: 0 }
  const stepPlayer = async (variables: readonly tf.Variable[]): Promise<StepPlayer> => {
    replayed.variables = variables.length
    return {
      play(inputs, numbers, run) {
        replayed.numbers.push(numbers)
        replayed.shapes.push(...inputs.map(({ shape }) => shape))
        return run(inputs)
      },
      dispose: () => void replayed.disposals++,
    }
  }
  extendBackend(cpu, { stepPlayer })
})
afterEach(() => {
  extendBackend(cpu, { stepPlayer: undefined })
})

const squares = ({ output, target }: Trace) => tf.sum(tf.square(tf.sub(output, target)), 1)
const scheduled: Objective<Trace, 'error'> = { terms: { error: { value: squares, weight: (step) => 1 + step } } }

async function run(options: Options = {}, pass = (trace: ReturnType<typeof tinyModel>['trace']) => repeatable(trace)) {
  using model = tinyModel()
  const losses: number[] = []
  const settings = { epochs: 2, batchSize: 40, objective: scheduled, ...options }
  for await (const { loss } of train({ ...model, trace: pass(model.trace) }, tinyData(), settings)) {
    losses.push(loss.error, loss.total)
  }
  return { losses, weights: Object.values(model.variables).map((variable) => [...variable.dataSync()]) }
}

test('a player gets the batches, and all that changes from step to step', () =>
  expectNoLeak(async () => {
    await run({ learningRate: (step) => 0.1 / (1 + step) })
    expect(replayed).toEqual({
      numbers: [0, 1, 2, 3].map((step) => ({
        step,
        variant: 0,
        moves: [expect.objectContaining({ stepSize: 0.1 / (1 + step) / (1 - 0.9 ** (step + 1)) })],
        weights: [1 + step],
      })),
      shapes: [40, 30, 40, 30].map((rows) => [rows, 4]),
      variables: 6, // two of the model, and two moments of each
      disposals: 1,
    })
  }))

test('what it gives is what the engine gives', async () => {
  const here = await run()
  extendBackend(cpu, { stepPlayer: undefined })
  expect(here).toEqual(await run())
})

test('it is asked for nothing where something may change that nobody knows of', async () => {
  const cases: [Options, Parameters<typeof run>[1]?][] = [
    [
      {},
      (trace) =>
        (...pass) =>
          trace(...pass),
    ],
    [{ objective: (trace, step) => termsOf(scheduled, trace, step) }],
    [{ objective: { terms: { error: { value: squares, settings: { capacity: (step) => step } } } } }],
    [{ optimizer: { kind: 'still', config: {}, create: () => ({ slots: {}, apply() {}, dispose() {} }) } }],
  ]
  for (const [options, pass] of cases) await run(options, pass)
  expect(replayed.numbers).toEqual([])
})

test('the mark of an optimiser hangs on what moves: a state that is spread and given another `apply` has none', async () => {
  const frozen = (base: Optimizer): Optimizer => ({
    ...base,
    create(variables) {
      const state = base.create(variables)
      return { ...state, apply: (gradients, step) => step >= 2 && state.apply(gradients, step) }
    },
  })
  const { weights } = await run({ optimizer: frozen(adam()) })
  expect(replayed.numbers).toEqual([])
  expect(weights).not.toEqual((await run({ optimizer: adam() })).weights)
  expect(replayed.numbers).toHaveLength(4)
})

/** Trains four steps, of which the third is made while something is otherwise; gives which steps a player was asked for. */
async function asked(change: () => () => unknown, options: Options = {}): Promise<number[]> {
  let undo: (() => unknown) | undefined
  await run({
    ...options,
    onProgress({ step }) {
      if (step === 2) undo = change()
      if (step === 3) undo?.()
    },
  })
  return replayed.numbers.map(({ step }) => step)
}

test('nor is it while the engine is to look at every op', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {}) // it prints them
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => void vi.restoreAllMocks())
  const debugging = () => {
    tf.enableDebugMode()
    return () => tf.env().set('DEBUG', false)
  }
  expect(await asked(debugging)).toEqual([0, 1, 3])
})

test('nor while tfjs takes a profile', async () => {
  const profiling = () => {
    let end = () => {}
    const isOver = new Promise<tf.Tensor>((resolve) => {
      end = () => resolve(tf.scalar(0))
    })
    const profile = tf.profile(() => isOver)
    return async () => {
      end()
      tf.dispose((await profile).result)
    }
  }
  const steps = await asked(profiling)
  expect(steps.slice(0, 2)).toEqual([0, 1])
  expect(steps).not.toContain(2)
})

test('a weight that is not finite later is refused then, and its step not replayed', async () => {
  const weight = (step: number) => (step === 2 ? Number.NaN : 1)
  await expect(run({ objective: { terms: { error: { value: squares, weight } } } })).rejects.toThrow('the weight NaN')
  expect(replayed.numbers.map(({ step }) => step)).toEqual([0, 1])
})

test('a schedule is asked once a step: what it gives is replayed, minimised and reported', async () => {
  let asked = 0
  const { losses } = await run({ objective: { terms: { error: { value: squares, weight: () => ++asked } } } })
  expect(asked).toBe(4)
  expect(replayed.numbers.map(({ weights }) => weights[0])).toEqual([1, 2, 3, 4])
  expect(losses.every(Number.isFinite)).toBe(true)
})

test('what a model or its optimiser is given in the middle is not replayed', async () => {
  using model = tinyModel()
  const marked = { ...model, trace: repeatable(model.trace), likelihood: { ...model.likelihood } }
  let state: { apply: OptimizerState['apply'] } | undefined
  const optimizer: Optimizer = {
    ...adam(),
    create(variables) {
      state = { ...adam().create(variables) }
      return state as OptimizerState
    },
  }
  const { trace, objective, likelihood, variables } = marked
  const { down, up } = variables as Record<'down' | 'up', tf.Variable>
  const changes: (() => void)[] = [
    () => Object.assign(marked, { trace: repeatable((...pass: Parameters<typeof trace>) => trace(...pass)) }),
    () => Object.assign(marked, { trace, objective: (trace: Trace) => termsOf(objective, trace) }),
    () => Object.assign(marked, { objective, variables: { up } }),
    () => Object.assign(marked, { variables: { up, down, other: up } }),
    () => Object.assign(marked, { variables: { ...variables } }), // the same ones
    () => Object.assign(likelihood, { mean: () => tf.zeros([1]) }),
    () => Object.assign(likelihood, { mean: model.likelihood.mean, negativeLogLikelihood: () => tf.zeros([1]) }),
    () => {
      const { apply } = state as OptimizerState
      Object.assign(likelihood, model.likelihood)
      Object.assign(state as object, { apply: (...given: Parameters<typeof apply>) => apply(...given) })
    },
  ]
  const settings = { epochs: 1, batchSize: 7, objective: scheduled, optimizer }
  for await (const _ of train(marked, tinyData(), { ...settings, onProgress: ({ step }) => changes[step - 1]?.() }))
    break
  expect(replayed.numbers.map(({ step }) => step)).toEqual([0, 5])
})

test('on another backend steps go on through tfjs', async () => {
  tf.registerBackend('other', () => Object.create(cpu))
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({ kernelName, backendName: 'other', kernelFunc })
  }
  try {
    const { weights } = await run({ onProgress: ({ step }) => step === 2 && tf.setBackend('other') })
    await tf.setBackend('cpu')
    expect(replayed.numbers).toHaveLength(2)
    expect(replayed.disposals).toBe(1)
    expect(weights).toEqual((await run()).weights)
  } finally {
    await tf.setBackend('cpu')
    tf.removeBackend('other')
  }
})

test('terms that are given something else in the middle are not replayed', async () => {
  const settings: Record<string, number> = { rate: 1 }
  const term = { value: squares, settings }
  const terms: Record<'error', typeof term> = { error: term }
  const changes: (() => void)[] = [
    () => Object.assign(terms, { error: { ...term } }),
    () => Object.assign(terms, { error: Object.assign(term, { value: (trace: Trace) => tf.mul(squares(trace), 2) }) }),
    () => void [Object.assign(term, { value: squares }), Object.assign(settings, { rate: 2 })],
    () => Object.assign(settings, { rate: 1 }), // as at the beginning
  ]
  await run({ objective: { terms }, batchSize: 7, epochs: 1, onProgress: ({ step }) => changes[step - 1]?.() })
  expect(replayed.numbers.map(({ step }) => step)).toEqual([0, 4, 5, 6, 7, 8, 9])
})

test('what several terms share is computed once in a step', async () => {
  let [computed, first] = [0, tf.zeros([1])]
  const parts = (trace: Trace) => {
    computed++
    return squares(trace)
  }
  const objective: Objective<Trace, 'one' | 'two' | 'three'> = {
    terms: {
      one: {
        value: (_, { once }) => {
          first = once(parts)
          return first
        },
      },
      two: {
        value(_, { once }) {
          expect(once(parts)).toBe(first)
          return tf.mul(once(parts), 2)
        },
      },
      three: { value: (_, { once }) => once((trace) => parts(trace)) }, // another function
    },
  }
  using model = tinyModel()
  for await (const { loss } of train(model, tinyData(), { batchSize: 70, epochs: 1, objective })) {
    expect(loss.two).toBeCloseTo(2 * loss.one, 4)
    expect(loss.three).toBeCloseTo(loss.one, 4)
  }
  expect(computed).toBe(2)
})

test.each<[string, unknown]>([
  ['no terms', { terms: {} }],
  ['a term that is a tensor', { terms: { error: tf.scalar(1) } }],
  ['a value that is no function', { terms: { error: { value: 1 } } }],
  ['a weight that is no number', { terms: { error: { value: () => tf.scalar(1), weight: '1' } } }],
  ['a setting that is not finite', { terms: { error: { value: () => tf.scalar(1), settings: { rate: Number.NaN } } } }],
  ['a number', 1],
])('an objective with %s is refused by the call', (_, objective) => {
  using model = tinyModel()
  expect(() => train(model, tinyData(), { objective: objective as never })).toThrow(
    '`train` received a bad `objective`.\n\nExpected: an objective, e.g. reconstruction()',
  )
})

test('a player is released when training is left, or fails', async () => {
  using model = tinyModel()
  const marked = { ...model, trace: repeatable(model.trace) }
  for await (const _ of train(marked, tinyData(), { objective: scheduled })) break
  expect(replayed.disposals).toBe(1)
  const failing: typeof scheduled = {
    terms: {
      error: {
        value() {
          throw new Error('no')
        },
      },
    },
  }
  await expect(run({ objective: failing })).rejects.toThrow('no')
  expect(replayed.disposals).toBe(2)
})
