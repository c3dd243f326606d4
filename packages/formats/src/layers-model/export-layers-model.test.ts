import { registerGradients, sizeOfShape, uniforms } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { continuousBernoulli, mixed } from '@ae/losses'
import { conditionalVae, customArchitecture, sparseAutoencoder, vae, vqVae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { disturb, onnxCases } from '../testing/onnx-cases.ts'
import { exportLayersModel, type LayersModelOptions, layersModelFiles } from './export-layers-model.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

type Loaded = Awaited<ReturnType<typeof loadLayersModel>>

/** Writes a part, has TensorFlow.js itself read it, and uses it. */
async function withPart(
  model: Parameters<typeof exportLayersModel>[0],
  part: LayersModelOptions['part'],
  use: (loaded: Loaded) => void,
) {
  const { weightData, ...rest } = await exportLayersModel(model, { part })
  const loaded = await loadLayersModel(tf.io.fromMemory({ ...rest, weightData } as unknown as tf.io.ModelArtifacts))
  try {
    tf.tidy(() => use(loaded))
  } finally {
    loaded.dispose()
  }
}

const without = /vq-vae|top-k|conditional|continuousBernoulli|mixed/
const cases = onnxCases.filter(({ name }) => !without.test(name))

describe.each(cases)('$name', ({ create }) => {
  test('gives the numbers of this library when TensorFlow.js reads it', async () => {
    const model = create() as ReturnType<typeof vae>
    try {
      disturb(model)
      const { inputShape, codeSize } = model
      const x = tf.tensor(uniforms('x', {}, 3 * sizeOfShape(inputShape)), [3, ...inputShape])
      const z = tf.tensor2d(
        uniforms('z', {}, 3 * codeSize).map((value) => 4 * value - 2),
        [3, codeSize],
      )
      const close = (found: tf.Tensor, expected: tf.Tensor) => {
        expect(found.shape).toEqual(expected.shape)
        expectClose(found.dataSync(), expected.dataSync(), { absolute: 1e-5, relative: 1e-5 })
      }
      await withPart(model, 'encoder', (loaded) => {
        const output = loaded.predict(x)
        const [code, logVariance] = Array.isArray(output) ? output : [output]
        close(code as tf.Tensor, model.encode(x))
        if (logVariance !== undefined) close(logVariance, model.posterior(x).logVariance)
      })
      await withPart(model, 'decoder', (loaded) => close(loaded.predict(z) as tf.Tensor, model.decode(z)))
      await withPart(model, 'autoencoder', (loaded) => close(loaded.predict(x) as tf.Tensor, model.reconstruct(x)))
      tf.dispose([x, z])
    } finally {
      ;(model as { dispose(): void }).dispose()
    }
  })
})

test('a conditional VAE takes a label too', async () => {
  using model = conditionalVae({ inputShape: [6], latentSize: 2, classes: 3, hidden: [5] })
  disturb(model)
  const [x, z, labels] = [tf.tensor2d(uniforms('x', {}, 12), [2, 6]), tf.ones([2, 2]), [2, 0]]
  const label = tf.tensor2d([0, 0, 1, 1, 0, 0], [2, 3])
  const close = (found: unknown, expected: tf.Tensor) =>
    expectClose((found as tf.Tensor).dataSync(), expected.dataSync(), { absolute: 1e-5 })
  await withPart(model, 'decoder', (loaded) =>
    close(loaded.predict([z, label]), model.decode(z as tf.Tensor2D, labels)),
  )
  await withPart(model, 'autoencoder', (loaded) => close(loaded.predict([x, label]), model.reconstruct(x, labels)))
  tf.dispose([x, z, label])
})

test('two files that TensorFlow.js reads next to each other', async () => {
  using model = vae({ inputShape: [6], latentSize: 2, hidden: [5] })
  const files = layersModelFiles(await exportLayersModel(model, { part: 'decoder' }))
  const browserFiles = Object.entries(files).map(([name, bytes]) => new File([bytes as Uint8Array<ArrayBuffer>], name))
  expect(browserFiles.map(({ name }) => name)).toEqual(['model.json', 'weights.bin'])
  const { weightsManifest, ...rest } = JSON.parse(new TextDecoder().decode(files['model.json']))
  const artifacts = {
    ...rest,
    weightSpecs: weightsManifest[0].weights,
    weightData: files['weights.bin'].slice().buffer,
  }
  const loaded = await loadLayersModel(tf.io.fromMemory(artifacts))
  tf.tidy(() => {
    const z = tf.ones([1, 2])
    expectClose((loaded.predict(z) as tf.Tensor).dataSync(), model.decode(z as tf.Tensor2D).dataSync(), {
      absolute: 1e-6,
    })
  })
  loaded.dispose()
})

test('no tensor stays behind, also when it is refused', async () => {
  using model = vae({ inputShape: [6], latentSize: 2, hidden: [5], likelihood: continuousBernoulli })
  await expectNoLeak(async () => {
    await exportLayersModel(model, { part: 'encoder' })
    await expect(exportLayersModel(model, { part: 'decoder' })).rejects.toThrow()
  })
})

describe('what TensorFlow.js has no layer for', () => {
  const options = { inputShape: [6], hidden: [5] }
  const network = { outputShape: [6], variables: {}, apply: (x: tf.Tensor) => x }
  const architecture = customArchitecture({ encoder: () => network, decoder: () => network })
  test.each([
    ['a codebook', () => vqVae({ ...options, codebookSize: 4, embeddingSize: 2, positions: 3 }), 'encoder'],
    [
      'the largest values alone',
      () => sparseAutoencoder({ ...options, codeSize: 4, sparsity: { kind: 'topK', count: 2 } }),
      'encoder',
    ],
    [
      'the mean of a continuous Bernoulli',
      () => vae({ ...options, latentSize: 2, likelihood: continuousBernoulli }),
      'decoder',
    ],
    [
      'the mean of a mixed likelihood',
      () => vae({ ...options, latentSize: 2, likelihood: mixed({ parts: [{ kind: 'gaussian', size: 6 }] }) }),
      'decoder',
    ],
    ['a function of your own', () => vae({ inputShape: [6], latentSize: 2, architecture }), 'encoder'],
  ] as const)('%s is refused', async (_, create, part) => {
    const model = create()
    await expect(exportLayersModel(model, { part })).rejects.toThrowErrorMatchingSnapshot()
    model.dispose()
  })
})
