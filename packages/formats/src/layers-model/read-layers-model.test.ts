import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoencoderError, registerGradients, sizeOfShape, uniforms } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import type { Vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromKeras } from '../keras/from-keras.ts'
import type { KerasLayer } from '../keras/keras-model.ts'
import { corrupted } from '../testing/corrupted.ts'
import { disturb, onnxCases } from '../testing/onnx-cases.ts'
import { exportLayersModel, layersModelFiles } from './export-layers-model.ts'
import { readLayersModel } from './read-layers-model.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

/** What TensorFlow.js itself saves of a model of its own. */
async function saved(model: layers.LayersModel): Promise<tf.io.ModelArtifacts> {
  let kept: tf.io.ModelArtifacts | undefined
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      kept = artifacts
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
    }),
  )
  return kept as tf.io.ModelArtifacts
}

/** Made by TensorFlow.js; its initial values are not what it is about. */
function autoencoderOfTfjs(): layers.Sequential {
  return layers.sequential({
    layers: [
      layers.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 3,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        activation: 'relu',
      }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 2, activation: 'tanh' }),
      layers.layers.dense({ units: 18 }),
      layers.layers.batchNormalization(),
      layers.layers.leakyReLU({ alpha: 0.2 }),
      layers.layers.reshape({ targetShape: [3, 3, 2] }),
      layers.layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', activation: 'sigmoid' }),
    ],
  })
}

/** As the converter of TensorFlow.js does: value = scale q + min, or a half. */
function quantised(artifacts: tf.io.ModelArtifacts, dtype: 'uint8' | 'uint16'): tf.io.ModelArtifacts {
  const parts: Uint8Array[] = []
  let at = 0
  const weightSpecs = (artifacts.weightSpecs ?? []).map((spec) => {
    const size = sizeOfShape(spec.shape)
    const values = new Float32Array((artifacts.weightData as ArrayBuffer).slice(at, at + 4 * size))
    at += 4 * size
    const [min, max] = [Math.min(...values), Math.max(...values)]
    const steps = dtype === 'uint8' ? 255 : 65535
    const scale = max === min ? 1 : (max - min) / steps
    const whole = [...values].map((value) => Math.round((value - min) / scale))
    parts.push(dtype === 'uint8' ? Uint8Array.from(whole) : new Uint8Array(Uint16Array.from(whole).buffer))
    return { ...spec, quantization: { dtype, scale, min, original_dtype: 'float32' as const } }
  })
  const weightData = new Uint8Array(parts.flatMap((part) => [...part])).buffer
  return { ...artifacts, weightSpecs, weightData }
}

test('a model that TensorFlow.js saved computes the same here, whole and quantised', async () => {
  const model = autoencoderOfTfjs()
  const artifacts = await saved(model)
  const x = tf.tensor(uniforms('x', {}, 72), [2, 6, 6, 1])
  const expected = (model.predict(x) as tf.Tensor).dataSync()
  for (const [source, absolute] of [
    [artifacts, 1e-5],
    [quantised(artifacts, 'uint16'), 1e-3],
    [quantised(artifacts, 'uint8'), 0.05],
  ] as const) {
    using ours = await fromKeras(await readLayersModel(source as never), { code: 'dense_Dense1' })
    expect(ours.config).toMatchObject({ inputShape: [6, 6, 1], codeSize: 2, codeActivation: 'tanh' })
    tf.tidy(() => expectClose(ours.reconstruct(x).dataSync(), expected, { absolute }))
  }
  const decoded = tf.io.decodeWeights(...weightsOf(quantised(artifacts, 'uint8')))
  const ours = await readLayersModel(quantised(artifacts, 'uint8') as never)
  const [first] = ours.layers.filter(({ tensors }) => tensors.size > 0)
  expectClose([...(first?.tensors.get('kernel')?.data ?? [])], decoded[`${first?.name}/kernel`]?.dataSync() ?? [], {
    absolute: 1e-6,
  })
  tf.dispose([x, decoded as never])
  model.dispose()
})

function weightsOf({ weightData, weightSpecs }: tf.io.ModelArtifacts): Parameters<typeof tf.io.decodeWeights> {
  return [weightData as ArrayBuffer, weightSpecs ?? []]
}

const names = ['dense, [9, 7, 2]', 'convolutional, dense layers too, [9, 7, 2]']
describe.each(onnxCases.filter(({ name }) => names.includes(name)))('$name', ({ create }) => {
  test('comes back from what was exported', async () => {
    const model = create() as Vae
    disturb(model)
    const files = layersModelFiles(await exportLayersModel(model, { part: 'autoencoder' }))
    const folder = mkdtempSync(join(tmpdir(), 'ae-layers-model-'))
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
    const read = await readLayersModel(join(folder, 'model.json'))
    using again = await fromKeras(read)
    tf.tidy(() => {
      const x = tf.tensor(uniforms('x', {}, 252), [2, 9, 7, 2])
      expectClose(again.reconstruct(x).dataSync(), model.reconstruct(x).dataSync(), { absolute: 1e-5 })
    })
    model.dispose()
  })
})

describe('what it refuses', () => {
  const good = {
    modelTopology: { class_name: 'Sequential', config: { name: 's', layers: [] } },
    weightSpecs: [],
    weightData: new ArrayBuffer(0),
  }
  test.each<[string, unknown, string]>([
    ['a graph model', { ...good, modelTopology: { node: [] } }, 'it is not a layers model'],
    [
      'weights that end early',
      { ...good, weightSpecs: [{ name: 'a/kernel', shape: [2], dtype: 'float32' }] },
      'end before "a/kernel"',
    ],
    ['texts for weights', { ...good, weightSpecs: [{ name: 'a', shape: [1], dtype: 'string' }] }, 'of an unknown kind'],
    ['bytes that nothing names', { ...good, weightData: new ArrayBuffer(3) }, 'bytes follow its last weight'],
    ['a number', 3, 'received a bad `source`'],
    ['a handler that fails', { load: () => Promise.reject(new Error('404')) }, 'it cannot load'],
  ])('%s', async (_, source, message) => {
    await expect(readLayersModel(source as never)).rejects.toThrow(message)
  })

  test('weights outside of its folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ae-layers-model-'))
    const path = join(folder, 'model.json')
    writeFileSync(path, JSON.stringify({ ...good, weightsManifest: [{ paths: ['../secret.bin'], weights: [] }] }))
    await expect(readLayersModel(path)).rejects.toThrow('it names weights elsewhere')
  })

  test('500 damaged files: a designed error, or weights of the shapes that the file states', async () => {
    const model = autoencoderOfTfjs()
    const { modelTopology, weightSpecs, weightData } = await saved(model)
    model.dispose()
    const text = new TextEncoder().encode(JSON.stringify({ modelTopology, weightSpecs }))
    let read = 0
    for (let seed = 0; seed < 500; seed++) {
      try {
        const damaged = JSON.parse(new TextDecoder().decode(corrupted(text, seed)))
        lengthsOf(await readLayersModel({ ...damaged, weightData }))
        read++
      } catch (error) {
        if (error instanceof SyntaxError) continue
        if (!AutoencoderError.isInstance(error)) throw new Error(`seed ${seed}`, { cause: error })
      }
    }
    expect(read).toBeGreaterThan(5)
  })
})

function lengthsOf({ tensors, layers }: KerasLayer): void {
  for (const { shape, data } of tensors.values()) expect(data.length).toBe(sizeOfShape(shape))
  for (const layer of layers) lengthsOf(layer)
}
