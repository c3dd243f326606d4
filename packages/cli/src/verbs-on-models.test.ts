// Every verb on every kind of model: real files, and the numbers of the library's own calls.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Autoencoder,
  type Batch,
  type Dataset,
  file,
  load,
  readSafetensors,
  save,
  selectBackend,
  train,
} from '@ae/core'
import { npyHeader, readNpy } from '@ae/core/internal'
import { fromArray, fromNpz, type LabelledDataset, withLabels } from '@ae/datasets'
import { exportOnnx, toStateDict } from '@ae/formats'
import { encodeAll, report, score } from '@ae/metrics'
import { allModels, type ConditionalVae, type VqVae } from '@ae/models'
import { type ModelRow, models } from '@ae/models/internal'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { decode as decodePng } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'

const size = 24
const shape = [6, 6, 1]
const values = Float32Array.from({ length: size * 36 }, (_, i) => ((i * 7 + Math.floor(i / 36) * 5) % 17) / 16)
const labels = Int32Array.from({ length: size }, (_, i) => i % 2)
const data: LabelledDataset = fromArray(values, { shape, labels })

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-verbs-'))
  await selectBackend(wasm)
  await writeFile(at('x.npy'), npy(values, [size, ...shape]))
  await writeFile(at('labels.npy'), npy(labels, [size]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(models.map((row) => [row.name, row] as const))('%s', (name, row) => {
  const path = () => at(`${name}.safetensors`)
  const labelled = row.isLabelled ? ['--labels', '-labels-'] : []
  const withFiles = (words: readonly string[]) => words.map((word) => (word === '-labels-' ? at('labels.npy') : word))
  const one = row.isLabelled ? ['--label', '1'] : []
  const run = (verb: string, ...words: string[]) => ae([verb, path(), ...withFiles(words)])
  const batches = row.isLabelled ? withLabels(data) : (data as Dataset<Batch>)
  const loaded = () => load(file(path()), ...allModels)

  beforeAll(async () => {
    const model = makeSmall(row)
    for await (const _ of train(model as never, batches as never, { epochs: 1, batchSize: 12, seed: 1 })) {
    }
    await save(model, file(path()))
    model.dispose()
  })

  test('encode gives the numbers of the library, as a file, in a pipe and as text', async () => {
    const out = at(`${name}-codes.npy`)
    const told = await run('encode', at('x.npy'), ...labelled, '--out', out)
    expect([told.code, told.stderr]).toEqual([0, ''])
    const codes = await npyAt(out)
    using model = await loaded()
    const x = tf.tensor4d(values, [size, 6, 6, 1])
    if (model.kind === 'vqVae') {
      const own = (model as VqVae).encodeIndices(x)
      expect([codes.shape, codes.data]).toEqual([own.shape, own.dataSync()])
      own.dispose()
    } else {
      const all = await encodeAll(model as Autoencoder, batches)
      expect([codes.shape, codes.data]).toEqual([[size, all.codeSize], all.values])
    }
    x.dispose()
    const piped = await ae(['encode', path(), '-', ...withFiles(labelled)], undefined, {
      stdin: await readFile(at('x.npy')),
    })
    expect([piped.code, piped.stderr, Buffer.compare(piped.bytes, await readFile(out))]).toEqual([0, '', 0])
    const lines = await run('encode', at('x.npy'), ...labelled, '--json')
    const rows = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => Object.values(JSON.parse(line))[0])
    expect(rows.flat().map(Math.fround as (value: unknown) => number)).toEqual([...(codes.data as Float32Array)])
  })

  test('decode and reconstruct give examples, as arrays and as pictures', async () => {
    const out = at(`${name}-again.npy`)
    expect(await run('encode', at('x.npy'), ...labelled, '--out', at('codes.csv'))).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await run('decode', at('codes.csv'), ...labelled, '--out', out)).toMatchObject({ code: 0, stderr: '' })
    const decoded = await npyAt(out)
    const encoded = await run('encode', at('x.npy'), ...labelled, '--out', at('codes.parquet'))
    expect([encoded.code, encoded.stderr]).toEqual([0, ''])
    await run('decode', at('codes.parquet'), ...labelled, '--out', out)
    expect(await npyAt(out)).toEqual(decoded)
    expect(await run('reconstruct', at('x.npy'), ...labelled, '--out', out)).toMatchObject({ code: 0, stderr: '' })
    const reconstructed = await npyAt(out)
    using model = await loaded()
    const x = tf.tensor4d(values, [size, 6, 6, 1])
    const own = row.isLabelled
      ? (model as ConditionalVae).reconstruct(x, labels)
      : (model as Autoencoder).reconstruct(x)
    expect([reconstructed.shape, reconstructed.data]).toEqual([own.shape, own.dataSync()])
    tf.dispose([x, own])
    expect(decoded.shape).toEqual(reconstructed.shape)
    const difference = decoded.data.map((value, i) => Math.abs(value - (reconstructed.data[i] as number)))
    expect(Math.max(...difference)).toBeLessThan(1e-6)
    const png = await run('reconstruct', at('x.npy'), ...labelled)
    expect([png.code, png.stderr]).toEqual([0, ''])
    expectPicture(png.bytes)
  })

  test('sample draws examples from a seed, with data where there is no prior', async () => {
    const from = row.isVariational ? [] : ['--data', at('x.npy')]
    const drawn = ['sample', '--count', '5', '--seed', '3', ...from, '--out', at('samples.safetensors')] as const
    const first = await run(...drawn)
    const again = await readFile(at('samples.safetensors'))
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const { tensors } = readSafetensors(again)
    const samples = tensors.get('samples')
    expect(samples?.shape).toEqual([5, ...shape])
    expect(samples?.data.every((value) => Number.isFinite(value))).toBe(true)
    await run(...drawn)
    expect(Buffer.compare(again, await readFile(at('samples.safetensors')))).toBe(0)
    expectPicture((await run('sample', ...from)).bytes)
    if (!row.isVariational) {
      const refused = await run('sample')
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('this model has no prior')])
    }
  })

  test('interpolate and traverse walk through the codes', async () => {
    const walk = await run(
      'interpolate',
      at('x.npy'),
      ...one,
      '--pairs',
      '0:1,5:2',
      '--steps',
      '4',
      '--out',
      at('walk.npy'),
    )
    expect(walk).toMatchObject({ code: 0, stderr: '' })
    expect((await npyAt(at('walk.npy'))).shape).toEqual([8, ...shape])
    expectPicture((await run('interpolate', at('x.npy'), ...one)).bytes)
    const animated = await run('interpolate', at('x.npy'), ...one, '--animate')
    expect(animated.bytes.includes('acTL')).toBe(true)
    const latents = await run('traverse', ...one, '--latents', '0,2', '--steps', '3', '--out', at('latents.npy'))
    expect(latents).toMatchObject({ code: 0, stderr: '' })
    const traversed = await npyAt(at('latents.npy'))
    expect([traversed.shape, traversed.data.every((value) => Number.isFinite(value))]).toEqual([[6, ...shape], true])
    expectPicture((await run('traverse', ...one, '--data', at('x.npy'))).bytes)
  })

  test('evaluate and score give the numbers of the library', async () => {
    const words = ['--samples', '2', '--codes', '20', '--seed', '1', '--json']
    const told = await run('evaluate', at('x.npy'), ...labelled, ...words)
    expect([told.code, told.stderr]).toEqual([0, ''])
    const { figures, kind } = JSON.parse(told.stdout)
    using model = await loaded()
    expect(kind).toBe(model.kind)
    const scored = await run('score', at('x.npy'), ...(row.isLabelled ? labelled : []), '--out', at('scores.npy'))
    expect([scored.code, scored.stderr]).toEqual([0, ''])
    const scores = await npyAt(at('scores.npy'))
    if (row.isLabelled) {
      const view = (model as ConditionalVae).forLabel(1)
      const odd = fromArray(
        values.filter((_, i) => Math.floor(i / 36) % 2 === 1),
        { shape },
      )
      expect(scores.data.filter((_, i) => i % 2 === 1)).toEqual(await score(view, odd))
      expect(Object.keys(figures)).toContain('logLikelihood')
      const x = tf.tensor4d(values, [size, 6, 6, 1])
      const own = (model as ConditionalVae).reconstruct(x, labels)
      const error = tf.tidy(() => tf.mean(tf.squaredDifference(own, x)).dataSync()[0])
      tf.dispose([x, own])
      expect(figures.meanSquaredError.value).toBeCloseTo(Number(error), 6)
    } else {
      const own = await report(model as Autoencoder, data, { samples: 2, codes: 20, seed: 1 })
      expect(figures).toEqual(JSON.parse(JSON.stringify(own.figures)))
      expect(scores.data).toEqual(await score(model as Autoencoder, data))
    }
    const lines = (await run('score', at('x.npy'), ...labelled, '--threshold', '0')).stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('index,score,isAnomaly')
    expect(lines).toHaveLength(size + 1)
    expect(Math.fround(Number(lines[5]?.split(',')[1]))).toBe(scores.data[4])
    expect((await run('evaluate', at('x.npy'), ...labelled, ...words.slice(0, -1))).stdout).toContain('± ')
  })

  test('inspect and export tell and write it', async () => {
    const told = JSON.parse((await run('inspect', '--json')).stdout)
    expect(told.inputShape).toEqual(shape)
    for (const words of [
      ['--out', at('m.onnx')],
      ['--out', at('m.npz')],
      ['--weights', 'float16', '--out', at('m.safetensors')],
      ['--to', 'pytorch', '--out', at('torch')],
    ]) {
      expect(await run('export', ...words, '--json')).toMatchObject({ code: 0, stderr: '' })
    }
    using model = await loaded()
    expect(Buffer.compare(await readFile(at('m.onnx')), await exportOnnx(model, { part: 'autoencoder' }))).toBe(0)
    const narrow = await load(file(at('m.safetensors')), ...allModels)
    expect(Object.keys(narrow.variables)).toEqual(Object.keys(model.variables))
    narrow.dispose()
    const [first = ''] = Object.keys(model.variables)
    const [own] = Object.values(model.variables)
    const stored = await fromNpz(at('m.npz'), { examples: first, shape: [(own?.size ?? 0) / (own?.shape[0] ?? 1)] })
    expect(await stored.read(Uint32Array.from({ length: stored.size }, (_, i) => i))).toEqual(own?.dataSync())
    const { tensors } = readSafetensors(await readFile(at('torch/model.safetensors')))
    expect([...tensors.keys()]).toEqual([...(await toStateDict(model)).tensors.keys()])
    expect(existsSync(at('torch/model.py'))).toBe(true)
    const tfjs = await run('export', '--to', 'tfjs', '--part', 'decoder', '--out', at('tfjs/'))
    expect([tfjs.code, tfjs.stderr]).toEqual([0, ''])
    expect((await readdir(at('tfjs'))).sort()).toEqual(['model.json', 'weights.bin'])
  })
})

function makeSmall({ create, small, name }: ModelRow) {
  const { codeSize: _, ...options } = { codeSize: 0, ...small.options }
  const own = name === 'stacked-autoencoder' ? {} : small.options
  const classes = name === 'conditional-vae' ? { ...options, classes: 2 } : own
  return create({ inputShape: shape, hidden: [12], seed: 1, ...classes })
}

function npy(values: Float32Array | Int32Array, shape: readonly number[]): Buffer {
  const type = values instanceof Float32Array ? 'float32' : 'int32'
  return Buffer.concat([npyHeader([...shape], type), new Uint8Array(values.buffer)])
}

async function npyAt(path: string) {
  return readNpy(await readFile(path), (what) => new Error(what))
}

function expectPicture(bytes: Uint8Array): void {
  const { width, height, data } = decodePng(bytes)
  expect(width * height).toBeGreaterThan(1000)
  expect(new Set(data).size).toBeGreaterThan(2)
}
