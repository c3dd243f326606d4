import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WeightsError } from '../errors.ts'
import { load, save } from '../files/save.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { adam } from '../training/adam.ts'
import { train } from '../training/train.ts'
import { trainWithFallback } from '../training/train-with-fallback.ts'
import { file } from './file-store.ts'
import { http } from './http-store.ts'
import { memory, type Store } from './store.ts'
import { storeOf } from './store-of.ts'

let folder = ''
beforeAll(async () => {
  await tf.setBackend('cpu')
  folder = await mkdtemp(join(tmpdir(), 'store-of-'))
})
afterAll(() => rm(folder, { recursive: true }))

const options = { epochs: 2, batchSize: 16 }
const finish = async (run: AsyncIterable<unknown>) => {
  for await (const _ of run);
}
const tiny = Object.assign(tinyModel, { kind: 'tiny', fromConfig: (config: object) => tinyModel(config) })

describe('a path in Node is a file', () => {
  test('for save and load', async () => {
    const path = join(folder, 'saved.safetensors')
    using model = tinyModel()
    await save(model, path)
    using loaded = await load(path, tiny)
    expect(loaded.variables.up?.dataSync()).toEqual(model.variables.up?.dataSync())
  })

  test.each([
    ['train', (model: ReturnType<typeof tinyModel>, more: object) => train(model, tinyData(), { ...options, ...more })],
    [
      'trainWithFallback',
      (model: ReturnType<typeof tinyModel>, more: object) =>
        trainWithFallback(model, tinyData(), { ...options, fallbacks: [], ...more }),
    ],
  ])('for checkpoint and resume of %s', async (name, run) => {
    const checkpoint = join(folder, 'new', `${name}.safetensors`)
    using model = tinyModel()
    for await (const _ of run(model, { checkpoint })) break
    using other = tinyModel()
    const epochs: number[] = []
    for await (const { epoch } of run(other, { resume: checkpoint })) epochs.push(epoch)
    expect(epochs).toEqual([2])
  })
})

test.each([
  [{}, 'whose name is not a string'],
  [{ name: 'mine', write: async () => {} }, 'whose read is not a function'],
  [{ name: 'mine', read: async () => new Uint8Array(), write: true }, 'whose write is not a function'],
  [{ name: 'mine', read: async () => new Uint8Array(), write: async () => {}, prepare: true }, 'whose prepare is not'],
  [null, 'null'],
  ['', '""'],
  [3, '3'],
])('storeOf refuses %j', (value, received) => {
  expect(() => storeOf('train', 'checkpoint', value)).toThrow(
    '`train` received `checkpoint` that is not a store or a path.',
  )
  expect(() => storeOf('train', 'checkpoint', value)).toThrow(received)
})

describe('a store whose read gives no bytes is named, with what it gave and what helps', () => {
  const bytes = new Uint8Array([1, 2, 3])
  test.each<[string, unknown, string]>([
    ['text', 'abc', 'Received: "abc"'],
    ['null', null, 'Received: null'],
    ['nothing', undefined, 'Received: undefined'],
    ['a number', 3, 'Received: 3'],
    ['an array', [...bytes], 'Received: [1, 2, 3]'],
    ['an ArrayBuffer', bytes.buffer, 'Received: an ArrayBuffer'],
    ['a DataView', new DataView(bytes.buffer), 'Received: a DataView'],
    ['a Response', new Response('x'), 'Received: a Response'],
  ])('%s', async (_, content, received) => {
    const store = { name: 'bucket/vae', read: async () => content as Uint8Array, write: async () => {} }
    const sentence = "cannot read bucket/vae: the store's `read` gave something other than bytes."
    using model = tinyModel()
    for (const [name, reading] of [
      ['load', load(store, tiny)],
      ['train', finish(train(model, tinyData(), { ...options, resume: store }))],
    ] as const) {
      const error = await reading.then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(WeightsError.isInstance(error)).toBe(true)
      expect(String(error)).toContain(`\`${name}\` ${sentence}`)
      expect(String(error)).toContain(received)
      expect(String(error)).toContain('let `read` return')
    }
  })

  test('and one that gives them without a promise is read', async () => {
    const kept = memory()
    using model = tinyModel()
    await save(model, kept)
    const content = await kept.read()
    const store = { name: 'now', read: () => content, write: () => {} }
    using loaded = await load(store as unknown as Store, tiny)
    expect(loaded.kind).toBe('tiny')
    await save(model, store as unknown as Store)
  })
})

