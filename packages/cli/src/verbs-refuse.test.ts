// Wrong use of the verbs of a trained model: a designed error, the right exit code, and nothing half-written.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { annotate, file, save, selectBackend } from '@ae/core'
import { npyHeader } from '@ae/core/internal'
import { encodePng } from '@ae/images'
import { autoencoder, conditionalVae, vae, vqVae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from './main.ts'
import { ae } from './testing/ae.ts'

let folder: string
let out: string
let count = 0
const at = (name: string) => join(folder, name)
const x = Float32Array.from({ length: 5 * 16 }, (_, i) => (i % 7) / 6)
const npy = (values: Float32Array, shape: readonly number[]) =>
  Buffer.concat([npyHeader([...shape], 'float32'), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-refuse-'))
  await selectBackend(wasm)
  const common = { inputShape: [4, 4, 1], hidden: [6], seed: 1 }
  const models = {
    vae: vae({ ...common, latentSize: 3 }),
    autoencoder: autoencoder({ ...common, codeSize: 3 }),
    conditional: conditionalVae({ ...common, latentSize: 3, classes: 2 }),
    vq: vqVae({ ...common, codebookSize: 4, embeddingSize: 2, positions: 3 }),
  }
  annotate(models.conditional, { classNames: ['cat', 'dog'] })
  annotate(models.vae, { threshold: 9.5 })
  for (const [name, model] of Object.entries(models)) {
    await save(model, file(at(`${name}.safetensors`)))
    model.dispose()
  }
  await writeFile(at('x.npy'), npy(x, [5, 4, 4, 1]))
  await writeFile(at('wide.npy'), npy(x, [4, 20]))
  await writeFile(
    at('nan.npy'),
    npy(
      Float32Array.from(x, (value, i) => (i === 37 ? Number.NaN : value)),
      [5, 16],
    ),
  )
  await writeFile(
    at('large.npy'),
    npy(
      Float32Array.from(x, (value, i) => (i === 20 ? 3 : value)),
      [5, 16],
    ),
  )
  await writeFile(at('cut.npy'), npy(x, [5, 16]).subarray(0, 300))
  await writeFile(at('text.txt'), 'hello\n')
})
beforeEach(async () => {
  out = at(`out-${count++}`)
  await mkdir(out)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('each of these is refused, and writes nothing', () => {
  test.each([
    ['a model that is not there', 1, ['encode', 'none.safetensors', 'x.npy'], 'there is no such file'],
    ['a file that is not a model', 1, ['encode', 'x.npy', 'x.npy'], 'an array of NumPy'],
    ['no data', 2, ['encode', 'vae.safetensors'], '`ae encode` needs data'],
    ['data that is not there', 1, ['score', 'vae.safetensors', 'none.npy'], '`ae score` found nothing at --data'],
    ['data of unknown content', 1, ['encode', 'vae.safetensors', 'text.txt'], 'unknown content'],
    ['examples of another shape', 1, ['reconstruct', 'vae.safetensors', 'wide.npy'], '[20]'],
    ['NaN', 1, ['encode', 'vae.safetensors', 'nan.npy'], 'NaN: example 2, value 5 of it'],
    [
      'values that the likelihood cannot take',
      1,
      ['score', 'vae.safetensors', 'large.npy'],
      '3: example 1, value 4 of it',
    ],
    ['a file that was cut off', 1, ['encode', 'vae.safetensors', 'cut.npy'], 'truncated'],
    ['codes of another length', 1, ['decode', 'vae.safetensors', 'x.npy'], '[3] for each example'],
    ['vectors as indices', 1, ['decode', 'vq.safetensors', 'codes.csv'], 'pass --vectors'],
    ['no labels where they are needed', 2, ['encode', 'conditional.safetensors', 'x.npy'], 'pass --label 0'],
    ['a label that is not there', 2, ['sample', 'conditional.safetensors', '--label', 'cow'], 'cat, dog'],
    ['a label where none is needed', 2, ['sample', 'vae.safetensors', '--label', '1'], 'leave out --label'],
    [
      'draws of a model without posteriors',
      2,
      ['encode', 'autoencoder.safetensors', 'x.npy', '--draw'],
      'leave out --draw',
    ],
    ['pairs that are not there', 2, ['interpolate', 'vae.safetensors', 'x.npy', '--pairs', '0:5'], 'from 0 to 4'],
    ['latents that are not there', 2, ['traverse', 'vae.safetensors', '--latents', '3'], 'integers from 0 to 2'],
    ['several places of data', 2, ['encode', 'vae.safetensors', 'x.npy', '--csv', 'x.npy'], 'DATA, --csv'],
    ['several places of codes', 2, ['decode', 'vae.safetensors', 'x.npy', '--data', 'x.npy'], 'CODES, --data'],
    ['another kind than the flag says', 2, ['encode', 'vae.safetensors', '--csv', 'x.npy'], 'pass it with --data'],
    [
      'labels that are not of anomalies',
      2,
      ['score', 'vae.safetensors', 'x.npy', '--anomaly', '1'],
      'pass --labels too',
    ],
  ])('%s', async (_, code, [verb = '', model = '', ...words], text) => {
    await writeFile(at('codes.csv'), 'z0,z1,z2\n0.5,0.1,1\n')
    const isFile = (word: string) => /\.(npy|csv|txt)$/.test(word)
    const args = [
      verb,
      at(model),
      ...words.map((word) => (isFile(word) ? at(word) : word)),
      '--out',
      join(out, 'result.csv'),
    ]
    const told = await ae(args)
    expect([told.code, told.stdout]).toEqual([code, ''])
    expect(told.stderr).toContain(text)
    expect(told.stderr).toContain(`\`ae ${verb}\``.slice(0, text === 'there is no such file' ? 0 : undefined))
    expect(told.stderr).toContain('Fix:')
    expect(await readdir(out)).toEqual([])
  })
})

test('a former file stays when the new one fails', async () => {
  await writeFile(join(out, 'codes.npy'), 'former')
  expect((await ae(['encode', at('vae.safetensors'), at('nan.npy'), '--out', join(out, 'codes.npy')])).code).toBe(1)
  expect([await readdir(out), await readFile(join(out, 'codes.npy'), 'utf8')]).toEqual([['codes.npy'], 'former'])
})

test('channels that come first are refused, where as many values would have fitted', async () => {
  const model = vae({ inputShape: [4, 4, 3], latentSize: 2, hidden: [4] })
  await save(model, file(at('colour.safetensors')))
  model.dispose()
  const told = await ae(['encode', at('colour.safetensors'), '-'], undefined, {
    stdin: npy(new Float32Array(96), [2, 3, 4, 4]),
  })
  expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('np.moveaxis(array, 1, -1)')])
})

test('formats that cannot hold, or show, what is written', async () => {
  const encode = (...words: string[]) => ae(['encode', at('vae.safetensors'), at('x.npy'), ...words])
  const several = await encode('--variance', '--out', join(out, 'codes.npy'))
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('--format npz')])
  const unknown = await encode('--out', join(out, 'codes.xlsx'))
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('npy, npz, safetensors, parquet, csv, jsonl, json'),
  ])
  const terminal = await ae(['encode', at('vae.safetensors'), at('x.npy')], undefined, { columns: 80 })
  expect([terminal.code, terminal.stderr]).toEqual([2, expect.stringContaining('pass --out result.npy')])
  const both = await ae(['encode', '-', '-'])
  expect(both.code).not.toBe(0)
  expect(await readdir(out)).toEqual([])
})

