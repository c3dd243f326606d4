import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { squaredError } from '@ae/losses'
import { autoencoder } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/evaluation.json' with { type: 'json' }
import { reconstructionError } from './reconstruction-error.ts'
import { linearVae } from './testing/linear-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const { vae } = oracle
const rows = (values: readonly number[], size: number) =>
  Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size))
const model = () =>
  linearVae({
    mean: rows(vae.mean.values, 2),
    logVariance: vae.logVariance.values,
    decoder: rows(vae.decoder.values, 6),
  })
const data = () => fromArray(Float32Array.from(vae.examples.values), { shape: [6] })

describe('reconstructionError', () => {
  test.each([1, 2, 100])(
    "is PyTorch's mse_loss, l1_loss and binary_cross_entropy, batch size %d",
    async (batchSize) => {
      using six = model()
      const error = await reconstructionError(six, data(), { batchSize })
      expect(error.meanSquaredError.value).toBeCloseTo(vae.meanSquaredError, 6)
      expect(error.meanAbsoluteError.value).toBeCloseTo(vae.meanAbsoluteError, 6)
      expect(error.binaryCrossEntropy?.value).toBeCloseTo(vae.binaryCrossEntropy, 5)
      expect(error.binaryCrossEntropy?.unit).toBe('nats per feature')
    },
  )

  test('counts a reconstruction that is certain and wrong as 100 nats, as PyTorch does', async () => {
    using sure = { ...model(), reconstruct: (x: tf.Tensor) => tf.onesLike(x), [Symbol.dispose]() {} }
    const zeros = fromArray(new Float32Array(12), { shape: [6] })
    expect((await reconstructionError(sure, zeros)).binaryCrossEntropy?.value).toBeCloseTo(100, 3)
  })

  test('has no cross-entropy where data or reconstructions leave [0, 1]', async () => {
    using linear = autoencoder({
      inputShape: [6],
      codeSize: 2,
      hidden: [],
      likelihood: squaredError({ activation: 'linear' }),
    })
    expect(Object.keys(await reconstructionError(linear, data()))).toEqual(['meanSquaredError', 'meanAbsoluteError'])
    using six = model()
    const wide = fromArray(Float32Array.of(0, 1, 2, 3, 4, 5), { shape: [6] })
    expect((await reconstructionError(six, wide)).binaryCrossEntropy).toBe(undefined)
  })

  test('leaves no tensor behind, and refuses data of another shape', () =>
    expectNoLeak(async () => {
      using six = model()
      await reconstructionError(six, data())
      await expect(reconstructionError(six, fromArray(new Float32Array(4), { shape: [2] }))).rejects.toThrow('received')
    }))
})