test('a first run with resume is told to leave it out, and what else may be wrong', async () => {
  using model = tinyModel()
  const before = tf.memory().numTensors
  const path = join(folder, 'not-yet.safetensors')
  const error = await finish(train(model, tinyData(), { ...options, checkpoint: path, resume: path })).catch(String)
  expect(String(error).replaceAll(folder, '<folder>')).toMatchInlineSnapshot(`
    "WeightsError: \`train\` cannot resume from <folder>/not-yet.safetensors: it cannot be read.

    Reason: \`file\` cannot read <folder>/not-yet.safetensors: there is no such file.
    Fix:    leave \`resume\` out of the first run; where there is a checkpoint, check the path; a relative one starts at the folder of the process"
  `)
  const empty = await finish(train(model, tinyData(), { ...options, resume: memory() })).catch(String)
  expect(empty).toContain('leave `resume` out of the first run; where there is a checkpoint, save to it first')
  expect(tf.memory().numTensors).toBe(before)
  await finish(train(model, tinyData(), { ...options, checkpoint: path })) // what the text says helps
  await finish(train(model, tinyData(), { ...options, epochs: 3, checkpoint: path, resume: path }))
})

describe('train tells by its call', () => {
  const cases: [object, string][] = [
    [{ checkpoint: {} }, 'checkpoint'],
    [{ resume: { name: 'x' } }, 'resume'],
    [{ checkpoint: null }, 'checkpoint'],
    [{ optimizer: 'adam' }, 'optimizer'],
    [{ optimizer: { minimize() {} } }, 'optimizer'],
    [{ objective: 'kl' }, 'objective'],
    [{ signal: new AbortController() }, 'signal'],
    [{ onProgress: true }, 'onProgress'],
    [{ learningRate: '0.1' }, 'learningRate'],
    [{ epochs: '3' }, 'epochs'],
  ]
  test.each(cases)('of the option %o', (bad, name) => {
    using model = tinyModel()
    const before = tf.memory().numTensors
    expect(() => train(model, tinyData(), bad as never)).toThrow(new RegExp(`received (a bad )?\`${name}\``))
    const fallback = { ...bad, fallbacks: [] } as never
    expect(() => trainWithFallback(model, tinyData(), fallback)).toThrow(new RegExp(`received (a bad )?\`${name}\``))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('of validation data that do not fit', () => {
    using model = tinyModel()
    expect(() => train(model, tinyData(), { validation: tinyData({ size: 5 }) })).toThrow(
      '`validation` of another shape',
    )
  })

  test('but not of an optimiser of its own kind', () => {
    using model = tinyModel()
    expect(() => train(model, tinyData(), { optimizer: adam() })).not.toThrow()
  })
})

describe('train tells before its first step', () => {
  const stepsBefore = async (checkpoint: Parameters<typeof storeOf>[2]) => {
    using model = tinyModel()
    let steps = 0
    const onProgress = () => steps++
    const before = tf.memory().numTensors
    const run = finish(train(model, tinyData(), { ...options, onProgress, checkpoint: checkpoint as string }))
    const error = await run.catch((reason: unknown) => String(reason))
    expect([steps, tf.memory().numTensors]).toEqual([0, before])
    return error
  }

  test('that a checkpoint names a folder', async () => {
    expect(await stepsBefore(folder)).toContain('this is not a file')
  })

  test('that a part of its path is a file', async () => {
    await writeFile(join(folder, 'plain'), '')
    expect(await stepsBefore(join(folder, 'plain', 'deeper', 'x.safetensors'))).toContain(
      'a part of the path is a file',
    )
  })

  test('that an address can only be read', async () => {
    expect(await stepsBefore(http('http://localhost/x'))).toContain('an address can only be read')
  })

  test('what a store of your own says', async () => {
    const prepare = async () => {
      throw new Error('no room')
    }
    expect(await stepsBefore({ ...memory(), prepare })).toBe('Error: no room')
  })

  test.skipIf(process.getuid?.() === 0)('that a folder cannot be written', async () => {
    const locked = join(folder, 'locked')
    await mkdir(locked)
    await chmod(locked, 0o500)
    expect(await stepsBefore(join(locked, 'x.safetensors'))).toContain('permission is denied')
  })
})

test('preparing a file leaves nothing behind, neither a file nor a folder', async () => {
  const empty = await mkdtemp(join(folder, 'empty-'))
  await file(join(empty, 'a', 'b', 'x.safetensors')).prepare?.()
  await file(join(empty, 'x.safetensors')).prepare?.()
  expect(await readdir(empty)).toEqual([])
})

test.each(['https://example.org/vae.safetensors', new URL('https://example.org/vae.safetensors')])(
  'an address, %s, is not a path: http is named',
  async (address) => {
    await expect(load(address as string, tiny)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`load\` received an address as \`store\`.

      Expected: a store
      Received: "https://example.org/vae.safetensors"
      Fix:      pass http(url) to read from a server, or the path of a file without file://]
    `)
  },
)
