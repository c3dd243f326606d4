import { type Autoencoder, normals, type SavableModel, type Shape, sizeOfShape, uniforms } from '@ae/core'
import { reparameterize } from '@ae/losses'
import {
  type ConditionalVae,
  conditionalVae,
  convolutionalArchitecture,
  sparseAutoencoder,
  type VariationalAutoencoder,
  type VqVae,
  vae,
} from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { disturb, onnxCases } from '../testing/onnx-cases.ts'
import { runtimes, type Values } from '../testing/onnx-runtimes.ts'
import { exportOnnx } from './export-onnx.ts'

beforeAll(() => tf.setBackend('cpu'))

type AnyModel = SavableModel & { readonly inputShape: Shape; readonly codeSize: number }

const values = (name: string, shape: readonly number[], from: 'uniform' | 'normal'): Values => {
  const size = sizeOfShape([...shape])
  return { shape, data: from === 'uniform' ? uniforms(name, {}, size) : normals(name, {}, size) }
}

const labelsOf = (count: number, classes: number) => Array.from({ length: count }, (_, i) => (3 * i + 1) % classes)

function oneHot(labels: readonly number[], classes: number): Values {
  const data = new Float32Array(labels.length * classes)
  for (const [row, label] of labels.entries()) data[row * classes + label] = 1
  return { shape: [labels.length, classes], data }
}

function toValues(x: tf.Tensor): Values {
  return { shape: x.shape, data: x.dataSync<'float32'>() }
}

/** What the model's own methods give; `label` if they need one. */
interface Expected {
  readonly label?: Values
  readonly encoded: Readonly<Record<string, Values>>
  readonly decoded: Values
  readonly reconstructed: Values
}

function expectedOf(model: AnyModel, x: Values, code: Values): Expected {
  const [images, codes] = [tf.tensor(x.data, [...x.shape]), tf.tensor2d(code.data, code.shape as [number, number])]
  if ('classes' in model) {
    const conditional = model as unknown as ConditionalVae
    const labels = labelsOf(x.shape[0] ?? 0, conditional.classes)
    return {
      label: oneHot(labels, conditional.classes),
      encoded: { code: toValues(conditional.encode(images, labels)) },
      decoded: toValues(conditional.decode(codes, labels)),
      reconstructed: toValues(conditional.reconstruct(images, labels)),
    }
  }
  const own = model as unknown as Autoencoder & Partial<VariationalAutoencoder & VqVae>
  const posterior = own.posterior?.(images)
  const indices = own.encodeIndices?.(images)
  return {
    encoded: {
      code: toValues(own.encode(images)),
      ...(posterior === undefined ? {} : { logVariance: toValues(posterior.logVariance) }),
      ...(indices === undefined ? {} : { indices: toValues(indices) }),
    },
    decoded: toValues(own.decode(codes)),
    reconstructed: toValues(own.reconstruct(images)),
  }
}

/** Inside `tf.tidy`, with the result outside. */
function tidily<result>(compute: () => result): result {
  tf.engine().startScope()
  try {
    return compute()
  } finally {
    tf.engine().endScope()
  }
}

function expectClose(received: Values | undefined, { shape, data }: Values): void {
  expect(received?.shape).toEqual(shape)
  const worst = Array.from(received?.data ?? [], (value, i) => Math.abs(value - (data[i] ?? Number.NaN)))
  expect(Math.max(...worst)).toBeLessThan(1e-5)
}

