import { expect, test } from 'vitest'
import { AutoencoderError } from '../errors.ts'
import { type Backend, selectBackend } from './backend.ts'

const working = (name: string): Backend => ({
  name,
  isAvailable: async () => ({ ok: true, device: 'a device' }),
  activate: async () => ({ name, device: 'a device' }),
})
const refusing = (name: string, reason: string, fix?: string): Backend => ({
  ...working(name),
  isAvailable: async () => ({ ok: false, reason, fix }),
})

test('selectBackend activates the first that works and leaves the rest alone', async () => {
  const untouched = { ...working('later'), isAvailable: () => Promise.reject(new Error('asked')) }
  expect(await selectBackend(refusing('cuda', 'no GPU'), working('wasm'), untouched)).toEqual({
    name: 'wasm',
    device: 'a device',
    refused: [{ name: 'cuda', reason: 'no GPU' }],
  })
  expect((await selectBackend(working('wasm'), untouched)).refused).toEqual([])
})

test('selectBackend says why each candidate before the one that works was refused, in their order', async () => {
  const lost = new AutoencoderError('`webgpu` cannot run here.', { facts: { Reason: 'no adapter' }, fix: 'a driver' })
  const broken = { ...working('webgpu'), activate: () => Promise.reject(lost) }
  const odd = { ...working('odd'), isAvailable: () => Promise.reject('not an error') }
  const { name, refused } = await selectBackend(refusing('cuda', 'no GPU', 'add one'), broken, odd, working('wasm'))
  expect(name).toBe('wasm')
  expect(refused).toMatchInlineSnapshot(`
    [
      {
        "fix": "add one",
        "name": "cuda",
        "reason": "no GPU",
      },
      {
        "fix": undefined,
        "name": "webgpu",
        "reason": "\`webgpu\` cannot run here. Reason: no adapter; Fix: a driver",
      },
      {
        "fix": undefined,
        "name": "odd",
        "reason": "not an error",
      },
    ]
  `)
})

test('selectBackend lists every refusal when none works', async () => {
  const broken = { ...working('webgpu'), activate: () => Promise.reject(new Error('device lost')) }
  await expect(
    selectBackend(refusing('cuda', 'no GPU', 'install a driver'), broken),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`selectBackend\` found no backend that works here.

    cuda:   no GPU (install a driver)
    webgpu: device lost
    Fix:    cure one of the reasons above, or add wasm from @ae/wasm, which needs nothing installed]
  `)
})

test('selectBackend does not propose wasm where wasm was refused', async () => {
  await expect(selectBackend(refusing('wasm', 'no SIMD'))).rejects.toThrow(/Fix: +cure one of the reasons above$/)
})

test('selectBackend refuses an empty list', async () => {
  await expect((selectBackend as (...none: never[]) => Promise<unknown>)()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`selectBackend\` needs at least one backend.

    Fix: pass one, e.g. selectBackend(wasm) with wasm from @ae/wasm]
  `)
})
