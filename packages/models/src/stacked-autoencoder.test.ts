import {
  checkpointEvery,
  type Dataset,
  evaluate,
  isRepeatable,
  load,
  memory,
  type RandomAddress,
  registerGradients,
  train,
} from '@ae/core'
import { mnist } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { gaussian } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { maskingNoise } from './corruption/corruption.ts'
import type { Architecture } from './networks/architecture.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { type PretrainingEpoch, pretrain } from './pretrain.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [28, 28, 1], hidden: [32, 16], codeSize: 8, seed: 1 }
const digits = (limit = 128): Promise<Dataset> => mnist({ split: 'train', limit })
const snapshot = ({ variables }: { variables: Readonly<Record<string, tf.Variable>> }) =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, [...variable.dataSync()]]))

async function all(run: AsyncIterable<PretrainingEpoch>): Promise<PretrainingEpoch[]> {
  const reports: PretrainingEpoch[] = []
  for await (const report of run) reports.push(report)
  return reports
}

describe('stackedAutoencoder', () => {
  test('pairs each layer of the encoder with the one of the decoder that undoes it', () => {
    using model = stackedAutoencoder(options)
    expect(
      model.pairs.map(({ inputShape, encoder, decoder }) => [inputShape, encoder.outputShape, decoder.outputShape]),
    ).toEqual([
      [[28, 28, 1], [32], [28, 28, 1]],
      [[32], [16], [32]],
      [[16], [8], [16]],
    ])
    const names = model.pairs.flatMap(({ encoder, decoder }) =>
      Object.keys({ ...encoder.variables, ...decoder.variables }),
    )
    expect(names.sort()).toEqual(Object.keys(model.variables).sort())
  })

  test('marks the layers of its pairs where its architecture is repeatable, and no others', () => {
    const { encoder, decoder, config } = denseArchitecture({ hidden: [32, 16] })
    const own: Architecture = { config, encoder: (given) => encoder(given), decoder }
    const { hidden: _, ...others } = options
    using marked = stackedAutoencoder(options)
    using unmarked = stackedAutoencoder({ ...others, architecture: own })
    const marks = ({ pairs }: typeof marked) =>
      pairs.flatMap(({ encoder, decoder }) => [isRepeatable(encoder.apply), isRepeatable(decoder.apply)])
    expect(marks(marked)).toEqual(Array.from({ length: 6 }, () => true))
    expect(marks(unmarked)).toEqual(Array.from({ length: 6 }, () => false))
  })

  test('gives the outermost pair the parameters that all features share', () => {
    using model = stackedAutoencoder({ ...options, likelihood: gaussian({ standardDeviation: 'shared' }) })
    expect(Object.keys(model.pairs[0]?.decoder.variables ?? {})).toContain('likelihood.shared')
  })

  test('refuses a decoder that does not mirror the encoder', () =>
    expectNoLeak(() => {
      const [wide, narrow] = [denseArchitecture({ hidden: [32, 16] }), denseArchitecture({ hidden: [32] })]
      const crooked: Architecture = { ...wide, decoder: (given) => narrow.decoder(given) }
      const { hidden: _, ...others } = options
      expect(() => stackedAutoencoder({ ...others, architecture: crooked })).toThrowErrorMatchingInlineSnapshot(`
        [OptionError: \`stackedAutoencoder\` received an \`architecture\` whose decoder does not mirror its encoder.

        Encoder: [28, 28, 1] -> [32] -> [16] -> [8]
        Decoder: [32] -> [28, 28, 1]
        Fix:     give the decoder one layer for each layer of the encoder, or train an autoencoder end to end]
      `)
      const uneven: Architecture = { ...wide, decoder: denseArchitecture({ hidden: [32, 17] }).decoder }
      expect(() => stackedAutoencoder({ ...others, architecture: uneven })).toThrow('does not mirror')
    }))
})

