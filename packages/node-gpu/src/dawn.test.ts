import { BackendUnavailableError } from '@ae/core'
import { afterEach, expect, test, vi } from 'vitest'
import { type Dawn, openAdapter } from './dawn.ts'
import { webgpu, webgpuBackend } from './webgpu.ts'

// Every machine must be able to see the refusals, so Dawn is a stand-in here: one that loads and finds no adapter.
vi.mock('webgpu', () => ({ create: () => ({ requestAdapter: async () => null }), globals: {} }))

afterEach(() => vi.unstubAllGlobals())

const failToLoad = (code: string, message: string) => async (): Promise<Dawn> => {
  throw Object.assign(new Error(message), { code })
}

test('openAdapter says that the package is absent', async () => {
  stubPlatform('linux', 'x64')
  expect(
    await openAdapter('low-power', failToLoad('ERR_MODULE_NOT_FOUND', "Cannot find package 'webgpu'")),
  ).toMatchInlineSnapshot(`
      {
        "fix": "npm install webgpu",
        "ok": false,
        "reason": "the package \`webgpu\` is not installed",
      }
    `)
})

test('openAdapter says that the package has no binary for this platform', async () => {
  stubPlatform('linux', 'riscv64')
  expect(
    await openAdapter('low-power', failToLoad('MODULE_NOT_FOUND', "Cannot find module '…/dawn.node'")),
  ).toMatchInlineSnapshot(`
      {
        "fix": "on Linux and Windows (x64, arm64) and on macOS install it again; elsewhere use wasm from @ae/wasm",
        "ok": false,
        "reason": "the package \`webgpu\` has no binary for linux-riscv64",
      }
    `)
})

test('openAdapter says why the binary cannot be loaded', async () => {
  stubPlatform('linux', 'x64')
  expect(
    await openAdapter('low-power', failToLoad('ERR_DLOPEN_FAILED', "version `GLIBC_2.34' not found")),
  ).toMatchInlineSnapshot(`
      {
        "fix": "install the system library that the message names, or the package again; or use wasm from @ae/wasm",
        "ok": false,
        "reason": "the binary of the package \`webgpu\` for linux-x64 fails: version \`GLIBC_2.34' not found",
      }
    `)
})

test('openAdapter says which kind of adapter is absent, by platform', async () => {
  const refusals: Record<string, unknown> = {}
  for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const) {
    stubPlatform(platform, 'x64')
    refusals[platform] = await openAdapter('low-power')
  }
  expect(refusals).toMatchInlineSnapshot(`
    {
      "darwin": {
        "fix": "run on a Mac with a Metal GPU; virtual machines often have none",
        "ok": false,
        "reason": "Dawn finds no Metal adapter",
      },
      "freebsd": {
        "fix": "install libvulkan1 and the GPU's Vulkan driver, and check with \`vulkaninfo --summary\`",
        "ok": false,
        "reason": "Dawn finds no Vulkan adapter",
      },
      "linux": {
        "fix": "install libvulkan1 and the GPU's Vulkan driver, and check with \`vulkaninfo --summary\`",
        "ok": false,
        "reason": "Dawn finds no Vulkan adapter",
      },
      "win32": {
        "fix": "install the GPU's driver",
        "ok": false,
        "reason": "Dawn finds no D3D12 adapter",
      },
    }
  `)
})

test('openAdapter refuses outside Node', async () => {
  vi.stubGlobal('process', undefined)
  const opening = await openAdapter('low-power')
  vi.unstubAllGlobals()
  expect(opening).toMatchInlineSnapshot(`
    {
      "fix": "in a page, take a backend from @ae/web",
      "ok": false,
      "reason": "this is not Node",
    }
  `)
})

test('webgpu refuses where there is no adapter, and leaves the globals alone', async () => {
  stubPlatform('linux', 'x64')
  const before = Object.getOwnPropertyNames(globalThis)
  expect(await webgpu.isAvailable()).toEqual({
    ok: false,
    reason: 'Dawn finds no Vulkan adapter',
    fix: "install libvulkan1 and the GPU's Vulkan driver, and check with `vulkaninfo --summary`",
  })
  await expect(webgpu.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`webgpu\` cannot run here.

    Reason: Dawn finds no Vulkan adapter
    Fix:    install libvulkan1 and the GPU's Vulkan driver, and check with \`vulkaninfo --summary\`]
  `)
  await expect(webgpu.activate()).rejects.toBeInstanceOf(BackendUnavailableError)
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before)
})

test('webgpuBackend refuses a misspelt option and a bad value', () => {
  // @ts-expect-error misspelt
  expect(() => webgpuBackend({ powerPreferense: 'low-power' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webgpuBackend\` has no option \`powerPreferense\`.

    Expected: powerPreference
    Received: powerPreferense
    Fix:      did you mean powerPreference?]
  `)
  // @ts-expect-error not one of the two
  expect(() => webgpuBackend({ powerPreference: 'fast' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`webgpuBackend\` received a bad \`powerPreference\`.

    Expected: one of high-performance, low-power
    Received: "fast"
    Fix:      pass one of high-performance, low-power]
  `)
})

function stubPlatform(platform: NodeJS.Platform, arch: string): void {
  vi.stubGlobal('process', Object.create(process, { platform: { value: platform }, arch: { value: arch } }))
}
