// The tutorial's networks in full size against PyTorch: losses, and the norm and fifty numbers of every tensor.
import { randomUniform, type Trainable } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { autoencoder, vae } from '@ae/models'
import { relu, tidy } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import autoencoderOracle from '../../../reference/oracles/autoencoder-full.json' with { type: 'json' }
import vaeOracle from '../../../reference/oracles/vae-full.json' with { type: 'json' }
import { expectNear, type StoredTensor, valuesOf } from './closeness.ts'
import { onBackend } from './on-backend.ts'
import { assignWeights, firstStep, tenLosses, type Values } from './steps.ts'

/** For each tensor: max |ours - PyTorch's| / max |PyTorch's|. */
const tolerance = 1e-4

interface Sample {
  readonly norm: number
  readonly maximum: number
  readonly indices: readonly number[]
  readonly values: readonly number[]
}

interface Oracle {
  readonly seed: number
  readonly batchSize: number
  readonly firstTerms: Readonly<Record<string, StoredTensor>>
  readonly losses: readonly number[]
  readonly gradients: Readonly<Record<string, Sample>>
  readonly weights: Readonly<Record<string, Sample & { readonly movementNorm: number }>>
}

const models: readonly { name: string; oracle: Oracle; make: () => unknown }[] = [
  { name: 'vae 784-400-20', oracle: vaeOracle, make: () => vae({ inputShape: [28, 28, 1], latentSize: 20 }) },
  {
    name: 'autoencoder 784-256-128-64',
    oracle: autoencoderOracle,
    make: () => autoencoder({ inputShape: [28, 28, 1] }),
  },
]

onBackend('training in full size agrees with PyTorch within 1e-4', () => {
  test.each(models)('$name', ({ oracle, make }) =>
    expectNoLeak(async () => {
      const model = make() as Trainable
      assignWeights(model, (name, shape) => referenceUniform(name, shape, 1 / Math.sqrt(inputsOf(model, name))))
      const batch = tidy(() => relu(referenceUniform('batch', [oracle.batchSize, ...model.inputShape], 1)))
      const before = await valuesOf(model.variables)
      const { terms, gradients } = await firstStep(model, batch, oracle.seed)
      const losses = await tenLosses(model, batch, oracle.seed)
      const after = await valuesOf(model.variables)
      model.dispose()
      batch.dispose()

      for (const [name, { values }] of Object.entries(oracle.firstTerms)) {
        expectNear({ [name]: terms[name] ?? [] }, { [name]: values }, tolerance)
      }
      expectNear({ losses }, { losses: oracle.losses }, tolerance)
      expectSamples(gradients, oracle.gradients)
      expectSamples(after, oracle.weights)
      for (const [name, { movementNorm }] of Object.entries(oracle.weights)) {
        const movement = Array.from(after[name] ?? [], (value, i) => value - Number(before[name]?.[i]))
        expect(Math.abs(norm(movement) / movementNorm - 1), `how far ${name} moved`).toBeLessThan(tolerance)
      }
    }),
  )
})

/** Numbers that `reference/training.py` also draws. */
function referenceUniform(name: string, shape: readonly number[], bound: number) {
  return randomUniform(shape, `reference/${name}`, {}, { minimum: -bound, maximum: bound })
}

/** The number of inputs of the layer that a weight or bias belongs to. */
function inputsOf({ variables }: Trainable, name: string): number {
  return variables[name.replace(/bias$/, 'weight')]?.shape[0] ?? 0
}

function expectSamples(actual: Values, expected: Readonly<Record<string, Sample>>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, sample] of Object.entries(expected)) {
    const tensor = actual[name] ?? []
    const far = sample.indices.map((index, i) => Math.abs(Number(tensor[index]) - Number(sample.values[i])))
    expect(Math.max(...far) / sample.maximum, `fifty of ${name}`).toBeLessThan(tolerance)
    expect(Math.abs(norm(tensor) / sample.norm - 1), `the norm of ${name}`).toBeLessThan(tolerance)
  }
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0))
}
