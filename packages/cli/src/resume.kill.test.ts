// `ae train` with checkpoints, killed at moments of its own and gone on with: the model is the unbroken run's.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resultOf } from './testing/ae.ts'
import { bundleCommand, type Program, start, untilWritten } from './testing/command.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

let folder: string
let program: Program
beforeAll(async () => {
  program = await bundleCommand()
  folder = await mkdtemp(join(tmpdir(), 'ae-resume-kill-'))
  await writeIdxFiles(join(folder, 'data'), [6, 6, 2]) // of which no pictures are drawn
})
afterAll(async () => {
  await program.remove()
  await rm(folder, { recursive: true, force: true })
})

const run = (out: string, ...args: string[]) => {
  const flags = ['--data', join(folder, 'data'), '--epochs', '60', '--batch-size', '16', '--hidden', '8']
  const kept = ['--checkpoint-every', '7steps', '--keep-best', '--validation', '0.2', '--ema', '0.9']
  return start(program, ['train', '--json', ...flags, ...kept, ...args, '--out', join(folder, out)])
}
const weights = (out: string) => readFile(join(folder, out, 'vae.safetensors'))

test('3 kills that cannot be caught, each gone on from: the weights are those of an unbroken run, to the bit', {
  timeout: 300_000,
}, async () => {
  const whole = run('whole')
  expect(await whole.ended).toBe(0)
  for (const epoch of [1, 9, 25]) {
    const running = run('killed', '--resume')
    await untilWritten(running, `"event":"epoch","epoch":${epoch},`)
    running.child.kill('SIGKILL')
    expect(await running.ended).toBe(137)
  }
  const last = run('killed', '--resume')
  expect(await last.ended).toBe(0)
  expect(last.written.stdout).toContain('"what":"resumed"')
  expect((await weights('killed')).equals(await weights('whole'))).toBe(true)
  const { best, epochs } = resultOf(whole.written.stdout)
  expect(resultOf(last.written.stdout)).toMatchObject({ best, epochs })
})

test('a second run into the same folder is refused while the first runs, which is not disturbed', async () => {
  const first = run('shared', '--epochs', '100000')
  await untilWritten(first, '"event":"epoch"')
  const second = run('shared')
  expect(await second.ended).toBe(2)
  expect(second.written.stderr).toContain(`process ${first.child.pid} on this machine`)
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(130)
})
