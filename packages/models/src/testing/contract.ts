// What every model of this package promises, on the active backend. A new model joins by its row in the catalogue. Test support: nothing in
// the package imports it; the tests of every backend run it.
import { type Autoencoder, type Dataset, load, type ModelKind, memory, save, type Trainable, train } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { models } from '../catalogue.ts'
import type { ConditionalVae } from '../conditional-vae.ts'
import { interpolate } from '../generation/interpolate.ts'
import { sparseAutoencoder } from '../sparse-autoencoder.ts'

/** Where the promises are tested. */
export interface ContractOptions {
  /** The shape of an image; a dense layer of 32 shall have more than 1000 weights. */
  readonly inputShape: readonly [height: number, width: number, channels: number]
  /** Images to learn from, in three epochs. */
  readonly images: () => Promise<Dataset>
  /** To what part of it the loss falls. */
  readonly lowersTo: number
  /** How. */
  readonly training: { readonly batchSize: number; readonly learningRate: number }
}

type Model = Autoencoder & Trainable
interface Row {
  readonly kind: ModelKind<Model>
  readonly create: (seed: number) => Model
  readonly codeSize: number
  /** Codes that a forward pass draws for each example. Defaults to 1. */
  readonly samples?: number | undefined
  /** The kind that `load` needs too, where the model wraps another. */
  readonly wraps?: ModelKind<Model> | undefined
}

/** Declares the tests of every row. */
export function describeContract({ inputShape, images, lowersTo, training }: ContractOptions): void {
  const examples = (count: number) => tf.randomUniform([count, ...inputShape], 0, 1, 'float32', 7)

  describe.each(Object.entries(rowsFor(inputShape)))('%s', (_name, { kind, create, codeSize, wraps, samples = 1 }) => {
    test.each([1, 3])('gives codes, reconstructions and traces of the right shape for a batch of %i', (count) => {
      using model = create(1)
      const x = examples(count)
      const code = model.encode(x)
      expect(code.shape).toEqual([count, codeSize])
      expect(model.codeSize).toBe(codeSize)
      expect(model.decode(code).shape).toEqual([count, ...inputShape])
      expect(model.reconstruct(x).shape).toEqual([count, ...inputShape])
      const trace = model.trace(x)
      const rows = count * samples
      expect(trace.input.shape).toEqual(x.shape)
      expect(trace.target.shape).toEqual([rows, ...inputShape])
      expect([trace.output.shape, trace.code.shape]).toEqual([trace.target.shape, [rows, codeSize]])
      expect(interpolate(model, examples(1), examples(1), { steps: 4 }).shape).toEqual([4, ...inputShape])
    })

    test('reconstructs by decoding the code, into the range of its data', async () => {
      using model = create(1)
      const x = examples(2)
      const direct = await valuesOf(model.reconstruct(x))
      expect(await valuesOf(model.decode(model.encode(x)))).toEqual(direct)
      expect(Math.min(...direct)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...direct)).toBeLessThanOrEqual(1)
    })

    test('has the same weights and draws for the same seed, and others for another', async () => {
      using first = create(0)
      using again = create(0)
      using other = create(1)
      const x = examples(2)
      const output = (model: Model, step: number) => valuesOf(model.trace(x, { seed: 3, step }).output)
      const expected = await output(first, 4)
      expect(await output(again, 4)).toEqual(expected)
      expect(await output(other, 4)).not.toEqual(expected)
    })

    test('starts as PyTorch starts nn.Linear: uniform in +-1 / sqrt(inputs), weights and biases', async () => {
      using model = create(1)
      for (const [name, variable] of Object.entries(model.variables)) {
        const weight = model.variables[name.replace(/bias$/, 'weight')] as tf.Variable
        const bound = 1 / Math.sqrt(weight.shape[0] as number)
        const values = await valuesOf(variable)
        expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound)
        if (values.length < 1000) continue
        const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length
        expect(variance / (bound * bound * (1 / 3))).toBeCloseTo(1, 1)
      }
    })

    test('owns its variables: dispose releases them all, twice does no harm, and then it refuses', () => {
      const before = tf.memory().numTensors
      const model = create(1)
      const x = examples(1)
      model.dispose()
      model.dispose()
      for (const call of [() => model.encode(x), () => model.reconstruct(x), () => model.trace(x)]) {
        expect(call).toThrow('disposed of')
      }
      expect(() => model.decode(tf.zeros([1, codeSize]))).toThrow('disposed of')
      x.dispose()
      expect(tf.memory().numTensors - before).toBe(1) // the zeros above
    })

    test('leaves no tensor behind, on success and on refusal', () =>
      expectNoLeak(() => {
        using model = create(1)
        const x = examples(2)
        const wrong = tf.zeros([2, 7])
        const first = tf.slice(x, 0, 1)
        tf.dispose([model.encode(x), model.reconstruct(x), interpolate(model, first, first), first])
        expect(() => model.encode(wrong)).toThrow('wrong shape')
        tf.dispose([x, wrong])
      }))

    test('refuses inputs and codes of another shape', () => {
      using model = create(1)
      const [height, width, channels] = inputShape
      const wrong = [tf.zeros([2, height * width * channels]), tf.zeros([2, height - 1, width, channels])] as const
      expect(() => model.encode(wrong[0])).toThrow(`Expected: [batch, ${inputShape.join(', ')}]`)
      expect(() => model.reconstruct(wrong[1])).toThrow('`reconstruct` received `x`')
      expect(() => model.decode(tf.zeros([2, codeSize + 1]))).toThrow(`Expected: [batch, ${codeSize}]`)
    })

    test('is the same after save and load', async () => {
      using model = create(3)
      const store = memory()
      await save(model, store)
      using loaded = await load(store, kind, ...(wraps === undefined ? [] : [wraps]))
      expect(loaded.config).toEqual(model.config)
      const x = examples(2)
      const output = (m: Model) => valuesOf(m.trace(x, { seed: 1, step: 2 }).output)
      expect(await output(loaded)).toEqual(await output(model))
    })

    test('learns, and never reads the epsilon of the backend', async () => {
      using model = create(1)
      const totals: number[] = []
      using _ = withoutEpsilon()
      for await (const { loss } of train(model, await images(), { epochs: 3, seed: 2, ...training }))
        totals.push(loss.total ?? Number.NaN)
      const [first = Number.NaN, second, third] = totals
      expect(second).toBeLessThan(first)
      expect(third).toBeLessThan(lowersTo * first)
    })
  })
}