describe.each(runtimes)('$name', ({ run }) => {
  test.each(onnxCases)('gives the numbers of this library: $name', async ({ create }) => {
    const model = create() as AnyModel
    try {
      disturb(model)
      const [encoder, decoder, autoencoder] = await Promise.all(
        (['encoder', 'decoder', 'autoencoder'] as const).map((part) => exportOnnx(model, { part })),
      )
      for (const batch of [1, 3]) {
        const x = values('x', [batch, ...model.inputShape], 'uniform')
        const code = values('code', [batch, model.codeSize], 'normal')
        const { label, encoded, decoded, reconstructed } = tidily(() => expectedOf(model, x, code))
        const given = label === undefined ? {} : { label }
        const own = await run(encoder as Uint8Array, { x, ...given })
        for (const [name, value] of Object.entries(encoded)) expectClose(own[name], value)
        if (own.indices !== undefined) expect(own.indices.type).toBe('int64')
        expectClose((await run(decoder as Uint8Array, { code, ...given })).reconstruction, decoded)
        expectClose((await run(autoencoder as Uint8Array, { x, ...given })).reconstruction, reconstructed)
      }
    } finally {
      model.dispose()
    }
  })

  test('draws codes of a Gaussian posterior from the noise that it is given', async () => {
    const model = vae({
      inputShape: [9, 7, 2],
      latentSize: 4,
      architecture: convolutionalArchitecture({ channels: [3] }),
    })
    disturb(model)
    const x = values('x', [3, 9, 7, 2], 'uniform')
    const noise = values('noise', [3, 4], 'normal')
    const [encoder, whole] = await Promise.all(
      (['encoder', 'autoencoder'] as const).map((part) => exportOnnx(model, { part, code: 'sample' })),
    )
    const expected = tidily(() => {
      const { mean, logVariance } = model.posterior(tf.tensor(x.data, [3, 9, 7, 2]))
      const code = reparameterize(mean, logVariance, tf.tensor2d(noise.data, [3, 4]))
      return {
        encoded: { mean: toValues(mean), logVariance: toValues(logVariance), code: toValues(code) },
        decoded: toValues(model.decode(code)),
      }
    })
    const own = await run(encoder as Uint8Array, { x, noise })
    for (const [name, value] of Object.entries(expected.encoded)) expectClose(own[name], value)
    expectClose((await run(whole as Uint8Array, { x, noise })).reconstruction, expected.decoded)
    model.dispose()
  })

  test('keeps all of the largest values that are equal', async () => {
    const model = sparseAutoencoder({ inputShape: [1], hidden: [], codeSize: 4, sparsity: { kind: 'topK', count: 2 } })
    tf.tidy(() => {
      model.variables['encoder.0.weight']?.assign(tf.tensor2d([[1, 3, 2, 2]]))
      model.variables['encoder.0.bias']?.assign(tf.zeros([4]))
    })
    const x = { shape: [2, 1], data: Float32Array.of(1, -1) }
    const { code } = await run(await exportOnnx(model, { part: 'encoder' }), { x })
    expect(Array.from(code?.data ?? [], (value) => value + 0)).toEqual([0, 3, 2, 2, -1, 0, -2, -2])
    expect(tidily(() => toValues(model.encode(tf.tensor2d(x.data, [2, 1])))).data).toEqual(code?.data)
    model.dispose()
  })

  test('takes labels between two classes', async () => {
    const model = conditionalVae({ inputShape: [6], hidden: [5], latentSize: 2, classes: 3, seed: 1 })
    const decoder = await exportOnnx(model, { part: 'decoder' })
    const code = values('code', [2, 2], 'normal')
    const label = { shape: [2, 3], data: Float32Array.of(0.5, 0.5, 0, 0, 1, 0) }
    const received = (await run(decoder, { code, label })).reconstruction?.data ?? new Float32Array()
    const { data } = tidily(() => toValues(model.decode(tf.tensor2d(code.data, [2, 2]), [1, 1])))
    expectClose({ shape: [6], data: received.slice(6) }, { shape: [6], data: data.slice(6) })
    expect(received[0]).not.toBeCloseTo(data[0] ?? 0, 3)
    model.dispose()
  })
})

test('the same model gives the same file, and no tensor stays behind', async () => {
  const make = () => vae({ inputShape: [6], hidden: [5], latentSize: 2, seed: 1 })
  const [one, other] = [make(), make()]
  const before = tf.memory().numTensors
  const files = await Promise.all([one, other].map((model) => exportOnnx(model, { part: 'autoencoder' })))
  expect(files[0]).toEqual(files[1])
  expect(tf.memory().numTensors).toBe(before)
  one.dispose()
  other.dispose()
})

test('a half has only its own weights', async () => {
  const model = vae({ inputShape: [50], hidden: [40], latentSize: 2 })
  const sizes = await Promise.all(
    (['encoder', 'decoder', 'autoencoder'] as const).map(async (part) => (await exportOnnx(model, { part })).length),
  )
  const numbers = { encoder: 50 * 40 + 40 + 2 * (40 * 2 + 2), decoder: 2 * 40 + 40 + 40 * 50 + 50 }
  expect(sizes[0]).toBeGreaterThan(4 * numbers.encoder)
  expect(sizes[0]).toBeLessThan(4 * numbers.encoder + 2500)
  expect(sizes[1]).toBeGreaterThan(4 * numbers.decoder)
  expect(sizes[1]).toBeLessThan(4 * numbers.decoder + 2500)
  expect(sizes[2]).toBeLessThan((sizes[0] ?? 0) + (sizes[1] ?? 0))
  model.dispose()
})
