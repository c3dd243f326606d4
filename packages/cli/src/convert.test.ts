// `ae convert` and `ae inspect` on files of other programs.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { load } from '@ae/core'
import { fromKeras, fromStateDict, readPyTorch } from '@ae/formats'
import { allModels } from '@ae/models'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'

const fixtures = join(import.meta.dirname, '../../formats/fixtures')
const torch = join(fixtures, 'pytorch-families/examples.pt')

let folder: string
const at = (name: string) => join(folder, name)
const keras = async (name: string) => {
  const path = at(name)
  await writeFile(path, gunzipSync(await readFile(join(fixtures, `keras/${name}.gz`))))
  return path
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-convert-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('convert makes a model of PyTorch that every verb takes, with the weights of the library’s own call', async () => {
  const out = at('torch.safetensors')
  const told = await ae(['convert', torch, '--out', out, '--json'])
  expect([told.code, told.stderr]).toEqual([0, ''])
  expect(JSON.parse(told.stdout)).toMatchObject({ kind: 'vae', from: 'a file of PyTorch', out })
  using model = await load(out, ...allModels)
  using own = fromStateDict((await readPyTorch(torch)).tensors)
  for (const [name, { shape }] of Object.entries(own.variables)) {
    expect([shape, model.variables[name]?.dataSync()]).toEqual([
      model.variables[name]?.shape,
      own.variables[name]?.dataSync(),
    ])
  }
  expect(await ae(['sample', out, '--count', '3', '--out', at('drawn.npy')])).toMatchObject({ code: 0, stderr: '' })
  const piped = await ae(['convert', '-', '--out', '-'], undefined, { stdin: await readFile(torch) })
  expect([piped.code, Buffer.compare(piped.bytes, await readFile(out))]).toEqual([0, 0])
})

test('convert takes Keras, in one file and in two, and layers models of TensorFlow.js', async () => {
  for (const name of ['dense.keras', 'dense.h5']) {
    const told = await ae(['convert', await keras(name), '--out', at('keras.safetensors')])
    expect([name, told.code, told.stderr]).toEqual([name, 0, ''])
  }
  using own = await fromKeras(at('dense.keras'))
  const [encoder, decoder] = [await keras('vae-encoder.keras'), await keras('vae-decoder.keras')]
  const both = await ae(['convert', encoder, '--decoder', decoder, '--out', at('both.safetensors'), '--json'])
  expect([both.code, both.stderr, JSON.parse(both.stdout).kind]).toEqual([0, '', 'vae'])
  await ae(['convert', at('dense.keras'), '--out', at('keras.safetensors')])
  await ae(['export', at('keras.safetensors'), '--to', 'tfjs', '--out', at('tfjs')])
  const layers = await ae(['convert', at('tfjs/model.json'), '--out', at('layers.safetensors'), '--json'])
  expect([layers.code, layers.stderr]).toEqual([0, ''])
  expect(JSON.parse(layers.stdout)).toMatchObject({ kind: own.kind, from: 'a layers model of TensorFlow.js' })
})

test('what a file does not say is asked for by its flag, which then works', async () => {
  const plain = join(fixtures, 'pytorch-families/plain.pt')
  const out = at('plain.safetensors')
  const words = ['convert', plain, '--out', out]
  const first = await ae(words)
  expect(first.code).toBe(2)
  expect(first.stderr).toContain('--activation')
  expect(first.stderr).toContain('Fix:      pass --activation relu')
  const second = await ae([...words, '--activation', 'relu'])
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('pass --output-activation sigmoid')])
  expect(existsSync(out)).toBe(false)
  const third = await ae([...words, '--activation', 'relu', '--output-activation', 'sigmoid'])
  expect([third.code, third.stderr]).toEqual([0, ''])
})

test('convert refuses flags of other formats, models of this library, and what it does not know', async () => {
  const wrong = await ae(['convert', torch, '--code', 'dense'])
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--code only with files of Keras')])
  await ae(['convert', torch, '--out', at('own.safetensors')])
  const own = await ae(['convert', at('own.safetensors')])
  expect([own.code, own.stderr]).toEqual([2, expect.stringContaining('a model of this library')])
  const unknown = await ae(['convert', '-'], undefined, { stdin: 'GIF89a' })
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('"GIF89a"')])
})

test('inspect lists the weights of files of other programs', async () => {
  const told = JSON.parse((await ae(['inspect', torch, '--json'])).stdout)
  expect(told).toMatchObject({ what: 'a file of PyTorch' })
  expect(told.tensors[0]).toMatchObject({ name: 'fc1.weight', dtype: 'F32' })
  const shards = await ae(['inspect', join(fixtures, 'sharded')])
  expect([shards.code, shards.stdout]).toEqual([0, expect.stringContaining('safetensors in several files')])
  const layers = await ae(['inspect', await keras('vae.keras')])
  expect(layers.stdout).toContain('/kernel')
  const piped = await ae(['inspect', '-'], undefined, { stdin: await readFile(torch) })
  expect(piped.stdout).toContain('fc22.bias')
})
