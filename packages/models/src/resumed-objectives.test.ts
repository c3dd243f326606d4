// A run goes on with the objective that its checkpoint was trained with, or is refused.
import '@tensorflow/tfjs-backend-cpu'
import {
  AutoencoderError,
  type Dataset,
  linear,
  load,
  memory,
  type Objective,
  readSafetensors,
  type Trace,
  type Trainable,
  termsOf,
  train,
  writeSafetensors,
} from '@ae/core'
import { fromArray } from '@ae/datasets'
import {
  betaTotalCorrelation,
  codebookError,
  commitment,
  klSparsity,
  l1Sparsity,
  negativeElbo,
  reconstruction,
  sum,
  weighted,
} from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { iwae } from './iwae.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const values = Array.from({ length: 12 }, (_, i) => [0.1, 0.9, (i % 3) / 3, (i % 5) / 5])
const data = fromArray(values, { shape: [4] })
const base = { inputShape: [4], hidden: [3], seed: 1 }
// biome-ignore lint/suspicious/noExplicitAny: objectives of several kinds of pass in one table
type Any = any

const bottleneck = () => autoencoder({ ...base, codeSize: 2, codeActivation: 'sigmoid' } as Any)
const latent = () => vae({ ...base, latentSize: 2 })
const quantised = () => vqVae({ ...base, codebookSize: 4, embeddingSize: 2, positions: 2, codebook: 'loss' })

async function run(model: Trainable<Any, string, Any>, options: object, from: Dataset = data): Promise<string> {
  try {
    for await (const _ of train(model, from, { batchSize: 4, epochs: 2, seed: 3, ...options }));
    return 'none'
  } catch (error) {
    if (!AutoencoderError.isInstance(error)) throw error
    return error.message
  }
}

/** A checkpoint of the first of two epochs. */
async function checkpointOf(model: Trainable<Any, string, Any>, objective: Any) {
  const store = memory()
  for await (const _ of train(model, data, { batchSize: 4, epochs: 2, seed: 3, objective, checkpoint: store })) break
  return store
}

const tc = (options: object) => betaTotalCorrelation({ exampleCount: 12, ...options })
const withPenalty = (weight: number) => sum(reconstruction(), weighted(weight, l1Sparsity()))
const quantisation = (weight: number) => sum(reconstruction(), weighted(weight, commitment()), codebookError())
const mine = (weight: number): Objective<Trace, 'reconstruction' | 'mine'> => {
  return (trace, step) => ({
    ...termsOf(reconstruction(), trace, step),
    mine: { value: tf.mean(tf.square(trace.code)), weight },
  })
}
const ramp = (steps: number) => linear({ from: 0, to: 1, steps })
const late = (value: number) => (step: number) => (step < 4 ? 1 : value)

