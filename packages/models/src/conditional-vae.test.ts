import { evaluate, type LabelledBatch, load, memory, registerGradients, save, train } from '@ae/core'
import { binarize, fromArray, mnist, withLabels } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { conditionalVae } from './conditional-vae.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { interpolate } from './generation/interpolate.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [4, 3, 1], latentSize: 2, classes: 3, hidden: [6], seed: 1 }
const images = (count: number) => tf.randomUniform([count, 4, 3, 1], 0, 1, 'float32', 7)
const labelsOf = (...labels: number[]) => tf.tensor1d(labels, 'int32')
const valuesOf = (x: tf.Tensor) => [...x.dataSync()]

describe('conditionalVae', () => {
  test('encodes, decodes and reconstructs with a label for each example', () => {
    using model = conditionalVae(options)
    const x = images(2)
    const code = model.encode(x, [0, 2])
    expect(code.shape).toEqual([2, 2])
    expect(model.codeSize).toBe(2)
    expect(valuesOf(model.decode(code, labelsOf(0, 2)))).toEqual(valuesOf(model.reconstruct(x, [0, 2])))
    expect(model.reconstruct(x, [0, 2]).shape).toEqual(x.shape)
  })

  test('heeds the label in the code and in the image', () => {
    using model = conditionalVae(options)
    const x = images(1)
    expect(valuesOf(model.encode(x, [0]))).not.toEqual(valuesOf(model.encode(x, [1])))
    const code = tf.tensor2d([[0.5, -0.5]])
    expect(valuesOf(model.decode(code, [0]))).not.toEqual(valuesOf(model.decode(code, [1])))
  })

  test('joins the label to features and latents: each row of the weights beyond them belongs to one', () => {
    using model = conditionalVae(options)
    expect(model.variables['mean.weight']?.shape).toEqual([6 + 3, 2])
    expect(model.variables['decoder.0.weight']?.shape).toEqual([2 + 3, 6])
  })

  test('draws one image for each label, the same for the same seed', () => {
    using model = conditionalVae(options)
    const first = model.sample([2, 0, 2], { seed: 4 })
    expect(first.shape).toEqual([3, 4, 3, 1])
    expect(valuesOf(model.sample(labelsOf(2, 0, 2), { seed: 4 }))).toEqual(valuesOf(first))
    expect(valuesOf(model.sample([2, 0, 2], { seed: 5 }))).not.toEqual(valuesOf(first))
    const cold = valuesOf(model.sample([1, 1], { temperature: 0 }))
    expectClose(cold.slice(12), cold.slice(0, 12))
  })

  test('for one label is an autoencoder and sampler, which does not own the model', () => {
    using model = conditionalVae(options)
    const view = model.forLabel(2)
    const x = images(3)
    expect(valuesOf(view.encode(x))).toEqual(valuesOf(model.encode(x, [2, 2, 2])))
    expect(valuesOf(view.reconstruct(x))).toEqual(valuesOf(model.reconstruct(x, [2, 2, 2])))
    expect(valuesOf(view.sample(2, { seed: 3 }))).toEqual(valuesOf(model.sample([2, 2], { seed: 3 })))
    expect(interpolate(view, images(1), images(1), { steps: 4 }).shape).toEqual([4, 4, 3, 1])
    view.dispose()
    expect(view.sample(1).shape).toEqual([1, 4, 3, 1])
  })

  test('for one label tells its posterior, of which encode gives the mean, and its raw output, of which decode does', () => {
    using model = conditionalVae(options)
    const view = model.forLabel(1)
    const x = images(3)
    const code = view.encode(x)
    expect(valuesOf(view.posterior(x).mean)).toEqual(valuesOf(code))
    expect(view.posterior(x).logVariance.shape).toEqual(code.shape)
    expect(valuesOf(view.likelihood.mean(view.output(code)))).toEqual(valuesOf(model.decode(code, [1, 1, 1])))
    expect(valuesOf(view.output(code))).not.toEqual(valuesOf(model.forLabel(2).output(code)))
  })

  test('is the same after save and load', async () => {
    using model = conditionalVae(options)
    const store = memory()
    await save(model, store)
    using loaded = await load(store, conditionalVae)
    expect(loaded.config).toEqual(model.config)
    expect(valuesOf(loaded.sample([1, 2]))).toEqual(valuesOf(model.sample([1, 2])))
  })

  test('leaves no tensor behind, on success and on refusal', () =>
    expectNoLeak(() => {
      using model = conditionalVae(options)
      const x = images(2)
      const labels = labelsOf(0, 1)
      const code = model.encode(x, labels)
      tf.dispose([code, model.decode(code, labels), model.reconstruct(x, [0, 1]), model.sample(labels)])
      tf.dispose([model.forLabel(1).sample(2), model.forLabel(0).reconstruct(x)])
      expect(() => model.encode(x, [0, 3])).toThrow()
      expect(() => model.sample([])).toThrow()
      tf.dispose([x, labels])
    }))

  test('refuses after dispose, which may be called twice', () => {
    const model = conditionalVae(options)
    model.dispose()
    model.dispose()
    const calls = [
      () => model.encode(images(1), [0]),
      () => model.decode(tf.zeros([1, 2]), [0]),
      () => model.sample([0]),
    ]
    for (const call of calls) expect(call).toThrow('disposed of')
  })

  test('learns real digits, and the labels help', async () => {
    const digits = withLabels(await mnist({ split: 'train', limit: 512 }))
    using model = conditionalVae({ inputShape: digits.shape, latentSize: 5, classes: 10, hidden: [32], seed: 1 })
    const totals: number[] = []
    for await (const { loss } of train(model, digits, { epochs: 3, batchSize: 64, learningRate: 3e-3, seed: 2 })) {
      totals.push(loss.total)
    }
    expect(totals[2]).toBeLessThan(0.85 * (totals[0] ?? 0))
  })
})

