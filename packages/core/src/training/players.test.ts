// A model and a player beside it: each moves its own variables by its own objective, in turns.
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { extendBackend } from '../backend/extend-backend.ts'
import { savedVariables } from '../files/model-file.ts'
import { readSafetensors } from '../files/safetensors.ts'
import { load, save } from '../files/save.ts'
import type { Player, Trainable } from '../model.ts'
import { normals } from '../random/random.ts'
import { memory } from '../stores/store.ts'
import {
  type AdversarialModel,
  type AdversarialTrace,
  adversarialKind,
  adversarialModel,
} from '../testing/adversarial-model.ts'
import { tinyData } from '../testing/tiny-model.ts'
import { adam } from './adam.ts'
import { evaluate } from './evaluate.ts'
import type { StepNumbers, StepPlayer } from './step-player.ts'
import { termsOf } from './terms.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { epochs: 4, batchSize: 32, seed: 5, learningRate: 0.02 }
const discriminatorOf = (model: AdversarialModel) =>
  model.players?.discriminator as Player<AdversarialTrace, 'discrimination'>
const weightsOf = (model: AdversarialModel) =>
  Object.fromEntries(Object.entries(savedVariables(model)).map(([name, variable]) => [name, [...variable.dataSync()]]))

async function losses(run: ReturnType<typeof train<never, never>>, until = Number.POSITIVE_INFINITY) {
  const all: object[] = []
  for await (const { loss, epoch } of run as AsyncIterable<{ loss: object; epoch: number }>) {
    all.push(loss)
    if (epoch >= until) break
  }
  return all
}

test('each moves its own variables in turn: three steps are those of an alternation by hand, in float64', async () => {
  using model = adversarialModel()
  const { down = [], up = [], slope = [], offset = [] } = weightsOf(model)
  const data = tinyData({ count: 6 })
  const x = await firstBatch(data, 6)
  const expected = byHand({ w: [...down], v: [...up], d: [...slope], b: [...offset] }, x, 3)
  const reported: { discrimination: number; total: number; reconstruction: number; fooling: number }[] = []
  const ordered = { ...data, batches: () => data.batches({ batchSize: 6 }) }
  for await (const { loss } of train(model, ordered, { ...options, epochs: 3, batchSize: 6 })) reported.push(loss)
  const after = weightsOf(model)
  expectClose(after.down ?? [], expected.w, { absolute: 2e-6 })
  expectClose(after.up ?? [], expected.v, { absolute: 2e-6 })
  expectClose(after.slope ?? [], expected.d, { absolute: 2e-6 })
  expectClose(after.offset ?? [], expected.b, { absolute: 2e-6 })
  for (const [i, { reconstruction, fooling, discrimination }] of expected.losses.entries()) {
    const loss = reported[i]
    expect(loss?.reconstruction).toBeCloseTo(reconstruction, 5)
    expect(loss?.fooling).toBeCloseTo(fooling, 5)
    expect(loss?.discrimination).toBeCloseTo(discrimination, 5)
    expect(loss?.total).toBeCloseTo(reconstruction + fooling / 2, 5) // a player's terms do not count
  }
})

test('a pass says for whom it is, and nothing is left behind', () =>
  expectNoLeak(async () => {
    const passes: (string | undefined)[] = []
    using model = adversarialModel({}, (player) => passes.push(player))
    await losses(train(model, tinyData({ count: 4 }), { ...options, epochs: 2 }) as never)
    expect(passes).toEqual([undefined, 'discriminator', undefined, 'discriminator'])
  }))

test('a resumed run equals an unbroken one to the bit, with the moments of each', async () => {
  using unbroken = adversarialModel()
  using first = adversarialModel()
  using second = adversarialModel({ seed: 9 })
  const checkpoint = memory()
  const expected = await losses(train(unbroken, tinyData(), options) as never)
  await losses(train(first, tinyData(), { ...options, checkpoint }) as never, 2)
  const { tensors, metadata } = readSafetensors(await checkpoint.read())
  expect([...tensors.keys()].filter((name) => name.includes('slope'))).toEqual([
    'slope',
    'optimizer.discriminator.mean.slope',
    'optimizer.discriminator.square.slope',
  ])
  expect(JSON.parse(metadata.get('checkpoint') ?? '')).toMatchObject({
    terms: ['reconstruction', 'fooling', 'discrimination'],
  })
  const rest = await losses(train(second, tinyData(), { ...options, resume: checkpoint }) as never)
  expect(rest).toEqual(expected.slice(2))
  expect(weightsOf(second)).toEqual(weightsOf(unbroken))
})