/** It is 1e-7 on most backends and 1e-4 where floats have 16 bits: a model that used it would differ between them. */
function withoutEpsilon(): Disposable {
  const backend = tf.backend()
  const { epsilon } = backend
  backend.epsilon = () => expect.unreachable('the epsilon of the backend was read')
  return {
    [Symbol.dispose]() {
      backend.epsilon = epsilon
    },
  }
}

/** A row of the catalogue each, and the variants that keep a contract of their own. */
function rowsFor(inputShape: readonly number[]): Readonly<Record<string, Row>> {
  const rows = models.map(({ factory, wraps, isLabelled, create, small: { options, codeSize, samples } }): Row => {
    const make = (seed: number) => create({ inputShape, hidden: [32], ...options, seed }) as unknown as Model
    const kind = factory as ModelKind<Model>
    if (!isLabelled) return { kind, create: make, codeSize, samples, wraps: wraps as ModelKind<Model> | undefined }
    const asModel = (model: unknown) => ofThrees(model as ConditionalVae)
    return {
      kind: { kind: kind.kind, fromConfig: (...saved) => asModel(kind.fromConfig(...saved)) },
      create: (seed) => asModel(make(seed)),
      codeSize,
    }
  })
  return {
    ...Object.fromEntries(rows.map((row) => [row.kind.kind, row])),
    'sparseAutoencoder with topK': {
      kind: sparseAutoencoder,
      create: (seed) =>
        sparseAutoencoder({ inputShape, hidden: [32], codeSize: 12, sparsity: { kind: 'topK', count: 6 }, seed }),
      codeSize: 12,
    },
  }
}

/** A model of labelled examples as one of examples without labels: all get one label. */
const ofThrees = ({ forLabel, ...model }: ConditionalVae): Model => ({
  ...model,
  ...forLabel(3),
  trace(images, options) {
    const labels = tf.fill([images.shape[0] as number], 3, 'int32') as tf.Tensor1D
    try {
      return model.trace({ examples: images, labels }, options)
    } finally {
      labels.dispose()
    }
  },
  dispose: model.dispose,
  [Symbol.dispose]: model.dispose,
})
async function valuesOf(x: tf.Tensor): Promise<number[]> {
  return [...(await x.data())]
}
