import { selectBackend } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { expectNoLeak } from '@ae/library/testing'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import {
  backend,
  engine,
  env,
  getBackend,
  getKernel,
  getKernelsForBackend,
  matMul,
  ones,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { wasm, wasmBackend } from './index.ts'
import { defaultThreads } from './threads/cores.ts'

const device = `WebAssembly SIMD, ${defaultThreads()} thread${defaultThreads() === 1 ? '' : 's'}`

test('importing the package registers nothing', () => {
  expect(Object.keys(engine().registryFactory)).toEqual([])
  expect(getKernelsForBackend('wasm')).toEqual([])
})

test('wasm is available where WebAssembly has SIMD, and asking changes nothing', async () => {
  expect(await wasm.isAvailable()).toEqual({ ok: true, device: device })
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

describe('without SIMD', () => {
  beforeEach(() => void vi.spyOn(WebAssembly, 'validate').mockReturnValue(false))
  afterEach(() => void vi.restoreAllMocks())

  test('wasm is not available and says why', async () => {
    expect(await wasm.isAvailable()).toMatchInlineSnapshot(`
      {
        "fix": "use Node 20 or newer, or a browser of 2023 or newer; on x86 the processor must support SSE 4.1",
        "ok": false,
        "reason": "this JavaScript engine has WebAssembly, but not its 128-bit SIMD",
      }
    `)
  })

  test('it refuses to be activated, and has loaded nothing', async () => {
    await expect(wasm.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [BackendUnavailableError: \`wasm\` cannot run here.

      Reason: this JavaScript engine has WebAssembly, but not its 128-bit SIMD
      Fix:    use Node 20 or newer, or a browser of 2023 or newer; on x86 the processor must support SSE 4.1]
    `)
    await expect(selectBackend(wasm)).rejects.toThrow('128-bit SIMD')
    expect(Object.keys(engine().registryFactory)).toEqual([])
  })
})

test('where a page forbids to compile WebAssembly, wasm is not available and names the directive', async () => {
  vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
    throw new WebAssembly.CompileError('violates the following Content Security Policy directive')
  })
  expect(await wasm.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "add 'wasm-unsafe-eval' to its script-src",
      "ok": false,
      "reason": "the content security policy of this page forbids WebAssembly",
    }
  `)
  vi.restoreAllMocks()
})

test('without WebAssembly wasm is not available and says why', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  expect(await wasm.isAvailable()).toMatchInlineSnapshot(`
    {
      "fix": "use Node 20 or newer without --jitless, or a browser of 2023 or newer",
      "ok": false,
      "reason": "this JavaScript engine has no WebAssembly",
    }
  `)
  vi.unstubAllGlobals()
})

test('once activated it is the backend of tfjs, says what runs, and has every fused kernel of use to it', async () => {
  const warn = vi.spyOn(console, 'warn')
  expect(await wasm.activate()).toEqual({ name: 'wasm', device: device })
  expect(warn).not.toHaveBeenCalled()
  expect(getBackend()).toBe('wasm')
  const names = Object.values(kernels).map(({ name }) => name)
  const missing = names.filter((name) => getKernel(name, 'wasm') === undefined)
  expect(missing).toEqual([
    // A call costs next to nothing here: composed, these are as fast.
    'AeDensePair',
    'AeDensePairGradient',
    // `AeOptimize` makes the step of Adam too.
    'AeAdam',
  ])
})

test('two activations at the same time are one', async () => {
  await restart()
  const reports = await Promise.all([wasm.activate(), wasm.activate()])
  expect(reports).toEqual([
    { name: 'wasm', device: device },
    { name: 'wasm', device: device },
  ])
})

test('a second activation changes nothing, and leads back from another backend', async () => {
  const kernel = getKernel('BatchMatMul', 'wasm')
  await import('@tensorflow/tfjs-backend-cpu')
  await setBackend('cpu')
  const warn = vi.spyOn(console, 'warn')
  await expectNoLeak(async () => {
    expect(await selectBackend(wasm)).toMatchObject({ name: 'wasm', device: device })
  })
  expect(getBackend()).toBe('wasm')
  expect(getKernel('BatchMatMul', 'wasm')).toBe(kernel)
  expect(warn).not.toHaveBeenCalled()
})

test('a kernel that replaces one of tfjs keeps its setup', () => {
  for (const name of ['BatchMatMul', '_FusedMatMul', 'MaxPoolGrad']) {
    expect(getKernel(name, 'wasm').setupFunc, name).toBeTypeOf('function')
  }
})

test('a backend that was made again needs another activation, and says so', async () => {
  await restart()
  await setBackend('wasm')
  expect(() => matMul(ones([2, 2]), ones([2, 2]))).toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: The wasm backend was replaced after \`wasm\` from @ae/wasm was activated.

    Fix: activate wasm again]
  `)
  await wasm.activate()
  expect(Array.from(matMul(ones([2, 2]), ones([2, 2])).dataSync())).toEqual([2, 2, 2, 2])
})

test('a backend that runs already, but not as it must, is refused', async () => {
  await restart()
  await setBackend('wasm')
  const running = backend() as BackendWasm
  env().set('WASM_HAS_SIMD_SUPPORT', false)
  await expect(wasm.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`wasm\` cannot add its kernels to the wasm backend that is already running.

    Reason: it was started without SIMD
    Fix:    activate wasm from @ae/wasm before anything else starts that backend]
  `)
  env().set('WASM_HAS_SIMD_SUPPORT', true)
  const { wasm: emscripten } = running
  running.wasm = Object.create(emscripten, { PThread: { value: {} } })
  await expect(wasm.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`wasm\` cannot add its kernels to the wasm backend that is already running.

    Reason: it was started with threads of its own
    Fix:    activate wasm from @ae/wasm before anything else starts that backend]
  `)
  running.wasm = Object.create(emscripten, { asm: { value: {} } })
  await expect(wasm.activate()).rejects.toThrow('it does not export its memory')
  running.wasm = emscripten
  expect(await wasm.activate()).toMatchObject({ name: 'wasm' })
})

test('options that are unknown or of the wrong type are refused', () => {
  expect(() => wasmBackend({ binari: '/x.wasm' } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`wasmBackend\` has no option \`binari\`.

    Expected: binary, threads, vectorBits, kernels
    Received: binari
    Fix:      did you mean binary?]
  `)
  expect(() => wasmBackend({ binary: 3 } as object)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`wasmBackend\` received a bad \`binary\`.

    Expected: a URL or a path
    Received: 3
    Fix:      pass a URL or a path]
  `)
  expect(() => wasmBackend({ threads: 0 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`wasmBackend\` received a bad \`threads\`.

    Expected: a positive integer
    Received: 0
    Fix:      pass a positive integer]
  `)
  expect(() => wasmBackend({ vectorBits: 512 as 256 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`wasmBackend\` received a bad \`vectorBits\`.

    Expected: 128 or 256
    Received: 512
    Fix:      pass 128 or 256]
  `)
})

/** Disposes tfjs's backend and lets it be made again. */
async function restart(): Promise<void> {
  const { wasm: made } = engine().registryFactory
  if (made === undefined) throw new Error('tfjs has not been loaded')
  removeBackend('wasm')
  engine().registerBackend('wasm', made.factory, made.priority)
}