test("a run does not resume where the player's optimiser, weight or term is another", async () => {
  using model = adversarialModel()
  const resume = memory()
  await losses(train(model, tinyData(), { ...options, checkpoint: resume }) as never, 2)
  const refusal = async (change: object) => {
    using other = adversarialModel()
    const discriminator = { ...discriminatorOf(other), ...change }
    const changed = { ...other, players: { discriminator } } as AdversarialModel
    return String(await losses(train(changed, tinyData(), { ...options, resume }) as never).catch((error) => error))
  }
  expect(await refusal({ optimizer: adam({ beta1: 0.6 }) })).toContain('Expected: 0.5 (memory)')
  const { terms } = discriminatorOf(model).objective as { terms: Record<string, object> }
  const heavier = { terms: { discrimination: { ...terms.discrimination, weight: 2 } } }
  expect(await refusal({ objective: heavier })).toContain('another weight `discrimination`')
  expect(await refusal({ objective: { terms: { other: terms.discrimination } } })).toContain('another `objective`')
})

test('a saved model keeps its player, and evaluates to the same terms', async () => {
  using model = adversarialModel()
  await losses(train(model, tinyData(), options) as never)
  const store = memory()
  await save(model, store)
  using loaded = await load(store, adversarialKind)
  expect(weightsOf(loaded)).toEqual(weightsOf(model))
  const values = await evaluate(model, tinyData())
  expect(Object.keys(values)).toEqual(['reconstruction', 'fooling', 'discrimination', 'total'])
  expect(await evaluate(loaded, tinyData())).toEqual(values)
})

test('a player without an optimiser gets a state of the run, and may move variables of the model', async () => {
  using model = adversarialModel()
  const { optimizer: _, ...discriminator } = discriminatorOf(model)
  const generator = {
    variables: { down: model.variables.down as tf.Variable },
    objective: ({ code }: { code: tf.Tensor }) => ({ size: tf.sum(tf.square(code), 1) }),
  }
  type Both = Trainable<AdversarialTrace, 'reconstruction' | 'fooling', tf.Tensor, 'discrimination' | 'size'>
  const three: Both = { ...model, players: { discriminator, generator } }
  const checkpoint = memory()
  for await (const { loss } of train(three, tinyData(), { ...options, epochs: 1, checkpoint })) {
    expect(Object.keys(loss)).toEqual(['reconstruction', 'fooling', 'discrimination', 'size', 'total'])
  }
  const slots = [...readSafetensors(await checkpoint.read()).tensors.keys()].filter((name) =>
    name.endsWith('mean.down'),
  )
  expect(slots).toEqual(['optimizer.mean.down', 'optimizer.generator.mean.down'])
})

test.each(['data', 'a function'])('two terms of one name are refused, and nothing is left: as %s', (form) =>
  expectNoLeak(async () => {
    using model = adversarialModel()
    const before = weightsOf(model)
    const own = discriminatorOf(model)
    const objective = (trace: AdversarialTrace) => ({ fooling: termsOf(own.objective as never, trace).discrimination })
    const value = ({ code }: AdversarialTrace) => tf.sum(code, 1)
    const discriminator = { ...own, objective: form === 'data' ? { terms: { fooling: { value } } } : objective }
    const clashing = { ...model, players: { discriminator } } as never as AdversarialModel
    const error = await losses(train(clashing, tinyData(), options) as never).catch((reason) => reason)
    expect(error).toMatchInlineSnapshot(`
      [OptionError: A player has the term \`fooling\`, as the model or another player has.

      Expected: terms of different names
      Received: fooling twice
      Fix:      give the term of the player another name]
    `)
    if (form === 'data') expect(weightsOf(model)).toEqual(before)
  }),
)

test.each([
  ['null', null],
  ['a player without an objective', { discriminator: { variables: {} } }],
  ['an optimiser of tfjs', { discriminator: { variables: {}, objective: () => ({}), optimizer: {} } }],
])('players that are none are refused by the call: %s', (_, players) => {
  using model = adversarialModel()
  expect(() => train({ ...model, players: players as never }, tinyData())).toThrow(
    'whose players is not players by name',
  )
})

test('steps of each are replayed, by numbers of their own', async () => {
  const asked: StepNumbers[][] = []
  using model = adversarialModel()
  using other = adversarialModel()
  await losses(train(other, tinyData(), { ...options, epochs: 1 }) as never)
  const stepPlayer = async (variables: readonly tf.Variable[]): Promise<StepPlayer> => {
    const numbers: StepNumbers[] = []
    asked.push(numbers)
    expect(variables).toHaveLength(4 + 4) // all weights, and the moments of two
    return {
      play(inputs, now, run) {
        numbers.push(now)
        return run(inputs)
      },
      dispose() {},
    }
  }
  extendBackend(tf.backend(), { stepPlayer })
  try {
    await losses(train(model, tinyData(), { ...options, epochs: 1 }) as never)
  } finally {
    extendBackend(tf.backend(), { stepPlayer: undefined })
  }
  expect(asked).toEqual([
    [0, 1, 2].map((step) => ({ ...movesAt(step, 0.02, 0.9), weights: [1, 0.5] })),
    [0, 1, 2].map((step) => ({ ...movesAt(step, 0.01, 0.5), weights: [1] })),
  ])
  expect(weightsOf(model)).toEqual(weightsOf(other))
})

