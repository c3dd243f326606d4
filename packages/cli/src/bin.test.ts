import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, load, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resultOf } from './testing/ae.ts'
import { bundleCommand, type Program, start, untilThere, untilWritten } from './testing/command.ts'
import { writeIdxFiles } from './testing/idx-files.ts'
import { vaePictures } from './testing/vae-pictures.ts'

let folder: string
let program: Program
let out: string
let count = 0
beforeAll(async () => {
  await selectBackend(wasm)
  program = await bundleCommand()
  folder = await mkdtemp(join(tmpdir(), 'ae-cli-'))
  await writeIdxFiles(join(folder, 'data'), [28, 28])
})
beforeEach(() => {
  out = join(folder, `out-${count++}`)
})
afterAll(async () => {
  await program.remove()
  await rm(folder, { recursive: true, force: true })
})

const train = (...args: string[]) => ['train', '--data', join(folder, 'data'), '--out', out, ...args]
const files = ['vae.safetensors', 'history.json', 'run.json', ...vaePictures]

async function expectModel(): Promise<void> {
  using model = await load(file(join(out, 'vae.safetensors')), vae)
  expect(model.codeSize).toBe(20)
}

describe('ae train stops and saves', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('on %s, and exits with %d', async (signal, code) => {
    const running = start(program, train('--json', '--epochs', '100000'))
    await untilWritten(running, 'epoch 1/')
    running.child.kill(signal)
    expect(await running.ended).toBe(code)
    expect(resultOf(running.written.stdout)).toMatchObject({ interrupted: true, train: null, test: null })
    expect((await readdir(out)).sort()).toEqual([...files].sort())
    await expectModel()
  })

  test('when the same Ctrl-C comes twice, as from a terminal and from pnpm', async () => {
    const running = start(program, train('--epochs', '100000'))
    await untilWritten(running, 'epoch 1/')
    running.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 20))
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(130)
    await expectModel()
  })

  test('when the signal comes after the training: the rest is written, without figures', async () => {
    const running = start(program, train('--json', '--epochs', '1'))
    await untilThere(running, join(out, 'history.json'))
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(130)
    expect(resultOf(running.written.stdout)).toMatchObject({ interrupted: true, epochs: 1 })
    expect((await readdir(out)).sort()).toEqual([...files].sort())
    await expectModel()
  })
})

test('a signal before the training, while data is looked for, ends ae train and writes nothing', async () => {
  const running = start(program, train('--epochs', '1'))
  await untilThere(running, out)
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(143)
  expect(existsSync(join(out, 'vae.safetensors'))).toBe(false)
})

describe('ae train goes on when nobody reads what it writes', () => {
  test.each([
    ['stdout', []],
    ['stderr', ['--json']],
  ] as const)('on %s', async (name, more) => {
    const running = start(program, train('--epochs', '3', ...more))
    await untilWritten(running, 'Training')
    running.child[name]?.destroy()
    expect(await running.ended).toBe(0)
    if (name === 'stdout') expect(running.written.stderr).toBe('')
    else expect(resultOf(running.written.stdout)).toMatchObject({ epochs: 3 })
    expect((await readdir(out)).sort()).toEqual([...files].sort())
    await expectModel()
  })

  test('on both, after a signal', async () => {
    const running = start(program, train('--epochs', '100000'))
    await untilWritten(running, 'epoch 1/')
    running.child.stdout?.destroy()
    running.child.stderr?.destroy()
    running.child.kill('SIGHUP')
    expect(await running.ended).toBe(129)
    await expectModel()
  })
})

test('ae --help is cut short without an error', async () => {
  const running = start(program, ['train', '--help'])
  running.child.stdout?.destroy()
  expect(await running.ended).toBe(0)
  expect(running.written.stderr).toBe('')
})

test('ae train exits with 1 and a message when stdout cannot be written, and the model is there', async (context) => {
  if (!existsSync('/dev/full')) return context.skip('a file that is always full is there on Linux only: /dev/full')
  const full = await open('/dev/full', 'w')
  try {
    const running = start(program, train('--json', '--epochs', '1'), ['ignore', full.fd, 'pipe'])
    expect(await running.ended).toBe(1)
    expect(running.written.stderr).toContain('ae: cannot write to stdout: ENOSPC')
    await expectModel()
  } finally {
    await full.close()
  }
})

describe('on a terminal', () => {
  /** Runs `ae train` on a terminal of its own and gives what it wrote, then its exit code. */
  const onTerminal = (what: 'interrupt' | 'hang up') => {
    const args = [join(import.meta.dirname, 'testing/terminal.py'), what, process.execPath, program.path]
    const { stdout, error } = spawnSync('python3', [...args, ...train('--epochs', '100000')], { encoding: 'utf8' })
    if (error !== undefined) return undefined
    const [, written = '', code] = stdout.match(/^([\s\S]*)\n(-?\d+)\n$/) ?? []
    return { written, code: Number(code) }
  }
  const why = 'a terminal needs python3; enable with: a python3 on the path'

  test('Ctrl-C saves, shows the cursor again and leaves the line of the progress', async (context) => {
    const ended = onTerminal('interrupt')
    if (ended === undefined) return context.skip(why)
    expect(ended.code).toBe(130)
    expect(ended.written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(ended.written.lastIndexOf('\x1b[?25l'))
    expect(ended.written).toMatch(/\nStopped early; the model so far was saved\.\r\nwrote .+vae\.safetensors\r\n/)
    await expectModel()
  })

  test('one that hangs up ends in a saved model', async (context) => {
    const ended = onTerminal('hang up')
    if (ended === undefined) return context.skip(why)
    expect(ended.code).toBe(129)
    const { epochs } = JSON.parse(await readFile(join(out, 'history.json'), 'utf8'))
    const written = files.filter((name) => name !== 'losses.png' || epochs.length > 0)
    expect((await readdir(out)).sort()).toEqual(written.sort())
    await expectModel()
  })
})
