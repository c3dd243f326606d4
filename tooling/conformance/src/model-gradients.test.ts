// The gradient of what `train` minimises, for every model and in every variable, against central differences.
import {
  type Autoencoder,
  type LabelledBatch,
  normals,
  registerGradients,
  sizeOfShape,
  type Terms,
  type Trace,
  type Trainable,
  uniforms,
} from '@ae/core'
import { centralDifferences } from '@ae/library/testing'
import { categorical, continuousBernoulli, discretizedLogistic, gaussian, laplace, negativeElbo } from '@ae/losses'
import {
  autoencoder,
  betaTcVae,
  conditionalVae,
  contractiveAutoencoder,
  convolutionalArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  iwae,
  maskingNoise,
  sparseAutoencoder,
  stackedAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { hastenProducts, inSoftware, onBackend } from './on-backend.ts'

// Smooth activations: a difference across the kink of a relu is no derivative.
const rows = { inputShape: [6], hidden: [5], activation: 'tanh', seed: 2 } as const
const coded = { ...rows, codeSize: 4, codeActivation: 'tanh' } as const
const latent = { ...rows, latentSize: 3 } as const
const image = { inputShape: [5, 5, 1], seed: 2 } as const
const convolutional = (options = {}) => convolutionalArchitecture({ channels: [3], activation: 'tanh', ...options })
const ofOnes = (model: ReturnType<typeof conditionalVae>): Trainable => ({
  ...model,
  trace: (images, options) =>
    model.trace({ images, labels: tf.tensor1d([1, 0], 'int32') } satisfies LabelledBatch, options),
})

const models: Readonly<Record<string, () => Trainable>> = {
  autoencoder: () => autoencoder(coded),
  'autoencoder, convolutional': () =>
    autoencoder({ ...image, codeSize: 4, codeActivation: 'tanh', architecture: convolutional() }),
  'autoencoder, resized convolutions, layer normalisation': () => {
    const architecture = convolutional({ upsampling: 'resize', normalization: 'layer' })
    return autoencoder({ ...image, codeSize: 4, codeActivation: 'tanh', architecture })
  },
  'autoencoder, batch normalisation': () => {
    const architecture = denseArchitecture({ hidden: [5], activation: 'softplus', normalization: 'batch' })
    return autoencoder({ inputShape: [6], codeSize: 4, codeActivation: 'tanh', architecture, seed: 2 })
  },
  'stacked autoencoder': () => stackedAutoencoder(coded),
  'sparse autoencoder, KL': () =>
    sparseAutoencoder({ ...coded, codeActivation: 'sigmoid', sparsity: { kind: 'kl', weight: 1 } }),
  'sparse autoencoder, L1': () => sparseAutoencoder({ ...coded, sparsity: { kind: 'l1', weight: 2 } }),
  'sparse autoencoder, top k': () => sparseAutoencoder({ ...coded, sparsity: { kind: 'topK', count: 2 } }),
  'denoising autoencoder': () => denoisingAutoencoder({ model: autoencoder(coded), corruption: maskingNoise() }),
  'contractive autoencoder, exact': () => contractiveAutoencoder({ ...coded, hidden: [], weight: 2 }),
  'contractive autoencoder, estimated': () => contractiveAutoencoder({ ...coded, weight: 2 }),
  vae: () => vae(latent),
  'vae, convolutional': () => vae({ ...image, latentSize: 3, architecture: convolutional() }),
  'vae, continuous Bernoulli': () => vae({ ...latent, likelihood: continuousBernoulli }),
  'vae, Gaussian with a shared standard deviation': () =>
    vae({ ...latent, likelihood: gaussian({ standardDeviation: 'shared' }) }),
  'vae, Gaussian with one a feature': () =>
    vae({ ...latent, likelihood: gaussian({ standardDeviation: 'perFeature' }) }),
  'vae, Laplace with a shared scale': () => vae({ ...latent, likelihood: laplace({ scale: 'shared' }) }),
  'vae, categorical': () => vae({ ...latent, likelihood: categorical({ classes: 4 }) }),
  'vae, discretised logistic': () => vae({ ...latent, likelihood: discretizedLogistic({ levels: 8 }) }),
  'vae, free bits': () => withObjective(vae(latent), negativeElbo({ freeBits: 0.01 })),
  'vae, capacity': () => withObjective(vae(latent), negativeElbo({ beta: 3, capacity: 0.2 })),
  'conditional vae': () => ofOnes(conditionalVae({ ...latent, classes: 2 })),
  iwae: () => iwae({ ...latent, samples: 3 }),
  'beta-TC vae': () => betaTcVae({ ...latent, exampleCount: 40 }),
  // Its encoder's gradient is the straight-through estimate by design, and no derivative.
  'vq-vae, decoder': () => only(vqVae({ ...rows, codebookSize: 3, embeddingSize: 2, positions: 2 }), /^decoder/),
}

// Where every dispatch takes a millisecond, all variables move at once.
onBackend('gradients of whole models are those of central differences', () => {
  hastenProducts()

  test.each(Object.entries(models))('%s', async (_name, create) => {
    registerGradients()
    using model = create()
    const { inputShape, variables } = model
    const entries = Object.entries(variables)
    tf.tidy(() => {
      for (const [, variable] of entries) variable.assign(tf.mul(variable, 2)) // larger gradients
    })
    const x = tf.tensor(uniforms('x', {}, 2 * sizeOfShape(inputShape)), [2, ...inputShape])
    const total = () => tf.tidy(() => totalOf(model.objective(model.trace(x, { seed: 3, step: 1, training: true }), 0)))
    const { value, grads } = tf.variableGrads(
      total,
      entries.map(([, variable]) => variable),
    )
    for (const group of inSoftware ? [entries] : entries.map((entry) => [entry])) {
      const lines = await Promise.all(group.map(([name, variable]) => lineThrough(name, variable)))
      const at = async (t: number) => {
        for (const line of lines) line.assign(t)
        const value = total()
        const [number] = await value.data()
        value.dispose()
        return number as number
      }
      const [difference = Number.NaN] = await centralDifferences(([t]) => at(t as number), [0], { step: 2 ** -8 })
      await at(0)
      const slopes = await Promise.all(lines.map((line) => line.slope(grads)))
      const slope = slopes.reduce((sum, part) => sum + part)
      const names = group.map(([name]) => name).join(', ')
      expect(Math.abs(slope - difference), names).toBeLessThan(2e-3 + 5e-3 * Math.abs(difference))
    }
    tf.dispose([x, value, grads])
  })
})

/** A straight line through the values of a variable, in a random direction. */
async function lineThrough(name: string, variable: tf.Variable) {
  const start = await variable.data()
  const direction = normals(`direction/${name}`, {}, variable.size)
  return {
    assign(t: number) {
      const values = start.map((value, i) => value + t * (direction[i] ?? 0))
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)))
    },
    async slope(gradients: tf.NamedTensorMap) {
      const gradient: ArrayLike<number> = (await gradients[variable.name]?.data()) ?? []
      return direction.reduce((sum, along, i) => sum + along * (gradient[i] ?? 0), 0)
    },
  }
}

/** What `train` minimises. */
function totalOf(terms: Terms): tf.Scalar {
  const parts = Object.values(terms).map((term) =>
    'weight' in term ? tf.mul(tf.mean(term.value), term.weight) : tf.mean(term),
  )
  return parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar
}

function withObjective<trace extends Trace>(
  model: Autoencoder & Trainable<trace>,
  objective: (trace: trace, step: number) => Terms,
): Trainable {
  return { ...model, objective } as unknown as Trainable
}

/** The model with some of its variables to move, at rest otherwise: a codebook that moves is no function of them. */
function only(model: Trainable, names: RegExp): Trainable {
  const variables = Object.fromEntries(Object.entries(model.variables).filter(([name]) => names.test(name)))
  return { ...model, variables, trace: (batch, options) => model.trace(batch, { ...options, training: false }) }
}