test('a full disk behind stdout is an error, a reader that leaves is none', async () => {
  const failing = (code: string) =>
    new Writable({ write: (_, __, done) => done(Object.assign(new Error(`write ${code}`), { code })) }).on(
      'error',
      () => {},
    )
  const written = await ae(['encode', at('vae.safetensors'), at('x.npy'), '--limit', '1'])
  expect(written.code).toBe(0)
  const codes: unknown[] = []
  let text = ''
  const stderr = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  for (const code of ['ENOSPC', 'EPIPE']) {
    const io = { stdin: process.stdin, stdout: failing(code), stderr, env: {} }
    codes.push(await main(['encode', at('vae.safetensors'), at('x.npy')], io))
  }
  expect(codes).toEqual([1, 0])
  expect(text).toContain('cannot write to stdout')
})

test('several files are encoded in one process, each whole, and those that are there are skipped', async () => {
  await writeFile(at('y.npy'), npy(x.subarray(16), [4, 16]))
  const words = ['encode', at('vae.safetensors'), at('x.npy'), at('y.npy')]
  expect(await ae([...words, '--out', `${out}/`])).toMatchObject({ code: 0, stderr: '' })
  expect((await readdir(out)).sort()).toEqual(['x.npy', 'y.npy'])
  const single = await ae(['encode', at('vae.safetensors'), at('y.npy')])
  expect(Buffer.compare(single.bytes, await readFile(join(out, 'y.npy')))).toBe(0)
  await writeFile(join(out, 'x.npy'), 'kept')
  await rm(join(out, 'y.npy'))
  const again = await ae([...words, '--out', out, '--skip-existing'])
  expect([again.code, again.stdout]).toEqual([0, expect.not.stringContaining('x.npy')])
  expect([await readFile(join(out, 'x.npy'), 'utf8'), (await readdir(out)).length]).toEqual(['kept', 2])
  expect(await ae([...words, '--out', join(out, 'one.npy')])).toMatchObject({ code: 2 })
})