/** What a step of Adam with such a rate and mean is replayed with, before the weights. */
function movesAt(step: number, rate: number, beta1: number) {
  const moves = [expect.objectContaining({ beta1, stepSize: rate / (1 - beta1 ** (step + 1)) })]
  return { step, variant: 0, moves }
}

async function firstBatch(data: ReturnType<typeof tinyData>, batchSize: number): Promise<number[][]> {
  for await (const batch of data.batches({ batchSize })) {
    const rows = (batch as tf.Tensor2D).arraySync()
    batch.dispose()
    return rows
  }
  return []
}

interface Weights {
  readonly w: number[]
  readonly v: number[]
  readonly d: number[]
  readonly b: number[]
}

/** The model and its discriminator, with gradients by hand: the model's step, then the discriminator's, at the new codes. */
function byHand({ w, v, d, b }: Weights, x: readonly number[][], steps: number) {
  const model = adamOf([w, v], 0.02, 0.9)
  const discriminator = adamOf([d, b], 0.01, 0.5)
  const count = x.length
  const all = []
  const codes = () =>
    x.map((row) => [0, 1].map((j) => row.reduce((sum, value, i) => sum + value * at(w, 2 * i + j), 0)))
  const score = (code: readonly number[]) => at(code, 0) * at(d, 0) + at(code, 1) * at(d, 1) + at(b, 0)
  for (let step = 0; step < steps; step++) {
    const [dw, dv] = [w.map(() => 0), v.map(() => 0)]
    let [reconstruction, fooling, discrimination] = [0, 0, 0]
    for (const [n, code] of codes().entries()) {
      const row = x[n] as number[]
      const errors = row.map((value, i) => at(code, 0) * at(v, i) + at(code, 1) * at(v, 4 + i) - value)
      reconstruction += errors.reduce((sum, error) => sum + error ** 2, 0) / count
      fooling += Math.log1p(Math.exp(-score(code))) / count
      for (const j of [0, 1]) {
        let slope = (-0.5 * sigmoid(-score(code)) * at(d, j)) / count
        for (const [i, error] of errors.entries()) {
          dv[4 * j + i] = at(dv, 4 * j + i) + (2 * error * at(code, j)) / count
          slope += (2 * error * at(v, 4 * j + i)) / count
        }
        for (const [i, value] of row.entries()) dw[2 * i + j] = at(dw, 2 * i + j) + value * slope
      }
    }
    model([dw, dv])
    const drawn = normals('prior', { seed: 5, step }, 2 * count)
    const [dd, db] = [[0, 0], [0]]
    for (const [n, code] of codes().entries()) {
      const prior = [...drawn.subarray(2 * n, 2 * n + 2)]
      discrimination += (Math.log1p(Math.exp(-score(prior))) + Math.log1p(Math.exp(score(code)))) / count
      const [real, made] = [-sigmoid(-score(prior)) / count, sigmoid(score(code)) / count]
      for (const j of [0, 1]) dd[j] = at(dd, j) + at(prior, j) * real + at(code, j) * made
      db[0] = at(db, 0) + real + made
    }
    discriminator([dd, db])
    all.push({ reconstruction, fooling, discrimination })
  }
  return { w, v, d, b, losses: all }
}

/** Adam in float64, in place. */
function adamOf(parameters: readonly number[][], rate: number, beta1: number) {
  const [means, squares] = [parameters.map((p) => p.map(() => 0)), parameters.map((p) => p.map(() => 0))]
  let step = 0
  return (gradients: readonly number[][]) => {
    step++
    for (const [k, parameter] of parameters.entries()) {
      const [mean, square] = [means[k] as number[], squares[k] as number[]]
      for (const [i, gradient] of (gradients[k] as number[]).entries()) {
        mean[i] = beta1 * at(mean, i) + (1 - beta1) * gradient
        square[i] = 0.999 * at(square, i) + 0.001 * gradient ** 2
        const root = Math.sqrt(at(square, i) / (1 - 0.999 ** step))
        parameter[i] = at(parameter, i) - (rate * at(mean, i)) / (1 - beta1 ** step) / (root + 1e-8)
      }
    }
  }
}

function at(values: readonly number[], index: number): number {
  return values[index] as number
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
