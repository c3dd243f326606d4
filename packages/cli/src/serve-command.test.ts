import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { save, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-serve-'))
  path = join(folder, 'my digits.safetensors')
  await selectBackend(wasm)
  const model = vae({ inputShape: [4, 4, 1], latentSize: 2, hidden: [8], seed: 1 })
  await save(model, path)
  model.dispose()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs `ae serve --json` until `body` has asked it. */
async function serving(
  args: readonly string[],
  body: (url: string) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
) {
  let asked: Promise<void> | undefined
  let failure: unknown
  const ended = await ae(
    ['serve', ...args, '--port', '0', '--json', '--one-thread'],
    (text) => {
      if (asked !== undefined || !text.startsWith('{"url"')) return
      asked = body(JSON.parse(text).url).catch((error: unknown) => {
        failure = error
      })
      asked.then(() => process.emit('SIGTERM'))
    },
    { env },
  )
  if (failure !== undefined) throw failure
  return ended
}

test('ae serve answers requests until SIGTERM, and logs each as a line of JSON', async () => {
  const { code, stdout, stderr } = await serving([path], async (url) => {
    const png = await fetch(`${url}/sample?count=4&seed=1&format=png`)
    expect(png.headers.get('content-type')).toBe('image/png')
    expect((await (await fetch(`${url}/models`)).json()).models[0].name).toBe('my-digits')
  })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    device: expect.stringContaining('WebAssembly'),
    models: [{ name: 'my-digits', kind: 'vae' }],
  })
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'info',
      event: 'request',
      path: '/sample',
      status: 200,
      model: 'my-digits',
      rows: 4,
    }),
    expect.objectContaining({ event: 'request', path: '/models', status: 200 }),
  ])
})

test('ae serve takes several models by name, and a token from the environment', async () => {
  const { code, stderr } = await serving(
    [`a=${path}`, `b=${path}`, '--log', 'warn'],
    async (url) => {
      const ask = (name: string, token: string) =>
        fetch(`${url}/models/${name}/sample`, { headers: { authorization: `Bearer ${token}` } })
      expect((await ask('b', 'secret')).status).toBe(200)
      expect((await ask('b', 'other')).status).toBe(401)
      expect((await ask('c', 'secret')).status).toBe(404)
    },
    { AE_TOKEN: 'secret' },
  )
  expect([code, stderr]).toEqual([0, ''])
})

test.each([
  [[], 2, "missing required argument 'models'"],
  [['nothing.safetensors'], 1, 'WeightsError'],
  [['a.safetensors', '--host', '0.0.0.0'], 2, 'without a token'],
  [['a.safetensors', '--port', '70000'], 2, '--port'],
  [['a.safetensors', 'b/a.safetensors'], 2, 'two models of the name a'],
  [['a.safetensors', '--sampler-data', 'x=data.npy'], 2, '--sampler-data'],
])('ae serve %j ends with %i', async (args, code, text) => {
  const ended = await ae(['serve', ...args, '--one-thread'])
  expect([ended.code, ended.stdout]).toEqual([code, ''])
  expect(ended.stderr).toContain(text)
})

test('the help of ae serve names every flag that the server has', async () => {
  const { stdout } = await ae(['serve', '--help'])
  expect(stdout).toContain('<models...>')
  expect(stdout).toContain('AE_TOKEN')
})
