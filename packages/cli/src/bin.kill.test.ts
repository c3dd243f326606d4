// Signals at many moments of a run, of the real command: whatever is under way, the model's file is whole.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, load, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resultOf } from './testing/ae.ts'
import { bundleCommand, type Program, type Running, start, until, untilThere, untilWritten } from './testing/command.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

let folder: string
let out: string
let program: Program
let count = 0
beforeAll(async () => {
  await selectBackend(wasm)
  program = await bundleCommand()
  folder = await mkdtemp(join(tmpdir(), 'ae-cli-'))
  await writeIdxFiles(join(folder, 'data'), [28, 28])
})
afterAll(async () => {
  await program.remove()
  await rm(folder, { recursive: true, force: true })
})

const anew = () => {
  out = join(folder, `out-${count++}`)
}
const train = (seed: number) => {
  const settings = ['--json', '--epochs', '3', '--data', join(folder, 'data'), '--seed', String(seed)]
  return start(program, ['train', ...settings, '--out', out])
}
const model = () => join(out, 'vae.safetensors')
const untilSaving = (running: Running) =>
  until(
    running,
    'began to save',
    () => existsSync(out) && readdirSync(out).some((name) => name.startsWith('.vae.safetensors')),
  )
/** Every delay is of its own, and the same in each run of the test. */
const delay = (round: number) => new Promise((resolve) => setTimeout(resolve, (round * 37) % 60))

const moments: readonly (readonly [name: string, reached: (running: Running) => Promise<void>])[] = [
  ['training begins', (running) => untilWritten(running, 'Training')],
  ['the first epoch is done', (running) => untilWritten(running, 'epoch 1/')],
  ['the last epoch is done', (running) => untilWritten(running, 'epoch 3/')],
  ['the model is being saved', untilSaving],
  ['the model is there', (running) => untilThere(running, model())],
  ['the history is there', (running) => untilThere(running, join(out, 'history.json'))],
  ['a picture is there', (running) => untilThere(running, join(out, 'samples.png'))],
  ['all pictures but one are there', (running) => untilThere(running, join(out, 'interpolations.png'))],
]

test('16 Ctrl-Cs, from the beginning of the training to its last picture: each leaves a whole model', {
  timeout: 900_000,
}, async () => {
  const codes: number[] = []
  for (const round of [0, 1]) {
    for (const [i, [, reached]] of moments.entries()) {
      anew()
      const running = train(1)
      await reached(running)
      await (round === 0 ? undefined : delay(i + 1))
      running.child.kill('SIGINT')
      codes.push(await running.ended)
      expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([])
      if (running.written.stderr.includes('stopped before the first step')) {
        expect(existsSync(model())).toBe(false)
        continue
      }
      expect(resultOf(running.written.stdout).files).toContain(model())
      using loaded = await load(file(model()), vae)
      expect(loaded.codeSize).toBe(20)
    }
  }
  // A delay may be longer than what was left to do; the program had then ended, or was ending, by itself.
  expect(codes.length).toBe(16)
  expect(codes.filter((code) => code !== 0 && code !== 130)).toEqual([])
  expect(codes.filter((code) => code === 130).length).toBeGreaterThanOrEqual(8)
})

test('14 kills that cannot be caught: each leaves the former model or the new one, whole', {
  timeout: 900_000,
}, async () => {
  const bytesOf = async (seed: number) => {
    anew()
    expect(await train(seed).ended).toBe(0)
    return readFileSync(model())
  }
  const [next, former] = [await bytesOf(2), await bytesOf(1)]
  const found = { former: 0, next: 0 }
  for (const round of [0, 1]) {
    for (const [i, [name, reached]] of moments.entries()) {
      anew()
      await file(model()).write(former)
      if (name === 'the model is there') continue // it is, from the start
      const running = train(2)
      await reached(running)
      await (round === 0 ? undefined : delay(i + 1))
      running.child.kill('SIGKILL')
      await running.ended
      const left = readFileSync(model())
      if (left.equals(former)) found.former++
      else {
        expect(left.equals(next)).toBe(true)
        found.next++
      }
    }
  }
  expect(found.former + found.next).toBe(14)
  expect(Math.min(found.former, found.next)).toBeGreaterThan(0)
})
