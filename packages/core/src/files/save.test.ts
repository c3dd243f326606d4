import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { AutoencoderError, OptionError } from '../errors.ts'
import { memory, type Store } from '../stores/store.ts'
import { assignWeights } from './fill-weights.ts'
import { decodeModelFile, encodeModelFile, readModelFile, type SavableModel } from './model-file.ts'
import { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { load, type ModelKind, save } from './save.ts'
import { assertStored } from './stored-shapes.ts'

/** The smallest model: a weight [size, 2] and a count, made from `{ size }`. */
interface Line extends SavableModel {
  readonly size: number
}

const line = lineOfKind('line')

beforeEach(async () => {
  await tf.setBackend('cpu')
})

describe('save and load', () => {
  test('load gives back the model that was saved', async () => {
    const store = memory()
    const model = line(3, [1, -2.5, Number.NaN, -0, Number.POSITIVE_INFINITY, 1e-45])
    await save(model, store)
    const loaded = await load(store, line)
    expect(loaded.size).toBe(3)
    expect(await loaded.variables.weight?.data()).toEqual(await model.variables.weight?.data())
    expect(await loaded.variables.count?.data()).toEqual(new Int32Array([7]))
    model.dispose()
    loaded.dispose()
  })

  test('load keeps no copy of the weights besides those of the model', async () => {
    const store = memory()
    const model = line(3, [1, 2, 3, 4, 5, 6])
    await save(model, store)
    const read = await readModelFile(await store.read(), { caller: 'load', source: 'memory' })
    const decoded = decodeModelFile(await store.read())
    const weight = (file: Pick<Safetensors, 'tensors'>) => file.tensors.get('weight')?.data
    expect(weight(read)).toEqual(weight(decoded))
    expect(weight(decoded)).toBe(weight(decoded)) // a reader of values one by one does not decode them all each time
    expect(weight(read)).not.toBe(weight(read))
    model.dispose()
  })

  test('the same model gives the same bytes, loaded or not', async () => {
    const [first, second, third] = [memory(), memory(), memory()]
    const model = line(2, [1, 2, 3, 4])
    await save(model, first)
    await save(model, second)
    const loaded = await load(first, line)
    await save(loaded, third)
    expect(await second.read()).toEqual(await first.read())
    expect(await third.read()).toEqual(await first.read())
    model.dispose()
    loaded.dispose()
  })

  test('the file says what it is', async () => {
    const store = memory()
    const model = line(1, [1, 2])
    await save(model, store, { dataset: 'mnist/train' })
    const { metadata, tensors } = readSafetensors(await store.read())
    expect(Object.fromEntries(metadata)).toEqual({
      format: 'ae',
      formatVersion: '1',
      kind: 'line',
      config: '{"size":1}',
      likelihood: '{"kind":"bernoulli"}',
      library: expect.stringMatching(/^\d+\.\d+\.\d+/),
      dataset: 'mnist/train',
      checksum: expect.stringMatching(/^crc32:[0-9a-f]{8}$/),
    })
    expect([...tensors.keys()]).toEqual(['weight', 'count'])
    model.dispose()
  })

  test('load makes the kind that the file holds', async () => {
    const dot = lineOfKind('dot')
    const store = await stored()
    const loaded = await load(store, dot, line)
    expect(loaded.kind).toBe('line')
    loaded.dispose()
  })

  test('save holds the weights of the moment of the call', async () => {
    const store = memory()
    const model = line(1, [1, 2])
    const saved = save(model, store)
    tf.tidy(() => model.variables.weight?.assign(tf.tensor([[8, 9]])))
    await saved
    expect(decodeModelFile(await store.read()).tensors.get('weight')?.data).toEqual(new Float32Array([1, 2]))
    model.dispose()
  })

  test('neither leaves a tensor behind', async () => {
    const before = tf.memory().numTensors
    const model = line(2, [1, 2, 3, 4])
    const store = memory()
    await save(model, store)
    const loaded = await load(store, line)
    model.dispose()
    loaded.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a store that refuses leaves no tensor behind', async () => {
    const model = line(1, [1, 2])
    const before = tf.memory().numTensors
    const full: Store = {
      name: 'full',
      read: () => Promise.reject(new Error('no')),
      write: () => Promise.reject(new Error('full')),
    }
    await expect(save(model, full)).rejects.toThrow('full')
    await expect(load(full, line)).rejects.toThrow('no')
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })
})

describe('a checkpoint', () => {
  test('loads as a model, without its optimiser', async () => {
    const model = line(1, [1, 2])
    const slot = tf.tensor([[3, 4]])
    const bytes = await encodeModelFile(model, {
      metadata: { checkpoint: '{"step":5}' },
      tensors: { 'optimizer.mean.weight': slot },
    })
    const { metadata, tensors } = decodeModelFile(bytes)
    expect(metadata.checkpoint).toBe('{"step":5}')
    expect(tensors.get('optimizer.mean.weight')).toEqual({
      dtype: 'F32',
      shape: [1, 2],
      data: new Float32Array([3, 4]),
    })
    const loaded = await load(memory(bytes), line)
    expect(Object.keys(loaded.variables)).toEqual(['weight', 'count'])
    for (const owned of [model, slot, loaded]) owned.dispose()
  })

  test('is not what a name alone makes: other files may not hold more than the weights', async () => {
    const store = await changed(({ tensors }) =>
      tensors.set('optimizer.mean.weight', { shape: [1], data: new Float32Array(1) }),
    )
    expect(await messageOf(load(store, line))).toContain('Unexpected: optimizer.mean.weight')
  })
})

describe('load refuses, and leaves no tensor behind,', () => {
  test('a file of a different kind', async () => {
    const dot = lineOfKind('dot')
    const dash = lineOfKind('dash')
    expect(await messageOf(load(await stored(), dot, dash))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` found a model of a different kind in memory.

      Expected: dot or dash
      Received: "line"
      Fix:      pass the factory of that kind too, e.g. load(store, dot, dash, line)"
    `)
  })

  test('a file of a newer format', async () => {
    const store = await changed(({ metadata }) => metadata.set('formatVersion', '2').set('library', '9.1.0'))
    expect(await messageOf(load(store, line))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot read memory: it is of a newer format.

      Expected: format version 1
      Received: format version 2, written by @ae/core 9.1.0
      Fix:      update the @ae packages"
    `)
  })

  test('a safetensors file that is not a saved model', async () => {
    const store = await changed(({ metadata }) => {
      metadata.clear()
      metadata.set('format', 'pt')
    })
    expect(await messageOf(load(store, line))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot read memory: it is a safetensors file, but not a saved model.

      Expected: metadata with format "ae" and a formatVersion
      Received: format "pt", formatVersion undefined
      Fix:      pass a file that \`save\` wrote, or read the tensors alone with readSafetensors(bytes)"
    `)
  })

  test.each(['-1', '0.5', 'many', '1e300', '1e3', '', ' 5', '9007199254740993'])(
    'steps of training of %j',
    async (steps) => {
      const store = await changed(({ metadata }) => metadata.set('trainedSteps', steps))
      const text = await messageOf(load(store, line))
      expect(text).toContain('its number of training steps is invalid')
      expect(text).toContain(`Received: ${JSON.stringify(steps)}`)
    },
  )

  test('a safetensors file without metadata', async () => {
    const store = await changed(({ metadata }) => metadata.clear())
    expect(await messageOf(load(store, line))).toContain('Received: format undefined, formatVersion undefined')
  })

  test.each(['', 'one', '1.5', '-1', '0', 'Infinity', '1e0'])('a format version of %j', async (formatVersion) => {
    const store = await changed(({ metadata }) => metadata.set('formatVersion', formatVersion))
    expect(await messageOf(load(store, line))).toContain('but not a saved model')
  })

  test('a file that does not say which model it holds', async () => {
    const store = await changed(({ metadata }) => metadata.delete('kind'))
    expect(await messageOf(load(store, line))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot read memory: it does not say which model it holds.

      Expected: metadata with a kind, and a config that is a JSON object
      Received: kind undefined, config "{\\"size\\":1}"
      Fix:      save the model again"
    `)
  })

  test.each(['', '{', '[]', 'null', '7'])('a config of %j', async (config) => {
    const store = await changed(({ metadata }) => metadata.set('config', config))
    expect(await messageOf(load(store, line))).toContain('it does not say which model it holds')
  })

  test.each(['[],', '0,', '{"":'])('a config of millions of %j, unparsed', async (part) => {
    const config = `{"x":${part.startsWith('{') ? part.repeat(4e6) : `[${part.repeat(4e6)}0]`}}`
    const store = await changed(({ metadata }) => metadata.set('config', config))
    const parse = vi.spyOn(JSON, 'parse')
    expect(await messageOf(load(store, line))).toContain('it does not say which model it holds')
    expect(parse.mock.calls.map(([text]) => text === config)).toEqual([false]) // the header alone
    parse.mockRestore()
  })

  test('options that make no model', async () => {
    const store = await changed(({ metadata }) => metadata.set('config', '{"size":-1}'))
    const failure = load(store, line)
    expect(await messageOf(failure)).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot make the line that memory describes.

      Options: "{\\"size\\":-1}"
      Reason:  \`line\` received a bad \`size\`.
      Fix:     see the cause; save the model again, or load it with the version that wrote it"
    `)
    await expect(failure).rejects.toHaveProperty('cause', expect.any(OptionError))
  })

  test('weights that do not fit, all of them listed', async () => {
    const store = await changed(({ tensors }) => {
      tensors.delete('count')
      tensors.set('weight', { shape: [2, 1], data: new Float32Array(2) })
      tensors.set('a.weight', { shape: [1], data: new Float32Array(1) })
      tensors.set('toString', { shape: [1], data: new Float32Array(1) })
    })
    expect(await messageOf(load(store, line))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot use memory: its weights do not fit its line.

      Missing:    count
      Unexpected: a.weight, toString
      Shape:      weight [2, 1] (needs [1, 2])
      Written by: @ae/core 1.2.3
      Fix:        save the model again, or load it with the version that wrote it"
    `)
  })

  test('weights of the wrong type', async () => {
    const store = await changed(({ tensors }) => {
      tensors.set('weight', { shape: [1, 2], data: new Int32Array(2) })
      tensors.set('count', { shape: [], data: new Uint8Array(1) })
    })
    expect(await messageOf(load(store, line))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot use memory: its weights do not fit its line.

      Type:       weight int32 (needs float32), count bool (needs int32)
      Written by: @ae/core 1.2.3
      Fix:        save the model again, or load it with the version that wrote it"
    `)
  })

  test('a thousand unknown weights in a message that can still be read', async () => {
    const store = await changed(({ tensors }) => {
      for (let i = 0; i < 1000; i++) tensors.set(`${i}.${'x'.repeat(1000)}`, { shape: [0], data: new Float32Array(0) })
    })
    const message = await messageOf(load(store, line))
    expect(message).toContain(' and 900 more')
    expect(message.length).toBeLessThan(25_000)
  })

  test('a file that is cut short', async () => {
    const bytes = await (await stored()).read()
    expect(await messageOf(load(memory(bytes.subarray(0, -3)), line))).toContain(
      '`load` cannot read memory: it is truncated.',
    )
  })

  test('a store that was never written', async () => {
    expect(await messageOf(load(memory(), line))).toMatchInlineSnapshot(`
      "WeightsError: \`memory\` cannot be read: nothing was written to it.

      Fix: save to it first, or pass the bytes: memory(bytes)"
    `)
  })

  test('a path without a file', async () => {
    expect(await messageOf(load('none.safetensors', line))).toContain(
      'WeightsError: `file` cannot read none.safetensors: there is no such file.',
    )
  })

  test('no kinds', async () => {
    const kinds = [] as unknown as [typeof line]
    expect(await messageOf(load(await stored(), ...kinds))).toMatchInlineSnapshot(`
      "OptionError: \`load\` received a bad \`kinds\`.

      Expected: at least one model factory
      Received: []
      Fix:      pass the factories of the kinds to accept, e.g. load(store, vae), or your own as { kind, fromConfig }"
    `)
    expect(await messageOf(load(await stored(), undefined as unknown as typeof line))).toContain(
      'Received: [undefined]',
    )
  })
})

describe('save refuses', () => {
  test('a disposed model', async () => {
    const model = line(1, [1, 2])
    model.dispose()
    expect(await messageOf(save(model, memory()))).toMatchInlineSnapshot(`
      "DisposedError: \`save\` received a model that was disposed.

      Fix: save it before dispose()"
    `)
  })

  test('an unknown option', async () => {
    const options = { dataSet: 'mnist' } as { dataset?: string }
    expect(await messageOf(save(line(1, [1, 2]), memory(), options))).toMatchInlineSnapshot(`
      "OptionError: \`save\` has no option \`dataSet\`.

      Expected: dataset, weights
      Received: dataSet
      Fix:      did you mean dataset?"
    `)
  })

  test('a store that is not one', async () => {
    expect(await messageOf(save(line(1, [1, 2]), undefined as unknown as Store))).toMatchInlineSnapshot(`
      "OptionError: \`save\` received \`store\` that is not a store or a path.

      Expected: a store or a path
      Received: undefined
      Fix:      pass a path, e.g. "vae.safetensors", or a store"
    `)
  })
})

describe('assertStored', () => {
  test('takes one tensor of the file for each variable while load makes a model, and refuses what it has no more of', async () => {
    const asking = (...shapes: (readonly number[])[]): ModelKind<Line> => ({
      kind: 'line',
      fromConfig: (config, kinds) => {
        for (const shape of shapes) assertStored('weight', shape)
        return line.fromConfig(config, kinds)
      },
    })
    const store = await stored()
    const loaded = await load(store, asking([1, 2], []))
    loaded.dispose()
    expect(await messageOf(load(store, asking([1e9])))).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot use memory: its options ask for weights that it does not have.

      Expected: weight [1000000000]
      Received: [1, 2]
      Fix:      save the model again, or load it with the version that wrote it"
    `)
    expect(await messageOf(load(store, asking([1, 2], [1, 2])))).toContain('Received: no tensor of that shape')
  })

  test('refuses nothing at other times', async () => {
    assertStored('weight', [1e9])
    await messageOf(load(await changed(({ metadata }) => metadata.set('config', '{"size":-1}')), line))
    assertStored('weight', [1e9])
  })
})

test('assignWeights changes nothing when one weight does not fit', async () => {
  const file = decodeModelFile(await (await changed(({ tensors }) => tensors.delete('count'))).read())
  const model = line(1, [8, 9])
  expect(() => assignWeights(model, file)).toThrow('`assignWeights` cannot use the file')
  expect(await model.variables.weight?.data()).toEqual(new Float32Array([8, 9]))
  model.dispose()
})

function lineOfKind(kind: string) {
  const make = (size: number, values: readonly number[]): Line => {
    const variables = {
      weight: tf.tidy(() => tf.variable(tf.tensor([...values], [size, 2], 'float32'))),
      count: tf.tidy(() => tf.variable(tf.scalar(7, 'int32'), false)),
    }
    const dispose = vi.fn(() => Object.values(variables).forEach((variable) => void variable.dispose()))
    const likelihood = { config: { kind: 'bernoulli' } } as SavableModel['likelihood']
    return { kind, size, config: { size, unset: undefined }, likelihood, variables, dispose }
  }
  const fromConfig: ModelKind<Line>['fromConfig'] = ({ size }) => {
    if (typeof size === 'number' && size > 0) return make(size, Array(2 * size).fill(0))
    throw new OptionError(`\`${kind}\` received a bad \`size\`.`, { facts: { Received: String(size) }, fix: 'pass 1' })
  }
  return Object.assign(make, { kind, fromConfig })
}

async function stored(): Promise<Store> {
  const store = memory()
  const model = line(1, [1, 2])
  await save(model, store)
  model.dispose()
  return store
}

/** A saved model whose file was changed afterwards, on purpose: without its checksum. */
async function changed(
  change: (contents: { metadata: Map<string, string>; tensors: Map<string, StoredTensor> }) => void,
): Promise<Store> {
  const contents: Safetensors = readSafetensors(await (await stored()).read())
  const copy = { metadata: new Map(contents.metadata).set('library', '1.2.3'), tensors: new Map(contents.tensors) }
  copy.metadata.delete('checksum')
  change(copy)
  return memory(writeSafetensors(copy))
}

/** The full text of the designed error of a promise that must reject without leaving a tensor. */
async function messageOf(failing: Promise<unknown>): Promise<string> {
  const before = tf.memory().numTensors
  const error = await failing.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  )
  expect(tf.memory().numTensors).toBe(before)
  if (!AutoencoderError.isInstance(error)) throw error
  return String(error)
}
