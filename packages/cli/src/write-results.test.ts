import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { file, load, selectBackend } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { decode } from 'fast-png'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ae, resultOf } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'
import { vaePictures } from './testing/vae-pictures.ts'

let folder: string
let out: string
beforeAll(async () => {
  await selectBackend(wasm) // so that tensors can be counted
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-cli-'))
  out = join(folder, 'out')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Trains a VAE with --json; `meanwhile` is called once, when the first epoch is done. */
async function trainVae(args: readonly string[], meanwhile = () => {}) {
  let isDone = false
  const { code, stdout, stderr } = await ae(['train', '--json', '--epochs', '2', ...args, '--out', out], (text) => {
    if (isDone || !text.startsWith('epoch 1/2')) return
    isDone = true
    meanwhile()
  })
  const result = resultOf(stdout)
  const warnings: string[] = (result.warnings ?? []).map((text: string) => text.replaceAll(folder, ''))
  for (const text of warnings) expect(stderr.replaceAll(folder, '')).toContain(`warning: ${text}\n`)
  return { code, result, warnings }
}

async function expectModel(path: string): Promise<void> {
  using model = await load(file(path), vae)
  expect(model.codeSize).toBe(20)
}

test('ae train draws signals as lines, without a warning', async () => {
  await writeIdxFiles(join(folder, 'data'), [32])
  await expectNoLeak(async () => {
    const { code, result, warnings } = await trainVae(['--data', join(folder, 'data')])
    expect([code, warnings]).toEqual([0, []])
    const names = ['samples.png', 'reconstructions.png', 'losses.png', 'codes.png', 'kl.png']
    expect(result.files.slice(3)).toEqual(names.map((name) => join(out, name)))
    for (const name of names.slice(0, 2)) {
      const { width, height, data } = decode(readFileSync(join(out, name)))
      expect([width > 900, height > 1000, new Set(data).size > 2]).toEqual([true, true, true])
    }
  })
})

describe('ae train keeps the model and the history of examples that cannot be drawn, with one warning', () => {
  test.each([
    ['images of two channels', [8, 8, 2]],
    ['volumes', [4, 4, 4, 1]],
  ])('of %s', async (_, shape) => {
    await writeIdxFiles(join(folder, 'data'), shape)
    await expectNoLeak(async () => {
      const { code, result, warnings } = await trainVae(['--data', join(folder, 'data')])
      expect(code).toBe(0)
      const plots = ['losses.png', 'codes.png', 'kl.png']
      expect(result.files).toEqual(
        ['vae.safetensors', 'history.json', 'run.json', ...plots].map((name) => join(out, name)),
      )
      expect(result.test.reconstruction).toBeGreaterThan(0)
      const text = `examples of the shape [${shape.join(', ')}] are neither pictures nor signals`
      expect(warnings).toEqual([`${text}: plots of the run are drawn alone`])
      await expectModel(join(out, 'vae.safetensors'))
    })
  })
})

test('ae train saves the model elsewhere, with code 1, when its folder is gone and cannot be made again', async () => {
  const { code, result, warnings } = await trainVae(['--limit', '256'], () => {
    rmSync(out, { recursive: true })
    writeFileSync(out, 'in the way')
  })
  expect(code).toBe(1)
  expect(result.files).toEqual([expect.stringMatching(/ae-train-\w+.vae\.safetensors$/)])
  onTestFinished(() => rm(dirname(result.files[0]), { recursive: true }))
  expect(warnings[0]).toMatch(
    /^the model was saved as .+vae\.safetensors: WeightsError: `file` cannot write .+ a part of the path is a file/,
  )
  await expectModel(result.files[0])
})

test('ae train makes its folder again when it is gone', async () => {
  const { code, warnings } = await trainVae(['--limit', '256'], () => rmSync(out, { recursive: true }))
  expect([code, warnings]).toEqual([0, []])
  expect((await readdir(out)).sort()).toEqual([...vaePictures, 'vae.safetensors', 'history.json', 'run.json'].sort())
})

describe('on a disk that fills up while ae train trains', () => {
  /** Leaves so many bytes free. */
  const fill = (free: number) => {
    const { bsize, bfree } = statfsSync(out)
    writeFileSync(join(out, 'other'), Buffer.alloc(bsize * bfree - free))
  }

  let isMounted = false
  beforeEach(async (context) => {
    await mkdir(out)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', out], { stdio: 'pipe' })
    } catch (error) {
      return context.skip(`a small disk cannot be mounted here (it needs root on Linux): ${error}`)
    }
    isMounted = true
  })
  afterEach(() => {
    if (isMounted) execFileSync('umount', [out])
    isMounted = false
  })

  test('the model is saved elsewhere, with code 1, and a former one stays', async () => {
    writeFileSync(join(out, 'vae.safetensors'), 'former')
    const { code, result, warnings } = await trainVae(['--limit', '256'], () => fill(0))
    expect(code).toBe(1)
    onTestFinished(() => rm(dirname(result.files[0]), { recursive: true }))
    await expectModel(result.files[0])
    expect(warnings[0]).toContain('the disk is full')
    expect(readFileSync(join(out, 'vae.safetensors'), 'utf8')).toBe('former')
  })

  test('the model is there and the pictures are warnings, with code 0, when it alone has space', async () => {
    const modelBytes = 4 * (784 * 400 + 400 + 2 * (400 * 20 + 20) + 20 * 400 + 400 + 400 * 784 + 784)
    const { code, warnings } = await trainVae(['--limit', '256'], () => fill(modelBytes + 24 * 1024))
    expect(code).toBe(0)
    await expectModel(join(out, 'vae.safetensors'))
    expect(warnings.join()).toContain('/out/walk.png was not written: WeightsError: `file` cannot write')
    expect(warnings.join()).toContain('the disk is full')
  })
})
