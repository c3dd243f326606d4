import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, load } from '@ae/core'
import { crc32 } from '@ae/core/internal'
import { vae } from '@ae/models'
import { decode } from 'fast-png'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { modelChoices } from './model-choices.ts'
import { networks } from './subject.ts'
import { ae, resultOf } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'
import { vaePictures } from './testing/vae-pictures.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'ae-cli-'))
})
afterEach(() => rm(out, { recursive: true, force: true }))

const quick = ['--limit', '512', '--epochs', '2', '--seed', '0']

describe('ae train --json', () => {
  test('prints a line for each epoch and the result last, and writes the files that it names', async () => {
    const { code, stdout } = await ae(['train', '--json', ...quick, '--out', out])
    expect(code).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ event }) => event)).toEqual(['begin', 'epoch', 'epoch', undefined])
    expect(events[2]).toMatchObject({ epoch: 2, epochs: 2, step: 8, learningRate: 0.001 })
    expect(Object.keys(events[2].loss)).toEqual(['reconstruction', 'kl', 'total'])
    const result = resultOf(stdout)
    expect(Object.keys(result)).toEqual([
      'model',
      'network',
      'dataset',
      'epochs',
      'seed',
      'backend',
      'seconds',
      'examplesPerSecond',
      'imagesPerSecond',
      'train',
      'test',
      'files',
    ])
    expect(result).toMatchObject({
      model: 'vae',
      network: 'dense',
      dataset: 'mnist',
      epochs: 2,
      seed: 0,
      backend: 'wasm',
    })
    expect(result.test.reconstruction).toBeGreaterThan(100)
    expect(result.test.reconstruction).toBeLessThan(545) // 784 log 2: what an untrained decoder gives
    expect(result.test.kl).toBeGreaterThan(0)
    const names = ['vae.safetensors', 'history.json', 'run.json', ...vaePictures]
    expect(result.files).toEqual(names.map((name) => join(out, name)))
    expect((await readdir(out)).sort()).toEqual([...names].sort())
    const history = JSON.parse(await readFile(join(out, 'history.json'), 'utf8'))
    expect(history.epochs.map((epoch: { epoch: number }) => epoch.epoch)).toEqual([1, 2])
    using model = await load(file(join(out, 'vae.safetensors')), vae)
    expect(model.config).toMatchObject({ latentSize: 20, architecture: { kind: 'dense', hidden: [400] }, seed: 0 })
  })

  test('with --json-result prints exactly one JSON object', async () => {
    const { stdout } = await ae(['train', '--json-result', '--limit', '256', '--epochs', '1', '--out', out])
    expect(JSON.parse(stdout)).toMatchObject({ model: 'vae', epochs: 1 })
  })

  test('gives the same figures again for the same seed', async () => {
    const figures = async () => resultOf((await ae(['train', '--json', ...quick, '--out', out])).stdout).test
    expect(await figures()).toEqual(await figures())
  })

  test('reports mse and nats for the autoencoder, whose samples come from a mixture fitted to its codes', async () => {
    const { stdout } = await ae(['train', '--json', ...quick, '--model', 'autoencoder', '--out', out])
    const result = resultOf(stdout)
    expect(Object.keys(result.test)).toEqual(['mse', 'nats'])
    expect(result.test.mse).toBeGreaterThan(0.01)
    expect(result.test.mse).toBeLessThan(0.25)
    const names = [
      'autoencoder.safetensors',
      'codes.png',
      'history.json',
      'losses.png',
      'reconstructions.png',
      'run.json',
      'samples.png',
    ]
    expect((await readdir(out)).sort()).toEqual(names)
  })
})

test('ae train --json gives the speed of the whole stacked autoencoder, not that of a pair of its layers', async () => {
  const { stdout } = await ae(['train', '--json', ...quick, '--model', 'stacked-autoencoder', '--out', out])
  const { epochs } = JSON.parse(await readFile(join(out, 'history.json'), 'utf8'))
  const rates = (isWhole: boolean): number[] =>
    epochs
      .filter(({ layer }: { layer?: number }) => (layer === undefined) === isWhole)
      .map(({ examplesPerSecond }: { examplesPerSecond: number }) => examplesPerSecond)
  expect([rates(true).length, rates(false).length]).toEqual([2, 6])
  const fastest = Math.max(...rates(true))
  expect(resultOf(stdout)).toMatchObject({ epochs: 2, examplesPerSecond: fastest, imagesPerSecond: fastest })
})