describe('pretrain', () => {
  test('goes on from any of its checkpoints, in whatever layer, as if it had not stopped', async () => {
    const data = await digits(200) // 4 steps an epoch, the last of 8 examples
    const settings = { epochs: 2, batchSize: 64, seed: 3, corruption: maskingNoise() }
    const written: Uint8Array[] = []
    const store = {
      name: 'kept',
      read: async () => new Uint8Array(),
      write: async (bytes: Uint8Array) => void written.push(bytes.slice()),
    }
    const numbers = (reports: readonly PretrainingEpoch[]) =>
      reports.map(({ layer, epoch, step, loss }) => ({ layer, epoch, step, loss }))
    using plain = stackedAutoencoder(options)
    const expected = numbers(await all(pretrain(plain, data, settings)))
    using model = stackedAutoencoder(options)
    const checkpoint = checkpointEvery(store, { steps: 3 })
    expect(numbers(await all(pretrain(model, data, { ...settings, checkpoint })))).toEqual(expected)
    expect(written.length).toBe(3 * 3) // steps 3, 6 and 8 of each layer
    for (const [i, bytes] of written.entries()) {
      using resumed = stackedAutoencoder({ ...options, seed: 9 })
      const before = tf.memory().numTensors
      const rest = await all(pretrain(resumed, data, { ...settings, resume: memory(bytes) }))
      expect(numbers(rest)).toEqual(expected.slice(2 * Math.floor(i / 3) + (i % 3)))
      expect(snapshot(resumed)).toEqual(snapshot(model))
      expect(tf.memory().numTensors).toBe(before)
      using loaded = await load(memory(bytes), stackedAutoencoder)
      expect(Object.keys(loaded.variables)).toEqual(Object.keys(model.variables))
    }
  })

  test('reports each epoch of each layer, outermost first, and every loss falls', async () => {
    using model = stackedAutoencoder(options)
    const reports = await all(pretrain(model, await digits(256), { epochs: 3, batchSize: 32, learningRate: 3e-3 }))
    expect(reports.map(({ layer, layers, epoch }) => [layer, layers, epoch])).toEqual([
      [1, 3, 1],
      [1, 3, 2],
      [1, 3, 3],
      [2, 3, 1],
      [2, 3, 2],
      [2, 3, 3],
      [3, 3, 1],
      [3, 3, 2],
      [3, 3, 3],
    ])
    for (const layer of [1, 2, 3]) {
      const losses = reports.filter((report) => report.layer === layer).map(({ loss }) => loss.reconstruction)
      expect(losses[2]).toBeLessThan(losses[0] as number)
    }
  })

  test('moves the variables of one pair at a time', async () => {
    using model = stackedAutoencoder(options)
    const before = snapshot(model)
    for await (const { layer } of pretrain(model, await digits(), { epochs: 1 })) {
      const after = snapshot(model)
      const moved = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
      const pairs = model.pairs.slice(0, layer)
      const expected = pairs.flatMap(({ encoder, decoder }) =>
        Object.keys({ ...encoder.variables, ...decoder.variables }),
      )
      expect(moved.sort()).toEqual(expected.sort())
    }
  })

  test('teaches an inner pair the codes of the frozen layers below it', async () => {
    using model = stackedAutoencoder(options)
    const data = await digits(64)
    const reports = await all(pretrain(model, data, { epochs: 1, batchSize: 64, learningRate: 1e-12 }))
    const pass = { inputGradient: false, training: false }
    const [first, second] = model.pairs
    for await (const x of data.batches({ batchSize: 64 })) {
      const codes = first?.encoder.apply(x, pass) as tf.Tensor
      const back = second?.decoder.apply(second.encoder.apply(codes, pass), pass) as tf.Tensor
      const error = tf.mean(tf.sum(tf.squaredDifference(back, codes), 1)).dataSync()[0]
      expect(reports[1]?.loss.reconstruction).toBeCloseTo(error as number, 4)
    }
  })

  test('makes a better start than none: fine-tuning begins below an untrained network', async () => {
    using pretrained = stackedAutoencoder(options)
    using fresh = stackedAutoencoder(options)
    const data = await digits(192)
    const settings = { epochs: 3, batchSize: 32, learningRate: 3e-3, seed: 1 }
    for await (const _ of pretrain(pretrained, data, settings));
    for (const model of [pretrained, fresh]) for await (const _ of train(model, data, { ...settings, epochs: 2 }));
    const { total } = await evaluate(pretrained, data)
    expect(total).toBeLessThan((await evaluate(fresh, data)).total)
  })

  test('with a corruption spoils what each pair encodes, and keeps its target clean', async () => {
    using model = stackedAutoencoder(options)
    using same = stackedAutoencoder(options)
    const data = await digits()
    const inputs: string[] = []
    const none = maskingNoise({ rate: 0 })
    const spy = {
      ...none,
      corrupt(x: tf.Tensor, address: RandomAddress) {
        inputs.push(x.shape.join())
        return none.corrupt(x, address)
      },
    }
    const spied = await all(pretrain(model, data, { epochs: 1, corruption: spy }))
    expect(inputs).toEqual(['128,28,28,1', '128,32', '128,16'])
    const plain = await all(pretrain(same, data, { epochs: 1 }))
    expect(spied.map(({ loss }) => loss)).toEqual(plain.map(({ loss }) => loss))

    const blank = tf.zeros([128, 28, 28, 1])
    const pass = { inputGradient: false, training: false }
    const [outermost] = same.pairs
    const output = outermost?.decoder.apply(outermost.encoder.apply(blank, pass), pass) as tf.Tensor
    for await (const clean of data.batches({ batchSize: 128 })) {
      const expected = tf.mean(same.likelihood.negativeLogLikelihood(output, clean)).dataSync()[0] as number
      const nothingSeen = { epochs: 1, learningRate: 1e-12, corruption: maskingNoise({ rate: 1 }) }
      const [masked] = await all(pretrain(same, data, nothingSeen))
      expect(masked?.loss.reconstruction).toBeCloseTo(expected, 3)
    }
  })

  test('teaches the outermost pair by the likelihood of the model, its shared parameters included', async () => {
    using model = stackedAutoencoder({ ...options, likelihood: gaussian({ standardDeviation: 'shared' }) })
    const reports = await all(pretrain(model, await digits(), { epochs: 1 }))
    expect(reports.every(({ loss }) => Number.isFinite(loss.reconstruction))).toBe(true)
    expect([...(model.variables['likelihood.shared']?.dataSync() ?? [])]).not.toEqual(model.likelihood.shared)
  })

  test('pretrains convolutions, each against its transpose', async () => {
    const architecture = convolutionalArchitecture({ channels: [2, 3] })
    using model = stackedAutoencoder({ inputShape: [28, 28, 1], architecture, codeSize: 4, seed: 1 })
    const reports = await all(pretrain(model, await digits(32), { epochs: 3, batchSize: 16, learningRate: 1e-2 }))
    for (const layer of [1, 2, 3]) {
      const losses = reports.filter((report) => report.layer === layer).map(({ loss }) => loss.reconstruction)
      expect(losses[2]).toBeLessThan(losses[0] as number)
    }
  })

  test('says which layer is learning after each batch, and stops by a signal', async () => {
    using model = stackedAutoencoder(options)
    const stop = new AbortController()
    const seen: number[] = []
    const run = pretrain(model, await digits(), {
      epochs: 1,
      batchSize: 64,
      signal: stop.signal,
      onProgress: ({ layer, layers }) => {
        seen.push(layer)
        if (layer === 2) stop.abort(new Error(`stopped in ${layer} of ${layers}`))
      },
    })
    await expect(all(run)).rejects.toThrow('stopped in 2 of 3')
    expect(seen).toEqual([1, 1, 2])
  })

  test('leaks nothing, also when it is left early', () =>
    expectNoLeak(async () => {
      using model = stackedAutoencoder(options)
      for await (const { layer } of pretrain(model, await digits(), { epochs: 1 })) if (layer === 2) break
    }))

  test('and train refuse a model whose layers are being trained', async () => {
    using model = stackedAutoencoder(options)
    const data = await digits()
    for await (const _ of pretrain(model, data, { epochs: 1 })) {
      await expect(train(model, data).next()).rejects.toThrow(
        'received a stackedAutoencoder that another run is training',
      )
      await expect(all(pretrain(model, data))).rejects.toThrow('that another run is training')
      break
    }
    for await (const _ of train(model, data, { epochs: 1 })) {
      await expect(all(pretrain(model, data))).rejects.toThrow('that another run is training')
    }
    expect(await all(pretrain(model, data, { epochs: 1 }))).not.toHaveLength(0)
  })

  test('refuses bad options, and data of another shape', async () => {
    using model = stackedAutoencoder(options)
    using other = stackedAutoencoder({ ...options, inputShape: [14, 14, 1] })
    const data = await digits()
    expect(() => pretrain(model, data, { rate: 1 } as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`pretrain\` has no option \`rate\`.

      Expected: epochs, batchSize, learningRate, seed, corruption, signal, onProgress, checkpoint, resume, onCheckpoint
      Received: rate
      Fix:      use one of epochs, batchSize, learningRate, seed, corruption, signal, onProgress, checkpoint, resume, onCheckpoint]
    `)
    expect(() => pretrain(model, data, { learningRate: 0 })).toThrow('`pretrain` received a bad')
    expect(() => pretrain(other, data)).toThrow('data of another shape')
    model.dispose()
    expect(() => pretrain(model, data)).toThrow('a stackedAutoencoder that is disposed of')
  })
})
