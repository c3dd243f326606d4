import { createHash } from 'node:crypto'
import { randomUniform, readSafetensors } from '@ae/core'
import { fromArray, mnist } from '@ae/datasets'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/pictures.json' with { type: 'json' }
import { embeddedClassifier } from './embedded-classifier.ts'
import { frechetDistance } from './frechet-distance.ts'
import { pictureFeatures } from './picture-features.ts'
import { formulaPictures } from './testing/formula-pictures.ts'

const scaled = () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  return tf.tidy(() => tf.div(tf.concat([damaged, original]), 255))
}

test('the classifier is the one that is documented, and small', () => {
  const bytes = Buffer.from(embeddedClassifier, 'base64')
  const checksum = createHash('sha256').update(bytes).digest('hex')
  expect(checksum).toBe('825c21587e5db3d4ec32caef732a8c8540684029071ca1ed2e6bcabf9a8e99c5')
  expect(embeddedClassifier.length).toBeLessThan(150_000)
})

test('pictureFeatures gives what PyTorch computes with the same weights', async () => {
  const { values, count, codeSize, source } = await pictureFeatures(scaled())
  expect({ count, codeSize, source }).toEqual({ count: 2, codeSize: 64, source: 'picture classifier 1 of @ae/metrics' })
  const largest = Math.max(...oracle.classifier.values)
  for (const [i, value] of values.entries()) {
    expect(Math.abs(value - (oracle.classifier.values[i] as number)) / largest).toBeLessThan(1e-6)
  }
})

test('pictureFeatures takes a data set, with labels or without, and flat pictures, in batches of any size', async () => {
  const pictures = scaled()
  const { values } = await pictureFeatures(pictures)
  const flat = await pictureFeatures(tf.reshape(pictures, [2, 784]), { batchSize: 1 })
  const data = fromArray(await pictures.data<'float32'>(), { shape: [28, 28, 1] })
  const ofData = await pictureFeatures(data)
  for (const other of [flat, ofData]) {
    expect(Math.max(...other.values.map((value, i) => Math.abs(value - (values[i] as number))))).toBeLessThan(1e-5)
  }
})

test('the distance of digits from other digits is far below that of noise', async () => {
  const digits = await mnist({ split: 'test', limit: 100 })
  const [own, other] = [
    await pictureFeatures(digits),
    await pictureFeatures(await mnist({ split: 'train', limit: 100 })),
  ]
  const noise = await pictureFeatures(randomUniform([100, 28, 28, 1], 'noise', {}))
  expect((await frechetDistance(noise, own)).value).toBeGreaterThan(5 * (await frechetDistance(other, own)).value)
})

test('the features tell the digits of MNIST apart', async () => {
  const digits = await mnist({ split: 'test', limit: 300 })
  const { values, codeSize } = await pictureFeatures(digits)
  const { tensors } = readSafetensors(Buffer.from(embeddedClassifier, 'base64'))
  const [weight, bias] = ['classes.weight', 'classes.bias'].map((name) => tensors.get(name)?.data) as [
    Float32Array,
    Float32Array,
  ]
  const classOf = (row: Float32Array) => {
    const scores = bias.map((start, c) => row.reduce((sum, value, i) => sum + value * (weight[20 * i + c] ?? 0), start))
    return scores.indexOf(Math.max(...scores))
  }
  const right = Array.from(digits.labels).filter(
    (label, i) => classOf(values.subarray(i * codeSize, (i + 1) * codeSize)) === label,
  )
  expect(right.length / digits.size).toBeGreaterThan(0.97) // 0.9905 of all 10,000
})

test('pictureFeatures leaks no tensor, also when it refuses', async () => {
  const pictures = scaled()
  const before = tf.memory().numTensors
  await pictureFeatures(pictures)
  expect(tf.memory().numTensors).toBe(before)
  const wide = tf.mul(pictures, 255)
  await expect(pictureFeatures(wide)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [DatasetError: \`pictureFeatures\` received pixels in another unit.

    Expected: values in [0, 1]
    Received: values from 0 to 255
    Fix:      scale them first: rescale(data) of @ae/datasets, or e.g. tf.div(pictures, 255)]
  `)
  expect(tf.memory().numTensors).toBe(before + 1)
})

test('pictures of another size are refused', async () => {
  await expect(pictureFeatures(tf.ones([2, 32, 32, 3]))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`pictureFeatures\` received pictures that its classifier does not know.

    Expected: [count, 28, 28, 1], grey
    Received: [count, 32, 32, 3]
    Fix:      compute features with a network of your own: frechetDistance and the others take any tensor [count, size]]
  `)
  await expect(pictureFeatures(tf.ones([0, 28, 28, 1]))).rejects.toThrow('at least one picture')
})
