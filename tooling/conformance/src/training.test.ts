// Small networks against PyTorch, every number: from the same weights, batch and noise to the same losses, gradients and weights.
import { randomNormal, type Trainable } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { autoencoder, vae } from '@ae/models'
import { tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import autoencoderOracle from '../../../reference/oracles/autoencoder.json' with { type: 'json' }
import vaeOracle from '../../../reference/oracles/vae.json' with { type: 'json' }
import { expectNear, relativeDifference, type StoredTensor, valuesOf } from './closeness.ts'
import { hastenProducts, onBackend } from './on-backend.ts'
import { assignWeights, firstStep, tenLosses, type Values } from './steps.ts'

/** For each tensor: max |ours - PyTorch's| / max |PyTorch's|. */
const tolerance = 1e-4

interface Oracle {
  readonly seed: number
  readonly batch: StoredTensor
  readonly initialWeights: Readonly<Record<string, StoredTensor>>
  readonly firstTerms: Readonly<Record<string, StoredTensor>>
  readonly gradients: Readonly<Record<string, StoredTensor>>
  readonly losses: readonly number[]
  readonly weights: Readonly<Record<string, StoredTensor>>
}

const models: readonly { name: string; oracle: Oracle; make: () => unknown }[] = [
  {
    name: 'vae 24-16-5',
    oracle: vaeOracle,
    make: () => vae({ inputShape: [4, 6, 1], hidden: [16], latentSize: 5 }),
  },
  {
    name: 'autoencoder 24-16-12-6',
    oracle: autoencoderOracle,
    make: () => autoencoder({ inputShape: [4, 6, 1], hidden: [16, 12], codeSize: 6 }),
  },
]

onBackend('training agrees with PyTorch within 1e-4', () => {
  hastenProducts()

  describe.each(models)('$name', ({ oracle, make }) => {
    const { seed } = oracle
    const initial = numbersOf(oracle.initialWeights)

    test('the loss terms of each example and every gradient', () =>
      expectNoLeak(async () => {
        const { model, batch } = setUp(make, oracle)
        const { terms, gradients } = await firstStep(model, batch, seed)
        model.dispose()
        batch.dispose()
        expectNear(terms, numbersOf(oracle.firstTerms), tolerance)
        expectNear(gradients, numbersOf(oracle.gradients), tolerance)
      }))

    test('ten losses, and every weight after ten Adam steps', () =>
      expectNoLeak(async () => {
        const { model, batch } = setUp(make, oracle)
        const losses = await tenLosses(model, batch, seed)
        const weights = await valuesOf(model.variables)
        model.dispose()
        batch.dispose()
        expectNear({ losses }, { losses: oracle.losses }, tolerance)
        expectNear(weights, numbersOf(oracle.weights), tolerance)
        // Stricter than comparing the weights themselves, which ten steps move by a few hundredths.
        expectNear(differences(weights, initial), differences(numbersOf(oracle.weights), initial), 10 * tolerance)
      }))
  })

  test('the noise equals the noise that PyTorch was given', async () => {
    for (const [step, { shape, values }] of vaeOracle.noise.entries()) {
      const noise = randomNormal(shape, 'posterior', { seed: vaeOracle.seed, step })
      expect(relativeDifference(await noise.data(), values)).toBeLessThan(1e-6)
      noise.dispose()
    }
  })
})

function setUp(make: () => unknown, { batch, initialWeights }: Oracle) {
  const model = make() as Trainable
  assignWeights(model, (name, shape) => tensor([...(initialWeights[name]?.values ?? [])], shape))
  return { model, batch: tensor([...batch.values], [batch.shape[0] ?? 0, ...model.inputShape]) }
}

function numbersOf(tensors: Readonly<Record<string, StoredTensor>>): Values {
  return Object.fromEntries(Object.entries(tensors).map(([name, { values }]) => [name, values]))
}

function differences(a: Values, b: Values): Values {
  return Object.fromEntries(
    Object.entries(a).map(([name, values]) => [name, Array.from(values, (value, i) => value - Number(b[name]?.[i]))]),
  )
}
