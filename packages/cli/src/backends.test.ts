import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

/** What the backend `wasm` says of itself where OMP_NUM_THREADS has this value. */
async function deviceWith(value: string): Promise<unknown> {
  vi.stubEnv('OMP_NUM_THREADS', value)
  vi.doMock('node:os', async (original) => ({
    ...(await original<typeof import('node:os')>()),
    availableParallelism: () => 4,
  }))
  const { backends } = await import('./backends.ts')
  return backends.wasm?.isAvailable()
}

test('wasm takes no more threads than OMP_NUM_THREADS says', async () => {
  expect(await deviceWith('1')).toEqual({ ok: true, device: 'WebAssembly SIMD, 1 thread' })
  vi.resetModules()
  expect(await deviceWith('3,1')).toEqual({ ok: true, device: 'WebAssembly SIMD, 3 threads' })
})

test.each(['', '0', '-1', '64', 'all'])('OMP_NUM_THREADS of %j leaves wasm its default', async (value) => {
  const { wasm } = await import('@ae/wasm')
  expect(await deviceWith(value)).toEqual(await wasm.isAvailable())
})
