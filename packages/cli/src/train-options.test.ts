// `ae train` with flags of models, of objectives, of data, of logs; on tiny examples.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, load } from '@ae/core'
import { vae } from '@ae/models'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ae, resultOf } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

let folder: string
let out: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-options-'))
  await writeIdxFiles(join(folder, 'data'), [6, 6, 2]) // of which no pictures are drawn
  await writeFile(
    join(folder, 'table.csv'),
    `a,b,kind\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${i % 2 ? 'x' : 'y'}`).join('\n')}\n`,
  )
})
beforeEach(() => {
  out = join(folder, `out-${count++}`)
})
afterAll(() => rm(folder, { recursive: true }))

const small = ['--limit', '64', '--epochs', '1', '--batch-size', '32']
const train = (...args: string[]) =>
  ae(['train', '--json', '--data', join(folder, 'data'), ...small, '--out', out, ...args])

describe('ae train --model', () => {
  test('takes the options of the model, its networks and its likelihood', async () => {
    const networks = ['--network', 'dense', '--hidden', '9,7', '--activation', 'tanh', '--normalization', 'layer']
    const { code } = await train(
      '--latent-size',
      '3',
      ...networks,
      '--likelihood',
      'laplace',
      '--likelihood-scale',
      '0.5',
    )
    expect(code).toBe(0)
    using model = await load(file(join(out, 'vae.safetensors')), vae)
    expect(model.config).toMatchObject({
      latentSize: 3,
      architecture: { kind: 'dense', hidden: [9, 7], activation: 'tanh', normalization: 'layer' },
      likelihood: { kind: 'laplace', scale: 0.5 },
    })
  })

  test.each([
    [['--code-size', '3'], 'Goes with: --model autoencoder or stacked-autoencoder'],
    [['--model', 'autoencoder', '--free-bits', '1'], 'Goes with: --model vae or conditional-vae'],
    [['--model', 'iwae', '--beta', '2'], 'Goes with: --model'],
    [['--channels', '3'], 'pass --network convolutional'],
    [['--objective', 'total-correlation', '--capacity', '3'], 'Goes with: --objective elbo'],
  ])('refuses %j and names what takes it', async (args, text) => {
    const { code, stderr } = await train(...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)])
  })
})

test.each([
  [[], ['reconstruction', 'kl', 'total']],
  [
    ['--beta', '4', '--beta-warmup', '3'],
    ['reconstruction', 'kl', 'total'],
  ],
  [
    ['--free-bits', '0.5'],
    ['reconstruction', 'kl', 'penalty', 'total'],
  ],
  [
    ['--capacity', '2', '--beta', '10'],
    ['reconstruction', 'kl', 'penalty', 'total'],
  ],
  [
    ['--objective', 'total-correlation'],
    ['reconstruction', 'mutualInformation', 'totalCorrelation', 'dimensionWiseKl', 'total'],
  ],
])('ae train %j minimises %j', async (args, terms) => {
  const { stdout } = await train('--hidden', '8', ...args)
  const epoch = JSON.parse(stdout.split('\n').find((line) => line.includes('"epoch","epoch"')) ?? '')
  expect(Object.keys(epoch.loss)).toEqual(terms)
  const { reconstruction, kl, total } = epoch.loss
  if (args.length === 0) expect(total).toBeCloseTo(reconstruction + kl, 3)
})

test('ae train --log writes logs and --progress-every events, and --validation measures', async () => {
  const logs = ['--log', 'csv', '--log', 'jsonl', '--log', 'tensorboard']
  const { stdout } = await train(...logs, '--progress-every', '1', '--validation', '0.25', '--hidden', '8')
  const [header = '', row = ''] = (await readFile(join(out, 'log.csv'), 'utf8')).split('\n')
  expect(header.split(',')).toEqual(expect.arrayContaining(['train/total', 'validation/total', 'learningRate']))
  expect(row).toMatch(/^2,1,/) // 48 examples for training, two steps
  expect(JSON.parse((await readFile(join(out, 'log.jsonl'), 'utf8')).trim())).toMatchObject({ step: 2, epoch: 1 })
  expect((await readdir(join(out, 'tensorboard')))[0]).toContain('tfevents')
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.map(({ event }) => event)).toEqual(['begin', 'progress', 'progress', 'epoch', undefined])
  expect(events[3].validation.total).toBeGreaterThan(0)
})

test('ae train goes on without a log that cannot be written, with a warning', async () => {
  await mkdir(out)
  await writeFile(join(out, 'log.csv'), 'my own table')
  const { code, stdout } = await train('--log', 'csv', '--log', 'jsonl', '--hidden', '8', '--epochs', '2')
  expect(code).toBe(0)
  const [warning, ...others] = resultOf(stdout).warnings.filter((text: string) => text.startsWith('--log'))
  expect([warning, others]).toEqual([expect.stringContaining('--log csv ended: OptionError: `csvLog`'), []])
  expect(await readFile(join(out, 'log.csv'), 'utf8')).toBe('my own table')
  expect((await readFile(join(out, 'log.jsonl'), 'utf8')).trim().split('\n').length).toBe(2)
})

describe('the data of ae train', () => {
  test('is of the kind that its flag says', async () => {
    const table = join(folder, 'table.csv')
    const run = (...args: string[]) => ae(['train', '--json', ...small, '--hidden', '8', '--out', out, ...args])
    const { code, stdout } = await run('--csv', table, '--target-column', 'kind', '--model', 'conditional-vae')
    expect(code).toBe(0)
    expect(resultOf(stdout)).toMatchObject({ dataset: table })
    expect((await run('--npy', table)).stderr).toContain('`ae train` received something else as --npy.')
    expect((await run('--images', table)).stderr).toContain('Expected: a folder of pictures')
    expect((await run('--csv', table, '--data', table)).stderr).toContain('received several places of data')
    expect((await run('--csv', table, '--labels', 'a', '--target-column', 'b')).stderr).toContain('both --labels and')
  })

  test.each([
    ['train', 512],
    ['test', 64],
    ['all', 576],
  ])('with --split %s has %d examples', async (split, examples) => {
    const { stdout } = await ae([
      'train',
      '--json',
      '--data',
      join(folder, 'data'),
      '--split',
      split,
      '--epochs',
      '0',
      '--out',
      out,
    ])
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ event: 'begin', examples })
  })
})

describe('the progress of ae train on a terminal', () => {
  const run = (columns: number, env: Readonly<Record<string, string>>) =>
    ae(['train', '--data', join(folder, 'data'), ...small, '--hidden', '8', '--out', out], () => {}, { columns, env })

  test('is a bar as wide as there is room, of letters that the locale has', async () => {
    const wide = await run(120, { LANG: 'en_US.UTF-8' })
    expect(wide.stdout).toContain('examples/s')
    expect(wide.stdout).toContain('\u2588')
    const narrow = await run(40, { LC_ALL: 'C', LANG: 'en_US.UTF-8' })
    expect(narrow.stdout).toMatch(/1\/1 =+ 100%/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes of terminals
    const bars = narrow.stdout.split(/\x1b\[[\d?]*[A-Za-z]|\n/).filter((text) => text.includes('%'))
    expect(Math.max(...bars.map((text) => text.length))).toBeLessThanOrEqual(40)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII
    expect(narrow.stdout).toMatch(/^[\x00-\x7f]*$/)
  })

  test('is a line an epoch on a dumb one', async () => {
    const { stdout } = await run(80, { TERM: 'dumb' })
    expect(stdout).toMatch(/\nepoch 1\/1 {2}reconstruction /)
    expect(stdout).not.toContain('\x1b')
  })
})