describe.each(Object.keys(modelChoices))('ae train --model %s', (model) => {
  test.each(networks)('--network %s trains, and writes finite figures and pictures', async (network) => {
    const settings = ['--limit', '256', '--epochs', '1', '--model', model, '--network', network]
    const { code, stdout, stderr } = await ae(['train', '--json', ...settings, '--out', out])
    expect(stderr).not.toContain('Error')
    expect(code).toBe(0)
    const { test: figures, files } = resultOf(stdout)
    expect(Object.keys(figures).length).toBeGreaterThan(0)
    for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true)
    for (const name of ['samples.png', 'reconstructions.png']) expect(files).toContain(join(out, name))
    expect(stderr).not.toContain('warning')
    for (const path of files.filter((path: string) => path.endsWith('.png'))) {
      const { width, height, data } = decode(await readFile(path))
      expect(width * height).toBeGreaterThan(10_000)
      expect(new Set(data).size).toBeGreaterThan(2) // not blank
    }
  })
})

test('ae train without a terminal prints a line an epoch, then the figures and the files', async () => {
  const { stdout } = await ae(['train', ...quick, '--out', out])
  expect(stdout).toMatch(/^That is \d+ steps; in so few a model learns little\. --epochs \d+ makes enough/m)
  expect(stdout.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'Training vae',
    'That is',
    'epoch 1/2',
    'epoch 2/2',
    'test: reconstruction',
    ...['vae.safetensors', 'history.json', 'run.json', ...vaePictures].map((name) => `wrote ${join(out, name)}`),
    '',
  ])
})

test('ae train stopped by Ctrl-C saves what there is and exits with 130', async () => {
  let interrupts = 0
  const { code, stdout } = await ae(['train', '--json', '--limit', '2560', '--epochs', '500', '--out', out], (text) => {
    if (text.includes('epoch 1/500') && interrupts++ === 0) process.kill(process.pid, 'SIGINT')
  })
  expect(interrupts).toBe(1)
  expect(code).toBe(130)
  const result = resultOf(stdout)
  expect(result).toMatchObject({ interrupted: true, train: null, test: null })
  expect(result.epochs).toBeGreaterThanOrEqual(1)
  expect(result.epochs).toBeLessThan(5)
  expect(process.listenerCount('SIGINT')).toBe(0)
  using model = await load(file(join(out, 'vae.safetensors')), vae)
  expect(model.codeSize).toBe(20)
})

test('ae train stopped in a folder with a model leaves that one and its files, and saves beside it', async () => {
  expect((await ae(['train', '--json', ...quick, '--out', out])).code).toBe(0)
  const names = (await readdir(out)).sort()
  const contents = () => Promise.all(names.map(async (name) => crc32(await readFile(join(out, name)))))
  const former = await contents()
  let interrupts = 0
  const { code, stdout, stderr } = await ae(
    ['train', '--json', '--limit', '2560', '--epochs', '500', '--out', out],
    (text) => {
      if (text.includes('epoch 1/500') && interrupts++ === 0) process.kill(process.pid, 'SIGINT')
    },
  )
  expect(code).toBe(130)
  expect(await contents()).toEqual(former)
  const beside = join(out, 'vae.interrupted.safetensors')
  expect(resultOf(stdout)).toMatchObject({ interrupted: true, files: [beside], train: null, test: null })
  expect(stderr).toContain(`warning: stopped early: the former ${join(out, 'vae.safetensors')} and its files were kept`)
  using model = await load(file(beside), vae)
  expect(model.codeSize).toBe(20)
  expect((await ae(['train', '--json', ...quick, '--seed', '3', '--out', out])).code).toBe(0)
  expect(await contents()).not.toEqual(former) // a run that comes to its end replaces what was there
})

