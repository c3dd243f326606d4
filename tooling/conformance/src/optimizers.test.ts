// Every optimiser against PyTorch (Lion against its paper), fused and composed; and around them what clips, accumulates and averages,
// with steps that are replayed and that are not.
import {
  accumulate,
  adagrad,
  adam,
  adamW,
  average,
  clip,
  cosine,
  extendBackend,
  linear,
  lion,
  type Optimizer,
  rAdam,
  repeatable,
  rmsProp,
  sequence,
  sgd,
  train,
  uniforms,
  withAveragedWeights,
} from '@ae/core'
import { extensionOf } from '@ae/core/internal'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { vae } from '@ae/models'
import { backend, dispose, tensor1d, tidy, variable } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/optimizers.json' with { type: 'json' }
import { valuesOf } from './closeness.ts'
import { ways } from './fused-kernels.ts'
import { onBackend, tfjsName } from './on-backend.ts'

const [steps = 0, count = 0] = oracle.gradients.shape
const makers = { adagrad, adam, adamW, lion, rAdam, rmsProp, sgd } as unknown as Record<
  string,
  (options: object) => Optimizer
>

onBackend('optimisers agree with PyTorch within 1e-5 of the way that a number has gone', () => {
  describe.each(ways)('$name', ({ way }) => {
    test.each(Object.entries(oracle.configurations))('%s', (_name, { options: { kind, ...options }, parameters }) =>
      way(() => expectNoLeak(() => expectPath(makers[kind]?.(options) as Optimizer, parameters.values))),
    )
  })
})

async function expectPath(optimizer: Optimizer, expected: readonly number[]): Promise<void> {
  const start = oracle.initial.values
  const parameter = tidy(() => variable(tensor1d(start)))
  const state = optimizer.create({ parameter })
  const ours: number[] = []
  for (let step = 0; step < steps; step++) {
    const gradient = tensor1d(oracle.gradients.values.slice(step * count, (step + 1) * count))
    state.apply({ parameter: gradient }, step)
    gradient.dispose()
    ours.push(...(await parameter.data()))
  }
  state.dispose()
  dispose([parameter])
  const excess = expected.map((value, at) => {
    const before = start[at % count] ?? 0
    const path = expected.filter((_, i) => i <= at && i % count === at % count)
    const way = path.reduce((sum, here, i) => sum + Math.abs(here - (path[i - 1] ?? before)), 0)
    const rounding = 2 * path.length * 2 ** -24 * Math.max(...path.map(Math.abs), Math.abs(before))
    return Math.abs((ours[at] ?? Number.NaN) - value) - 1e-5 * way - rounding
  })
  expect(Math.max(...excess)).toBeLessThanOrEqual(0)
}

const learningRate = sequence([
  { schedule: linear({ from: 1e-3, to: 0.02, steps: 5 }), steps: 5 },
  { schedule: cosine({ from: 0.02, to: 1e-3, steps: 20 }) },
])

const trainings: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ learningRate }),
  "sgd with Nesterov's momentum": sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  'adam with weight decay': adam({ learningRate, weightDecay: 0.01, uncorrectedEpsilon: true }),
  rAdam: rAdam({ learningRate, beta2: 0.9 }),
  rmsProp: rmsProp({ learningRate, momentum: 0.5, centered: true }),
  'rmsProp with momentum': rmsProp({ learningRate, momentum: 0.5 }),
  adagrad: adagrad({ learningRate, learningRateDecay: 0.1 }),
  lion: lion({ learningRate, weightDecay: 0.1 }),
  'adamW in groups': adamW({ learningRate, groups: [{ match: /bias$/, weightDecay: 0, learningRate: 0.01 }] }),
  'adam, accumulated': accumulate(adam({ learningRate }), { steps: 4 }),
  'adamW, clipped by norm and averaged': average(clip(adamW({ learningRate }), { norm: 1 }), { decay: 0.9 }),
  'sgd, averaged late and clipped twice': clip(
    average(clip(sgd({ learningRate }), { value: 0.1 }), { decay: 0.8, after: 7 }),
    { norm: 5 },
  ),
  'adamW, averaged, clipped and accumulated': accumulate(
    clip(average(adamW({ learningRate }), { decay: 0.9 }), { norm: 1 }),
    { steps: 2 },
  ),
  'adamW, accumulated and then clipped and averaged': average(
    clip(accumulate(adamW({ learningRate }), { steps: 2 }), { norm: 1 }),
    { decay: 0.9 },
  ),
}

onBackend('a training with another optimiser', () => {
  if (tfjsName !== 'wasm') {
    test('is replayed nowhere else', () => {
      expect('stepPlayer' in extensionOf(backend())).toBe(false)
    })
    return
  }
  test.each(Object.entries(trainings))('by %s is replayed, to the bit', (_, optimizer) =>
    expectNoLeak(async () => {
      const { passes, ...replayed } = await trained(optimizer)
      const { stepPlayer } = extensionOf(backend())
      extendBackend(backend(), { stepPlayer: undefined })
      try {
        expect({ ...replayed, passes: 24 }).toEqual(await trained(optimizer))
      } finally {
        extendBackend(backend(), { stepPlayer })
      }
      expect(passes).toBeLessThanOrEqual(9) // the first of each batch size, and of each kind of step
    }),
  )
})

/** Eight epochs of two batches of 8 and one of 4; the averages are looked at in the middle. */
async function trained(optimizer: Optimizer) {
  const model = vae({ inputShape: [6], hidden: [5], latentSize: 3, seed: 1 })
  const data = fromArray(uniforms('examples', {}, 20 * 6), { shape: [6] })
  let passes = 0
  const counted: typeof model.trace = (batch, pass) => {
    passes++
    return model.trace(batch, pass)
  }
  const watched = { ...model, trace: repeatable(counted, [model.trace]) }
  const losses: object[] = []
  for await (const { loss } of train(watched, data, { epochs: 8, batchSize: 8, optimizer })) {
    losses.push(loss)
    if (optimizer.kind === 'average') losses.push(await withAveragedWeights(model, () => valuesOf(model.variables)))
  }
  const weights = await valuesOf(model.variables)
  model.dispose()
  return { losses, weights, passes }
}
