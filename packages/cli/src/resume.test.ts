import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ae, resultOf } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

let folder: string
let out: string
let data: readonly string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-resume-'))
  out = join(folder, 'out')
  await writeIdxFiles(join(folder, 'data'), [6, 6, 2]) // of which no pictures are drawn
  data = ['--data', join(folder, 'data'), '--limit', '128', '--batch-size', '16', '--hidden', '8']
})
afterEach(() => rm(folder, { recursive: true }))

const train = (...args: string[]) => ae(['train', '--json', ...args])
/** Trains, and presses Ctrl-C at the first event that has the text. */
const interrupted = (text: string, ...args: string[]) => {
  let isDone = false
  return ae(['train', '--json', ...args], (written) => {
    if (isDone || !written.includes(text)) return
    isDone = true
    process.kill(process.pid, 'SIGINT')
  })
}
const weights = (name: string, model = 'vae') => readFile(join(folder, name, `${model}.safetensors`))
/** The epochs of a history without what the clock says. */
const history = async (name: string) => {
  const { epochs } = JSON.parse(await readFile(join(folder, name, 'history.json'), 'utf8'))
  return epochs.map(
    ({ seconds: _, examplesPerSecond: __, validations: ___, ...epoch }: Record<string, unknown>) => epoch,
  )
}
const resumedAt = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .find(({ what }) => what === 'resumed')?.step

describe('ae train --resume', () => {
  test('goes on from where Ctrl-C stopped, with its settings, to the bit', async () => {
    const flags = [...data, '--epochs', '6', '--checkpoint-every', '1000steps', '--progress-every', '1']
    await train(...flags, '--out', join(folder, 'whole'))
    const { code } = await interrupted('"step":19,', ...flags, '--out', out)
    expect(code).toBe(130)
    const { stdout, code: ended } = await train('--resume', out)
    expect(ended).toBe(0)
    expect(resumedAt(stdout)).toBeGreaterThanOrEqual(19)
    expect(resultOf(stdout)).toMatchObject({ epochs: 6 })
    expect((await weights('out')).equals(await weights('whole'))).toBe(true)
    expect(await history('out')).toEqual(await history('whole'))
  })

  test('goes on with the best weights, the patience and the averages that the run had', async () => {
    const watched = ['--validation', '0.25', '--keep-best', '--early-stop', '3', '--plateau', '2', '--ema', '0.8']
    const optimizer = ['--optimizer', 'adamw', '--learning-rate', '0.05', '--accumulate', '2', '--clip', '1']
    const flags = [...data, ...watched, ...optimizer, '--epochs', '60', '--checkpoint-every', '1epoch']
    const whole = resultOf((await train(...flags, '--out', join(folder, 'whole'))).stdout)
    expect(whole.epochs).toBe(whole.best.epoch + 3)
    await interrupted(`"epoch","epoch":${whole.best.epoch + 1},`, ...flags, '--out', out)
    const { stdout } = await train('--resume', out)
    expect(resultOf(stdout)).toMatchObject({ epochs: whole.epochs, best: whole.best })
    expect((await weights('out')).equals(await weights('whole'))).toBe(true)
    const again = resultOf((await train('--resume', out)).stdout) // one that was complete stays as it is
    expect(again.epochs).toBe(whole.epochs)
    expect((await weights('out')).equals(await weights('whole'))).toBe(true)
  })

  test('goes on in the layers of a stacked autoencoder', async () => {
    const model = ['--model', 'stacked-autoencoder', '--code-size', '4', '--network', 'dense']
    const flags = [...data, ...model, '--epochs', '2', '--checkpoint-every', '3steps', '--progress-every', '1']
    await train(...flags, '--out', join(folder, 'whole'))
    const { stdout: first } = await interrupted('"layer":1', ...flags, '--out', out)
    expect(first).not.toContain('"event":"epoch","epoch"')
    expect((await train('--resume', out)).code).toBe(0)
    const model2 = (name: string) => weights(name, 'stacked-autoencoder')
    expect((await model2('out')).equals(await model2('whole'))).toBe(true)
  })

  test('adds epochs to a complete run', async () => {
    const flags = [...data, '--checkpoint-every', '1epoch']
    await train(...flags, '--epochs', '3', '--out', join(folder, 'whole'))
    await train(...flags, '--epochs', '1', '--out', out)
    await train('--resume', out, '--epochs', '3')
    expect((await weights('out')).equals(await weights('whole'))).toBe(true)
  })

  test('begins anew where there is nothing yet, if checkpoints are written', async () => {
    const flags = [...data, '--epochs', '1', '--checkpoint-every', '1epoch', '--out', out, '--resume']
    expect(resumedAt((await train(...flags)).stdout)).toBeUndefined()
    expect(resumedAt((await train(...flags)).stdout)).toBe(8)
  })

  test('refuses a folder without checkpoints, and another --out', async () => {
    await mkdir(out)
    expect((await train('--resume', out)).stderr).toContain('`ae train` found no checkpoint to go on from.')
    const { code, stderr } = await train('--resume', out, '--out', join(folder, 'other'))
    expect([code, stderr]).toEqual([2, expect.stringContaining('Fix:      leave out --out')])
  })

  test('passes over a checkpoint whose best weights were not saved any more', async () => {
    const flags = [...data, '--epochs', '4', '--checkpoint-every', '1epoch', '--keep-best', '--keep', '4']
    const { stdout } = await train(...flags, '--out', join(folder, 'whole'))
    await train(...flags, '--epochs', '3', '--out', out)
    const { epoch } = resultOf(stdout).best
    expect(epoch).toBe(4)
    await rm(join(out, 'checkpoints/best-epoch-3.safetensors'))
    await writeFile(join(out, 'checkpoints/best-epoch-2.safetensors'), '') // as if killed between the two
    expect(resumedAt((await train('--resume', out, '--epochs', '4')).stdout)).toBe(16)
    expect((await weights('out')).equals(await weights('whole'))).toBe(true)
  })
})

test('ae train with checkpoints leaves those of a run that has not ended, and replaces those of one that has', async () => {
  const flags = [...data, '--checkpoint-every', '1epoch', '--out', out]
  await interrupted('"epoch":1', ...flags, '--epochs', '500')
  const names = await readdir(join(out, 'checkpoints'))
  const { code, stderr } = await train(...flags, '--epochs', '1')
  expect([code, stderr]).toEqual([2, expect.stringContaining('checkpoints of a run that has not ended')])
  expect(await readdir(join(out, 'checkpoints'))).toEqual(names)
  await rm(out, { recursive: true })
  await train(...flags, '--epochs', '2')
  expect((await train(...flags, '--epochs', '1')).code).toBe(0)
  expect(await readdir(join(out, 'checkpoints'))).toEqual(['000001-step-8.safetensors'])
})
