import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { extendBackend } from '../backend/extend-backend.ts'
import type { Objective, Trace, WeightedTerm } from '../model.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { adam, type Optimizer, type OptimizerState } from './adam.ts'
import { repeatable } from './repeatable.ts'
import type { StepNumbers, StepPlayer } from './step-player.ts'
import { train } from './train.ts'
import type { TrainOptions } from './train-options.ts'

type Options = TrainOptions<Trace, 'error'>

/** What a player was asked to do. */
interface Played {
  readonly numbers: StepNumbers[]
  readonly shapes: number[][]
  variables: number
  disposals: number
}

let played: Played
let cpu: tf.KernelBackend
beforeEach(async () => {
  await tf.setBackend('cpu')
  cpu = tf.backend()
  played = { numbers: [], shapes: [], variables: 0, disposals: 0 }
  const stepPlayer = async (variables: readonly tf.Variable[]): Promise<StepPlayer> => {
    played.variables = variables.length
    return {
      play(inputs, numbers, run) {
        played.numbers.push(numbers)
        played.shapes.push(...inputs.map(({ shape }) => shape))
        return run(inputs)
      },
      dispose: () => void played.disposals++,
    }
  }
  extendBackend(cpu, { stepPlayer })
})
afterEach(() => {
  extendBackend(cpu, { stepPlayer: undefined })
})

/** A schedule, and the weights of it. */
const scheduled: Objective<Trace, 'error'> = Object.assign(
  ({ output, target }: Trace, step: number): { error: WeightedTerm } => ({
    error: { value: tf.sum(tf.square(tf.sub(output, target)), 1), weight: 1 + step },
  }),
  { weights: (step: number) => ({ error: 1 + step }) },
)

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
    expect(played).toEqual({
      numbers: [0, 1, 2, 3].map((step) => ({ step, learningRate: 0.1 / (1 + step), weights: [1 + step] })),
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
    [{ objective: (trace, step) => scheduled(trace, step) }],
    [{ optimizer: { kind: 'still', config: {}, create: () => ({ slots: {}, apply() {}, dispose() {} }) } }],
  ]
  for (const [options, pass] of cases) await run(options, pass)
  expect(played.numbers).toEqual([])
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
  expect(played.numbers).toEqual([])
  expect(weights).not.toEqual((await run({ optimizer: adam() })).weights)
  expect(played.numbers).toHaveLength(4)
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
  return played.numbers.map(({ step }) => step)
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

test.each<[string, (step: number) => Record<string, number>]>([
  ['of another name', (step) => ({ [step === 2 ? 'other' : 'error']: 1 + step })],
  ['not finite', (step) => ({ error: step === 2 ? Number.NaN : 1 + step })],
])('weights that are %s later are refused then, and not played', async (_, weights) => {
  const wrong = Object.assign((trace: Trace, step: number) => scheduled(trace, step), { weights: weights as never })
  await expect(run({ objective: wrong })).rejects.toThrow('whose `weights` are not those of its terms')
  expect(played.numbers.map(({ step }) => step)).toEqual([0, 1])
})

test('a schedule that is another number each time it is asked is left to the engine', async () => {
  let asked = 0
  const random: Objective<Trace, 'error'> = Object.assign(
    ({ output, target }: Trace) => ({
      error: { value: tf.sum(tf.square(tf.sub(output, target)), 1), weight: ++asked },
    }),
    { weights: () => ({ error: ++asked }) },
  )
  const { losses } = await run({ objective: random })
  expect(losses.every(Number.isFinite)).toBe(true)
  expect(played.numbers.map(({ step }) => step)).toEqual([0])
})

test('what a model or its optimiser is given in the middle is not played', async () => {
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
    () => Object.assign(marked, { trace, objective: (...given: Parameters<typeof objective>) => objective(...given) }),
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
  expect(played.numbers.map(({ step }) => step)).toEqual([0, 5])
})

test('on another backend steps go on by the engine', async () => {
  tf.registerBackend('other', () => Object.create(cpu))
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({ kernelName, backendName: 'other', kernelFunc })
  }
  try {
    const { weights } = await run({ onProgress: ({ step }) => step === 2 && tf.setBackend('other') })
    await tf.setBackend('cpu')
    expect(played.numbers).toHaveLength(2)
    expect(played.disposals).toBe(1)
    expect(weights).toEqual((await run()).weights)
  } finally {
    await tf.setBackend('cpu')
    tf.removeBackend('other')
  }
})

test('an objective whose weights are not those of its terms is refused before anything moves', async () => {
  const wrong = Object.assign((trace: Trace, step: number) => scheduled(trace, step), {
    weights: () => ({ error: 2 }),
  })
  await expect(run({ objective: wrong })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`train\` received an objective whose \`weights\` are not those of its terms.

    Expected: {"error":1}
    Received: {"error":2}
    Fix:      let weights(step) give the weight of each term, in the order of the terms, or leave it out]
  `)
  expect(played.disposals).toBe(1)
})

test.each([{ error: 1 }, () => undefined, () => ({}), 'none'])('so is one whose weights are %o', async (weights) => {
  const wrong = Object.assign((trace: Trace, step: number) => scheduled(trace, step), {
    weights: weights as never,
  })
  await expect(run({ objective: wrong })).rejects.toThrow('whose `weights` are not those of its terms')
})

test('a player is released when training is left, or fails', async () => {
  using model = tinyModel()
  const marked = { ...model, trace: repeatable(model.trace) }
  for await (const _ of train(marked, tinyData(), { objective: scheduled })) break
  expect(played.disposals).toBe(1)
  const failing = Object.assign(
    () => {
      throw new Error('no')
    },
    { weights: scheduled.weights },
  ) as unknown as typeof scheduled
  await expect(run({ objective: failing })).rejects.toThrow('no')
  expect(played.disposals).toBe(2)
})