describe('conditionalVae refuses', () => {
  test('a label that is none, in an array and in a tensor', () => {
    using model = conditionalVae(options)
    expect(() => model.sample([0, 3])).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sample\` received a label that the model has no class for.

      Expected: integers from 0 to 2
      Received: 3 at index 1
      Fix:      pass labels from 0 to 2, or make the model with classes: 4]
    `)
    const text = 'received a label that the model has no class for'
    const holed = [0, 1]
    delete holed[1]
    const { numTensors } = tf.memory()
    const x = images(2)
    const code = tf.zeros<tf.Rank.R2>([2, 2])
    for (const bad of [
      [0, 3],
      [0, -1],
      [0, 0.5],
      [0, Number.NaN],
      holed,
      [0, '1'],
      [0, null],
      new Int32Array([0, 3]),
    ]) {
      const labels = bad as number[]
      expect(() => model.encode(x, labels)).toThrow(`\`encode\` ${text}`)
      expect(() => model.decode(code, labels)).toThrow(`\`decode\` ${text}`)
      expect(() => model.reconstruct(x, labels)).toThrow(`\`reconstruct\` ${text}`)
      expect(() => model.sample(labels)).toThrow(`\`sample\` ${text}`)
      expect(() => model.trace({ examples: x, labels: labels as never })).toThrow(`\`trace\` ${text}`)
    }
    const labels = labelsOf(0, 3)
    expect(() => model.encode(x, labels)).toThrow(`\`encode\` ${text}`)
    expect(() => model.decode(code, labels)).toThrow(`\`decode\` ${text}`)
    expect(() => model.reconstruct(x, labels)).toThrow(`\`reconstruct\` ${text}`)
    expect(() => model.sample(labels)).toThrow(`\`sample\` ${text}`)
    expect(() => model.trace({ examples: x, labels })).toThrow(`\`trace\` ${text}`)
    expect(() => model.sample('01' as never)).toThrow('`sample` received a bad `labels`')
    expect(() => model.forLabel(3)).toThrow('`forLabel` received a bad `label`')
    tf.dispose([x, code, labels])
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  test('takes the labels of a data set as they are', () => {
    using model = conditionalVae(options)
    expect(valuesOf(model.sample(new Uint8Array([2, 0])))).toEqual(valuesOf(model.sample([2, 0])))
  })

  test('labels that are not one an example, or no integers', () => {
    using model = conditionalVae(options)
    expect(() => model.encode(images(2), [1])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`encode\` received \`labels\` that are not one integer per example.

      Expected: int32 [2]
      Received: int32 [1]
      Fix:      pass 2 of them, the label of each example]
    `)
    expect(() => model.sample([])).toThrow('pass at least one of them')
    expect(() => model.sample(tf.tensor1d([1]))).toThrow("pass an array of integers, or tf.tensor1d(labels, 'int32')")
  })

  test('images without labels', () => {
    using model = conditionalVae(options)
    expect(() => model.trace(images(1) as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`trace\` of a conditionalVae received examples without labels.

      Expected: { examples, labels }
      Received: a tensor of shape [1, 4, 3, 1]
      Fix:      pass { examples, labels }; train and evaluate on withLabels(digits) of @ae/datasets]
    `)
  })

  test('to learn from a label out of range, before anything moves', async () => {
    using model = conditionalVae(options)
    const before = Object.values(model.variables).map(valuesOf)
    const unsaid = {
      name: 'wrong',
      shape: [4, 3, 1],
      size: 2,
      range: { minimum: 0, maximum: 1 },
      async *batches(): AsyncGenerator<LabelledBatch> {
        yield { examples: images(2), labels: labelsOf(1, 3) }
      },
    }
    const said = withLabels(fromArray(new Uint8Array(36), { shape: [4, 3, 1], labels: [1, 2, 3] }))
    const text = 'received a label that the model has no class for'
    const other = withLabels(fromArray(new Uint8Array(24), { shape: [4, 3, 1], labels: [0, 1] }))
    for (const data of [unsaid, said, binarize(said), { ...other, batches: unsaid.batches }]) {
      const run = async () => {
        for await (const _ of train(model, data, { epochs: 1 }));
      }
      await expect(run()).rejects.toThrow(`\`train\` ${text}`)
      await expect(evaluate(model, data)).rejects.toThrow(`\`evaluate\` ${text}`)
    }
    await expect(evaluate(model, said)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`evaluate\` received a label that the model has no class for.

      Expected: integers from 0 to 2
      Received: 3, the label of example 2 of array
      Fix:      subtract 1 from each label: they count from 0]
    `)
    expect(Object.values(model.variables).map(valuesOf)).toEqual(before)
  })

  test('to be denoised, which takes examples without labels', () => {
    using model = conditionalVae(options)
    expect(() => denoisingAutoencoder({ model: model as never })).toThrow('bad `model`')
  })

  test('a number of classes that is none, and to guess it', () => {
    expect(() => conditionalVae({ ...options, classes: 0 })).toThrow('`conditionalVae` received a bad `classes`')
    expect(() => conditionalVae({ inputShape: [4], latentSize: 2 } as never)).toThrow('needs the option `classes`')
  })
})