test('ae train says that a --limit is above what there is', async () => {
  const few = ['--data', join(out, 'data'), '--epochs', '0', '--out', join(out, 'run')]
  await writeIdxFiles(join(out, 'data'), [8, 8])
  const { code, stdout, stderr } = await ae(['train', '--json', '--limit', '513', ...few])
  expect(code).toBe(0)
  const text = '--limit 513 is more than the 512 examples of data/train: all are used'
  expect(stderr).toContain(`warning: ${text}\n`)
  expect(resultOf(stdout).warnings).toContain(text)
  expect((await ae(['train', '--json', '--limit', '512', ...few])).stderr).not.toContain('--limit')
})

test('ae train stopped before its first step leaves what was there', async () => {
  const former = new TextEncoder().encode('a model of weeks')
  await file(join(out, 'vae.safetensors')).write(former)
  const { code, stdout, stderr } = await ae(['train', '--json-result', '--limit', '256', '--out', out], (text) => {
    if (text.includes('Training')) process.emit('SIGINT', 'SIGINT')
  })
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
  expect(stderr).toContain('warning: stopped before the first step: nothing was written')
  expect(await file(join(out, 'vae.safetensors')).read()).toEqual(former)
})

describe('ae refuses', () => {
  test.each([
    [['--epochs', '-1'], 'an integer of at least 0'],
    [['--epochs', 'two'], 'Received: "two"'],
    [['--batch-size', '0'], 'a positive integer'],
    [['--learning-rate', '0'], 'a finite number above 0'],
    [['--seed', '1.5'], 'an integer from 0 to 2^53 - 1'],
    [['--limit', '0'], 'a positive integer'],
    [['--model', 'gan'], 'vae, autoencoder, stacked-autoencoder'],
    [['--network', 'recurrent'], 'dense, convolutional'],
    [['--dataset', 'imagenet'], 'mnist, fashion-mnist'],
    [['--backend', 'cdua'], 'wasm, cpu, webgpu, cuda, native'],
    [['--epoch', '3'], 'Did you mean --epochs?'],
  ])('%j with code 2, and writes nothing', async (args, text) => {
    const { code, stdout, stderr } = await ae(['train', '--json', '--out', join(out, 'new'), ...args])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(text)
    expect(await readdir(out)).toEqual([])
  })

  test('a folder without data, with code 1, naming what it looked for', async () => {
    const { code, stdout, stderr } = await ae(['train', '--json', '--data', join(out, 'none'), '--out', out])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('DatasetError')
    expect(stderr).toContain(join(out, 'none'))
  })
})

describe('what ae says of a failure', () => {
  test.each([
    [['--batch-size', '0'], '`ae train` received a bad `--batch-size`.'],
    [['--learning-rate', '0'], '`ae train` received a bad `--learning-rate`.'],
    [['--data', '/no/such/folder'], '`ae train` found nothing at --data.'],
    [['--data', import.meta.dirname], '`ae train` found no train-images-idx3-ubyte.'],
    [['--backend', 'cuda'], 'pass --backend wasm'],
  ])('of %j is in its own words', async (args, text) => {
    const { code, stderr } = await ae(['train', '--out', out, ...args])
    expect(code).toBeGreaterThan(0)
    expect(stderr).toContain(text)
    expect(stderr).not.toMatch(/`from`|batchSize|learningRate|@ae\/wasm|idxFolder|fromIdx|selectBackend/)
  })
})

test('ae train --help documents every option, the files, signals, exit codes and the JSON object', async () => {
  const { code, stdout } = await ae(['train', '--help'])
  expect(code).toBe(0)
  for (const word of [
    '--model',
    '--network',
    '--dataset',
    '--epochs',
    '--batch-size',
    '--learning-rate',
    '--seed',
    '--limit',
    '--data',
    '--examples',
    '--labels',
    '--shape',
    '--out',
    '--backend',
    '--json',
    'samples.png',
    'Ctrl-C',
    'SIGHUP',
    '143',
    'warnings',
    'examplesPerSecond',
  ]) {
    expect(stdout).toContain(word)
  }
})
