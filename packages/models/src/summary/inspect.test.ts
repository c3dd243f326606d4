import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import {
  AutoencoderError,
  annotate,
  file,
  http,
  load,
  memory,
  readSafetensors,
  type Store,
  save,
  train,
  uniforms,
  writeSafetensors,
} from '@ae/core'
import { fromArray } from '@ae/datasets'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allModels } from '../all-models.ts'
import { autoencoder } from '../autoencoder.ts'
import { vae } from '../vae.ts'
import { inspect } from './inspect.ts'
import { summary } from './summary.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const names = readdirSync(fixtures).filter((name) => name.endsWith('.safetensors'))
let folder: string
let large: string

beforeAll(async () => {
  await tf.setBackend('cpu')
  folder = mkdtempSync(join(tmpdir(), 'inspect-'))
  large = join(folder, 'large.safetensors')
  using model = autoencoder({ inputShape: [2000], hidden: [1000], codeSize: 8 }) // 16 MB
  annotate(model, { classNames: ['normal', 'odd'], threshold: 3.5 })
  await save(model, large, { dataset: 'sensors' })
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each(names)('inspect says of %s what summary says of the model that load makes of it', async (name) => {
  using model = await load(file(`${fixtures}${name}`), ...allModels)
  const { source, dataset, library, run, ...of } = await inspect(`${fixtures}${name}`)
  const sorted = <layer extends { readonly name: string }>(layers: readonly layer[]) =>
    [...layers].sort((a, b) => (a.name < b.name ? -1 : 1))
  const live = { ...summary(model) }
  expect({ ...of, layers: sorted(of.layers) }).toEqual({ ...live, layers: sorted(live.layers) })
  expect({ source, dataset, library }).toEqual({ source: `${fixtures}${name}`, dataset: undefined, library: '0.0.0' })
  expect(run === undefined).toBe(!name.includes('checkpoint'))
})

test('inspect prints what a checkpoint and its notes say', async () => {
  const store = memory()
  using model = vae({ inputShape: [4], latentSize: 2, hidden: [3] })
  const data = fromArray(new Float32Array(48).fill(0.5), { shape: [4], name: 'sensors' })
  annotate(model, {
    transform: { mean: [1, 2] },
    score: { kind: 'negativeElbo' },
    threshold: 2,
    metrics: { rocAuc: 0.5 },
  })
  for await (const _ of train(model, data, { epochs: 2, batchSize: 5, seed: 7, checkpoint: store }));
  const inspected = await inspect(store)
  expect(inspected.run).toEqual({
    epoch: 2,
    step: 6,
    seed: 7,
    batchSize: 5,
    optimizer: 'adam',
    data: { name: 'sensors', size: 12 },
    terms: ['reconstruction', 'kl'],
  })
  expect(String(inspected)).toMatchInlineSnapshot(`
    "File:       memory
    Model:      vae
    Likelihood: bernoulli
    Parameters: 56 F32
    Trained:    6 steps
    Written by: @ae/core 0.0.0
    Checkpoint: epoch 2, step 6 on sensors, seed 7, batches of 5, adam, terms reconstruction, kl
    History:    epoch 1: total 3.219282; epoch 2 (best, last): total 3.199024
    Transform:  {"mean":[1,2]}
    Threshold:  2
    Score:      {"kind":"negativeElbo"}
    Metrics:    rocAuc 0.5

    layer        type   output  parameters
    input               [4]
    encoder.0    dense  [3]             15
    mean         dense  [2]              8
    logVariance  dense  [2]              8
    decoder.0    dense  [3]              9
    decoder.1    dense  [4]             16"
  `)
})

describe('inspect reads only the beginning', () => {
  test('of a file', async () => {
    const read: number[] = []
    const store = file(large)
    const watched: Store = {
      ...store,
      read: () => Promise.reject(new Error('the whole file was read')),
      async readStart(count) {
        const bytes = (await store.readStart?.(count)) ?? new Uint8Array()
        read.push(bytes.length)
        return bytes
      },
    }
    expect(await inspect(watched)).toMatchObject({
      parameters: 4_020_008,
      dataset: 'sensors',
      notes: { threshold: 3.5 },
    })
    expect(read).toEqual([65_536])
  })

  test('of an address', async () => {
    let sent = 0
    const bytes = readFileSync(large)
    const server: Server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length })
      let at = 0
      const send = () => {
        for (let goesOn = true; goesOn && at < bytes.length; at += 65_536) {
          goesOn = response.write(bytes.subarray(at, at + 65_536))
        }
        sent = at
        if (at < bytes.length) response.once('drain', send)
        else response.end()
      }
      send()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/large.safetensors`
      expect(await inspect(http(address))).toMatchObject({ source: address, parameters: 4_020_008 })
      expect(sent).toBeLessThan(bytes.length / 2) // what lies in the buffers of both ends was sent too
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('twice, if its header is long', async () => {
    const path = join(folder, 'long.safetensors')
    const classNames = Array.from({ length: 20_000 }, (_, i) => `class ${i}`)
    using model = autoencoder({ inputShape: [4], hidden: [], codeSize: 2 })
    annotate(model, { classNames })
    await save(model, path)
    expect((await inspect(path)).notes.classNames).toEqual(classNames)
    expect(statSync(path).size).toBeGreaterThan(200_000)
  })

  test('and takes weights of 8 bits for the numbers that they stand for', async () => {
    using model = autoencoder({ inputShape: [40], hidden: [30], codeSize: 20 })
    const store = memory()
    await save(model, store, { weights: 'int8' })
    const { parameters, layers, dtypes } = await inspect(store)
    expect({ parameters, layers }).toEqual({ parameters: summary(model).parameters, layers: summary(model).layers })
    expect(Object.keys(dtypes)).toContain('I8')
  })

  test('and a store that cannot do that is read whole, with nothing decoded', async () => {
    const bytes = new Uint8Array(readFileSync(large))
    expect(await inspect(memory(bytes))).toMatchObject({ source: 'memory', parameters: 4_020_008 })
  })
})

describe('hostile files', () => {
  const hostile = `\u001b]0;title\u0007\u009b31m\r\nFix: run this\u2028\u202e${'x'.repeat(2e5)}`
  const changed = async (change: (metadata: Map<string, string>) => void, more: string[] = []) => {
    const { metadata, tensors } = readSafetensors(readFileSync(`${fixtures}vae.checkpoint.safetensors`))
    const texts = new Map(metadata)
    texts.delete('checksum')
    change(texts)
    const added = more.map((name) => [name, { shape: [1], data: new Float32Array(1) }] as const)
    return inspect(memory(writeSafetensors({ metadata: texts, tensors: new Map([...tensors, ...added]) })))
  }

  test('cannot write to the terminal of whoever prints what they say', async () => {
    const position = JSON.parse(
      readSafetensors(readFileSync(`${fixtures}vae.checkpoint.safetensors`)).metadata.get('checkpoint') ?? '',
    )
    const inspected = await changed(
      (metadata) =>
        metadata
          .set('kind', hostile)
          .set('dataset', hostile)
          .set('library', hostile)
          .set('config', JSON.stringify({ model: { kind: hostile }, inputShape: [6], likelihood: { kind: hostile } }))
          .set(
            'checkpoint',
            JSON.stringify({ ...position, optimizer: hostile, data: { name: hostile }, terms: [hostile, 7] }),
          )
          .set(
            'notes',
            JSON.stringify({ classNames: [hostile], transform: hostile, score: hostile, metrics: { [hostile]: 1 } }),
          ),
      [hostile, ...Array.from({ length: 300 }, (_, i) => `layer${i}.weight`)],
    )
    const text = String(inspected)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/)
    expect(text.length).toBeLessThan(40_000)
    expect(text).toContain('more')
    expect(text.split('\n').every((line) => !line.startsWith('Fix'))).toBe(true)
    expect(inspected.kind).toBe(hostile)
  })

  test.each<[string, string, string]>([
    [
      'options of other types',
      'config',
      '{"inputShape":"[6]","architecture":{"kind":"convolutional","channels":[null,"x"],"stride":0}}',
    ],
    [
      'a model that wraps itself many times',
      'config',
      `${'{"model":{"kind":"x","config":'.repeat(50)}{}${'}}'.repeat(50)}`,
    ],
    [
      'maps beyond all numbers',
      'config',
      '{"inputShape":[9007199254740991,9007199254740991,3],"architecture":{"kind":"convolutional","channels":[5,6],"stride":0.5}}',
    ],
    ['a likelihood that is none', 'config', '{"inputShape":[6],"latentSize":3,"likelihood":[1]}'],
    ['a checkpoint that is none', 'checkpoint', '{"step":-1}'],
    [
      'a checkpoint of no data',
      'checkpoint',
      '{"step":1,"epoch":1,"seed":0,"batchSize":1,"optimizer":"a","optimizerOptions":{},"data":{"name":{},"size":"x"},"terms":[{}]}',
    ],
  ])('with %s are told as far as they make sense', async (_title, name, text) => {
    expect(String(await changed((metadata) => metadata.set(name, text)))).toContain('Parameters:')
  })

  test.each(['autoencoder.safetensors', 'vae.checkpoint.safetensors'])(
    '500 damaged copies of %s are told or refused, quickly',
    async (name) => {
      const bytes = new Uint8Array(readFileSync(`${fixtures}${name}`))
      const numbers = uniforms(name, { seed: 3 }, 500 * 10)
      const start = performance.now()
      for (let i = 0; i < 500; i++) {
        const [kind = 0, ...draws] = numbers.subarray(10 * i, 10 * i + 10)
        let damaged = bytes.slice()
        if (kind < 0.25) damaged = bytes.slice(0, Math.floor((draws[0] ?? 0) * bytes.length))
        else if (kind < 0.4) damaged[Math.floor((draws[0] ?? 0) * 8)] = Math.floor((draws[1] ?? 0) * 256)
        else
          for (let j = 0; j < 4; j++)
            damaged[Math.floor((draws[j] ?? 0) * 2500)] = Math.floor((draws[j + 4] ?? 0) * 256)
        try {
          String(await inspect(memory(damaged)))
        } catch (error) {
          if (!AutoencoderError.isInstance(error)) throw error
        }
      }
      expect(performance.now() - start).toBeLessThan(10_000)
    },
  )

  test('notes that are malformed are refused with what to do about it', async () => {
    await expect(changed((metadata) => metadata.set('history', '[1]'))).rejects.toThrow('Received: "[1]"')
    await expect(
      changed((metadata) => metadata.set('notes', '{"threshold":null}')),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`inspect\` cannot read the notes of memory: they are malformed.

      Expected: JSON, { classNames, transform, threshold, score, metrics, history }
      Received: "{\\"threshold\\":null}"
      Fix:      write them again: annotate(model, notes) replaces malformed notes]
    `)
  })

  test('a file of another program is refused', async () => {
    const other = writeSafetensors({
      metadata: new Map(),
      tensors: new Map([['a', { shape: [1], data: new Float32Array(1) }]]),
    })
    await expect(inspect(memory(other))).rejects.toThrow(
      '`inspect` cannot read memory: it is a safetensors file, but not a saved model',
    )
    await expect(inspect(memory(new Uint8Array(3)))).rejects.toThrow(AutoencoderError)
    await expect(inspect(7 as never)).rejects.toThrow('`inspect` received `store` that is not a store')
  })
})