test('a folder of pictures is read in the shape of the model, and its names of classes are those of the model', async () => {
  for (const name of ['dog', 'cat']) {
    await mkdir(join(out, name))
    const image = tf.fill([8, 8, 1], name === 'dog' ? 1 : 0.25)
    await writeFile(join(out, name, 'a.png'), await encodePng(image))
    image.dispose()
  }
  await rm(join(out, 'cat'), { recursive: true })
  const words = [at('conditional.safetensors'), out, '--labels', 'subfolders', '--format', 'csv']
  const told = await ae(['encode', ...words])
  expect([told.code, told.stderr]).toEqual([0, ''])
  const fixed = await ae(['encode', at('conditional.safetensors'), out, '--label', 'dog', '--format', 'csv'])
  expect(fixed.stdout).toBe(told.stdout)
})

test('the threshold in the notes of a model decides', async () => {
  const { stdout } = await ae(['score', at('vae.safetensors'), at('x.npy')])
  const rows = stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
  for (const [, score = 0, isAnomaly] of rows) expect(isAnomaly).toBe(Number(score > 9.5))
})

test('no tensor is left, whether it worked or not', async () => {
  const before = tf.memory().numTensors
  for (const words of [
    ['encode', at('vae.safetensors'), at('x.npy'), '--variance', '--draw', '--format', 'csv'],
    ['encode', at('vae.safetensors'), at('nan.npy')],
    ['reconstruct', at('vae.safetensors'), at('x.npy')],
    ['reconstruct', at('vae.safetensors'), at('x.npy'), '--format', 'json'],
    ['interpolate', at('vae.safetensors'), at('x.npy'), '--animate'],
    ['traverse', at('vae.safetensors'), '--data', at('x.npy')],
    ['sample', at('autoencoder.safetensors'), '--data', at('x.npy')],
    ['score', at('conditional.safetensors'), at('x.npy'), '--label', '1'],
    ['decode', at('vq.safetensors'), at('x.npy')],
    ['evaluate', at('autoencoder.safetensors'), at('x.npy')],
    ['export', at('vae.safetensors'), '--to', 'onnx'],
  ]) {
    await ae(words)
    expect([words[0], tf.memory().numTensors]).toEqual([words[0], before])
  }
})
