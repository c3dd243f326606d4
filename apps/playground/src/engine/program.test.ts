// The programs of `programs/` are what `program` writes; `tsc` and the linter of this package check them like any other source.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { program } from './program.ts'
import type { Settings } from './settings.ts'
import { epochLosses, nodeEngine, smallSettings } from './testing/node-engine.ts'

const small = { ...smallSettings, examples: 100, batchSize: 50 }

const cases: Readonly<Record<string, Partial<Settings>>> = {
  autoencoder: { model: 'autoencoder', options: { activation: 'tanh' } },
  'stacked-autoencoder': { model: 'stacked-autoencoder', hidden: [16, 8] },
  'sparse-autoencoder': { model: 'sparse-autoencoder', options: { sparsity: { kind: 'l1', weight: 0.1 } } },
  'denoising-autoencoder': {
    model: 'denoising-autoencoder',
    options: { corruption: { kind: 'maskingNoise', rate: 0.5 } },
  },
  'contractive-autoencoder': { model: 'contractive-autoencoder', options: { weight: 0.1 } },
  vae: { model: 'vae', architecture: 'convolutional', hidden: [2, 4], options: { activation: 'leakyRelu(0.1)' } },
  'conditional-vae': { model: 'conditional-vae', dataset: 'shapes' },
  iwae: { model: 'iwae', options: { samples: 2, gradient: 'doublyReparameterized' } },
  'beta-tc-vae': { model: 'beta-tc-vae', dataset: 'shapes', options: { beta: 3, likelihood: { kind: 'bernoulli' } } },
  'vq-vae': {
    model: 'vq-vae',
    options: { codebookSize: 8, positions: 4, likelihood: { kind: 'gaussian', standardDeviation: 0.5 } },
  },
}

const programs = import.meta.glob<unknown>('./programs/*.ts')

let folder = ''
const before = process.cwd()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'))
  process.chdir(folder)
})

afterEach(async () => {
  process.chdir(before)
  await rm(folder, { recursive: true })
})

describe.each(Object.entries(cases))('the program of %s', (name, changes) => {
  const settings: Settings = { ...small, ...changes }

  test('is the one in programs/', async () => {
    await expect(program(settings)).toMatchFileSnapshot(join(import.meta.dirname, `programs/${name}.ts`))
  })

  test('has the losses of the page, to the bit', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      await programs[`./programs/${name}.ts`]?.()
      const printed = log.mock.calls.slice(-small.epochs).map(([, loss]) => loss)
      const engine = nodeEngine()
      await engine.create(settings)
      expect(printed).toEqual(await epochLosses(engine))
    } finally {
      log.mockRestore()
    }
  })
})

test('on a GPU the program is for a page', () => {
  const text = program({ ...small, backend: 'webgpu' })
  expect(text).toContain("import { download, wasm, webgpu } from '@ae/web'")
  expect(text).toContain('await selectBackend(webgpu, wasm)')
  expect(text).toContain("await save(model, download('vae.safetensors'))")
})

test('own pictures are a folder in the program', () => {
  expect(program({ ...small, dataset: 'yours' })).toContain("await imageFolder('pictures', {")
})