test.each<[string, () => Trainable<Any, string, Any>, Any, Any, string, string, string]>([
  ['beta', latent, negativeElbo(), negativeElbo({ beta: 50 }), 'weight `kl`', '1 at step 2', '50'],
  ['beta of the own objective', latent, undefined, negativeElbo({ beta: 50 }), 'weight `kl`', '1 at step 2', '50'],
  ['a ramp', latent, negativeElbo({ beta: ramp(4) }), negativeElbo({ beta: ramp(8) }), 'weight `kl`', '0.5', '0.25'],
  [
    'a step to come',
    latent,
    negativeElbo({ beta: late(1) }),
    negativeElbo({ beta: late(7) }),
    'weight `kl`',
    '1 at',
    '7',
  ],
  ['free bits', latent, negativeElbo({ freeBits: 1 }), negativeElbo({ freeBits: 2 }), 'setting `freeBits`', '1', '2'],
  [
    'capacity',
    latent,
    negativeElbo({ capacity: 1 }),
    negativeElbo({ capacity: ramp(4) }),
    'setting `capacity`',
    '1',
    '0.5',
  ],
  ['weighted', bottleneck, withPenalty(1), withPenalty(2), 'weight `sparsity`', '1 at step 2', '2'],
  [
    'the rate of klSparsity',
    bottleneck,
    sum(reconstruction(), klSparsity()),
    sum(reconstruction(), klSparsity({ rate: 0.1 })),
    'setting `rate`',
    '0.05',
    '0.1',
  ],
  ['weights that are not stated', quantised, quantisation(0.25), quantisation(1), 'weight `commitment`', '0.25', '1'],
  ['weights of an own function', bottleneck, mine(1), mine(3), 'weight `mine`', '1 at step 2', '3'],
  [
    'total correlation',
    () => betaTcVae({ ...base, latentSize: 2, exampleCount: 12 }),
    tc({}),
    tc({ beta: 2 }),
    'weight `totalCorrelation`',
    '6',
    '2',
  ],
  ['its examples', latent, tc({}), tc({ exampleCount: 99 }), 'setting `exampleCount`', '12', '99'],
])('%s: another value is refused, the same one is not', async (_, make, before, now, what, stored, given) => {
  const [one, other, third] = [make(), make(), make()]
  const resume = await checkpointOf(one, before)
  const weights = () => Object.values(other.variables).flatMap((variable) => [...variable.dataSync()])
  const [initial, tensors] = [weights(), tf.memory().numTensors]
  const message = await run(other, { objective: now, resume })
  expect(message).toContain(`\`train\` cannot resume: its objective has another ${what}.`)
  expect(message).toMatch(new RegExp(`Expected: ${stored}.*\\(memory\\)\n`))
  expect(message).toContain(`Received: ${given}\n`)
  expect([weights(), tf.memory().numTensors]).toEqual([initial, tensors])
  expect(await run(third, { objective: before, resume })).toBe('none')
  for (const model of [one, other, third]) model.dispose()
})

test.each<[string, (n: number) => Trainable<Any, string, Any>, string]>([
  ['commitmentWeight', (commitmentWeight) => vqVae({ ...base, commitmentWeight }), 'commitmentWeight'],
  ['the contractive weight', (weight) => contractiveAutoencoder({ ...base, weight } as Any), 'weight'],
  ['samples of an IWAE', (samples) => iwae({ ...base, latentSize: 2, samples }), 'samples'],
])('%s, an option of the model, is refused too', async (_, make, name) => {
  const [one, other] = [make(1), make(2)]
  expect(await run(other, { resume: await checkpointOf(one, undefined) })).toContain(`another \`${name}\``)
  one.dispose()
  other.dispose()
})

test('a term that the checkpoint does not have is refused, also where the objective states nothing', async () => {
  const [one, other] = [bottleneck(), bottleneck()]
  const resume = await checkpointOf(one, undefined)
  expect(await run(other, { resume, objective: mine(1) })).toContain('cannot resume with another `objective`')
  one.dispose()
  other.dispose()
})

test('the cure works: the model of the checkpoint is loaded and trained with the other objective', async () => {
  using one = latent()
  const store = await checkpointOf(one, negativeElbo())
  using loaded = await load(store, vae)
  expect(await run(loaded, { objective: negativeElbo({ beta: 50 }) })).toBe('none')
})

test('a checkpoint of a former version, which states no numbers, still resumes', async () => {
  using one = latent()
  const store = await checkpointOf(one, negativeElbo())
  const { metadata, tensors } = readSafetensors(await store.read())
  const { objective, ...position } = JSON.parse(metadata.get('checkpoint') ?? '')
  expect(objective.map(({ step }: { step: number }) => step)).toEqual([2, 3, 4, 5]) // the step made last, 1 and 2 on, the end
  const texts = new Map(metadata).set('checkpoint', JSON.stringify(position))
  texts.delete('checksum')
  await store.write(writeSafetensors({ metadata: texts, tensors }))
  using other = latent()
  expect(await run(other, { resume: store, objective: negativeElbo({ beta: 2 }) })).toBe('none')
})

test('a schedule without values beyond the run is asked for none', async () => {
  const table = [1, 1, 1, 2, 2, 2]
  const beta = (step: number) => table[step] ?? Number.NaN
  using one = latent()
  using other = latent()
  const resume = await checkpointOf(one, negativeElbo({ beta }))
  expect(await run(other, { resume, objective: negativeElbo({ beta }) })).toBe('none')
})
