import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BackendUnavailableError } from '@ae/core'
import { engine } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Host, type Kind, openAddon, thisHost } from './addon.ts'
import { tensorflowBackend } from './backend.ts'
import type { Binding } from './binding.ts'
import { findPackage, type TensorflowPackage } from './installed-package.ts'

// Every machine must be able to see the refusals: packages are made up in a folder, and what a GPU machine's libraries
// and libtensorflow would answer is given.
let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ae-addon-')))
  stubPlatform('linux')
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await rm(folder, { recursive: true })
})

test('a package that is not installed', async () => {
  expect(await refusals({ ...machine(), find: () => undefined })).toMatchInlineSnapshot(`
    "native: the package @tensorflow/tfjs-node is not installed
    fix: npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0, then npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)

    cuda: the package @tensorflow/tfjs-node-gpu is not installed
    fix: npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0, then npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('a package whose install script did not run', async () => {
  await install('@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu')
  expect(await refusals(machine())).toMatchInlineSnapshot(`
    "native: @tensorflow/tfjs-node is installed without its addon: there is no …/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node
    fix: npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)

    cuda: @tensorflow/tfjs-node-gpu is installed without its addon: there is no …/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node
    fix: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('a file that is no addon, really loaded', async () => {
  await installWithAddons()
  expect(await refusals({ ...machine(), load: thisHost.load })).toMatchInlineSnapshot(`
    "native: the addon cannot be loaded: …/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node: file too short
    fix: link a libtensorflow that this system can run: npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)

    cuda: the addon cannot be loaded: …/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node: file too short
    fix: link a libtensorflow that this system can run: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('an addon whose libtensorflow is missing', async () => {
  await installWithAddons()
  const missing = 'libtensorflow_framework.so.2: cannot open shared object file: No such file or directory'
  expect(await refusals({ ...machine(), load: failing(missing) })).toMatchInlineSnapshot(`
    "native: a library that the addon needs is missing: libtensorflow_framework.so.2
    fix: npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)

    cuda: a library that the addon needs is missing: libtensorflow_framework.so.2
    fix: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('an addon that needs another library', async () => {
  await installWithAddons()
  const missing = 'libgomp.so.1: cannot open shared object file: No such file or directory'
  expect(await refusals({ ...machine(), load: failing(missing) }, ['native'])).toMatchInlineSnapshot(`
    "native: a library that the addon needs is missing: libgomp.so.1
    fix: install the system library libgomp.so.1"
  `)
})

test('an addon for an older system', async () => {
  await installWithAddons()
  const old = "/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found (required by …/libtensorflow_cc.so.2)"
  expect(await refusals({ ...machine(), load: failing(old) }, ['native'])).toMatchInlineSnapshot(`
    "native: the addon cannot be loaded: /lib/x86_64-linux-gnu/libm.so.6: version \`GLIBC_2.38' not found (required by …/libtensorflow_cc.so.2)
    fix: link a libtensorflow that this system can run: npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)"
  `)
})

test('no NVIDIA driver, as the loader of this system words it', async () => {
  await installWithAddons()
  const whyNotLoadable = () => thisHost.whyNotLoadable('libcuda-of-no-driver.so.1')
  const load = vi.fn(machine().load)
  expect(await refusals({ ...machine(), whyNotLoadable, load }, ['cuda'])).toMatchInlineSnapshot(`
    "cuda: the NVIDIA driver is absent: libcuda-of-no-driver.so.1: cannot open shared object file: No such file or directory
    fix: install the GPU's driver and check with nvidia-smi; a container needs --gpus all"
  `)
  expect(load, 'libtensorflow need not be loaded to know').not.toHaveBeenCalled()
})

test('macOS, where there is no CUDA', async () => {
  await installWithAddons()
  stubPlatform('darwin')
  expect(await refusals(machine(), ['cuda'])).toMatchInlineSnapshot(`
    "cuda: there is no CUDA on macOS
    fix: use webgpu, which computes through Metal"
  `)
})

test('a CUDA library that the addon itself needs', async () => {
  await installWithAddons()
  const missing = 'libcudart.so.12: cannot open shared object file: No such file or directory'
  expect(await refusals({ ...machine(), load: failing(missing) }, ['cuda'])).toMatchInlineSnapshot(`
    "cuda: a CUDA library is missing: libcudart.so.12
    fix: install CUDA and cuDNN in the versions named, and put their folders on LD_LIBRARY_PATH; or link a TensorFlow that pip installed with them: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('CUDA libraries that libtensorflow looks for', async () => {
  await installWithAddons()
  // As libtensorflow 2.21 and 2.9 word it.
  const log = `
I0000 00:00:1795374379.742994   28222 dso_loader.cc:144] Could not load dynamic library 'libcudnn.so.9'; dlerror: libcudnn.so.9: cannot open shared object file: No such file or directory
2022-11-22 17:00:00.000000: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcublas.so.11'; dlerror: libcublas.so.11: cannot open shared object file: No such file or directory
2022-11-22 17:00:00.000000: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libnvinfer.so.7'; dlerror: libnvinfer.so.7: cannot open shared object file: No such file or directory
2022-11-22 17:00:00.000000: W tensorflow/core/common_runtime/gpu/gpu_device.cc:1850] Cannot dlopen some GPU libraries. Skipping registering GPU devices...`
  expect(await refusals({ ...machine(), ...onTheCpu, logOf: async () => log }, ['cuda'])).toMatchInlineSnapshot(`
    "cuda: CUDA libraries are missing: libcudnn.so.9, libcublas.so.11
    fix: install CUDA and cuDNN in the versions named, and put their folders on LD_LIBRARY_PATH; or link a TensorFlow that pip installed with them: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('a driver without a GPU', async () => {
  await installWithAddons()
  const log =
    'E0000 00:00:1795371403.919222   11510 cuda_executor.cc:1228] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected'
  expect(await refusals({ ...machine(), ...onTheCpu, logOf: async () => log }, ['cuda'])).toMatchInlineSnapshot(`
    "cuda: libtensorflow finds no GPU: failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected
    fix: check with nvidia-smi that a GPU is there, and that CUDA_VISIBLE_DEVICES does not hide it"
  `)
})

test('a libtensorflow for the CPU in the package for the GPU', async () => {
  await installWithAddons()
  const log = 'I0000 00:00:1795371403.919222   11510 port.cc:153] oneDNN custom operations are on.'
  expect(await refusals({ ...machine(), ...onTheCpu, logOf: async () => log }, ['cuda'])).toMatchInlineSnapshot(`
    "cuda: the libtensorflow of @tensorflow/tfjs-node-gpu was built for the CPU only
    fix: link one with CUDA: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('a GPU that libtensorflow has no code for', async () => {
  await installWithAddons()
  const executeOp = () => {
    throw new Error('CUDA error: no kernel image is available for execution on the device')
  }
  const load = () => ({ ...binding, executeOp })
  expect(await refusals({ ...machine(), load }, ['cuda'])).toMatchInlineSnapshot(`
    "cuda: libtensorflow 2.21.0 runs no kernel on the GPU: CUDA error: no kernel image is available for execution on the device
    fix: link a libtensorflow that knows this GPU: npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')"
  `)
})

test('a device that multiplies wrongly', async () => {
  await installWithAddons()
  const load = () => ({ ...binding, tensorDataSync: () => [0, 0, 0, 0] })
  expect(await refusals({ ...machine(), load }, ['native'])).toMatchInlineSnapshot(`
    "native: libtensorflow 2.21.0 multiplies wrongly on the CPU
    fix: link another libtensorflow: npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)"
  `)
})

test('tfjs runs the other package already', async () => {
  await installWithAddons()
  const registry = engine().registry as Record<string, unknown>
  registry.tensorflow = { isGPUPackage: false }
  try {
    expect(await refusals(machine(), ['cuda'])).toMatchInlineSnapshot(`
      "cuda: this process runs @tensorflow/tfjs-node already, and a process has one libtensorflow
      fix: select cuda first, or in a process of its own"
    `)
  } finally {
    delete registry.tensorflow
  }
})

test('a refusal leaves the environment and tfjs as they were', async () => {
  const before = { ...process.env }
  const backend = tensorflowBackend({
    kind: 'cuda',
    environment: { TF_FORCE_GPU_ALLOW_GROWTH: 'true', CUDA_VISIBLE_DEVICES: '1' },
    describe: () => 'made up',
    host: { ...machine(), find: () => undefined },
  })
  const availability = await backend.isAvailable()
  expect(availability.ok).toBe(false)
  await expect(backend.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`cuda\` cannot run here.

    Reason: the package @tensorflow/tfjs-node-gpu is not installed
    Fix:    npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0, then npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')]
  `)
  await expect(backend.activate()).rejects.toBeInstanceOf(BackendUnavailableError)
  expect({ ...process.env }).toEqual(before)
  expect(engine().registryFactory).toEqual({})
})

test('the environment is set while the addon is loaded and no longer, and what it says is the device', async () => {
  await installWithAddons()
  const before = { ...process.env }
  const seen: unknown[] = []
  const load = () => {
    seen.push(process.env.CUDA_VISIBLE_DEVICES)
    return binding
  }
  const backendOn = (device: string) =>
    tensorflowBackend({
      kind: 'cuda',
      environment: { CUDA_VISIBLE_DEVICES: device },
      describe: (version, { CUDA_VISIBLE_DEVICES }) => `made up (${version}), GPU ${CUDA_VISIBLE_DEVICES}`,
      host: { ...machine(), load },
    })
  // At the same time; libtensorflow, which is loaded once, heeds the first.
  const availabilities = await Promise.all([backendOn('1').isAvailable(), backendOn('2').isAvailable()])
  const first = { ok: true, device: 'made up (2.21.0), GPU 1' }
  expect(availabilities).toEqual([first, first])
  expect(seen).toEqual(['1', '2'])
  expect({ ...process.env }).toEqual(before)
})

/** A machine with a GPU, a driver, and the packages of the folder. */
function machine(): Host {
  return {
    ...thisHost,
    find: (name) => findPackage(name, [join(folder, 'program.js')]),
    load: () => binding,
    whyNotLoadable: () => undefined,
  }
}

/** An addon that computes. */
const binding = {
  TF_Version: '2.21.0',
  isUsingGpuDevice: () => true,
  createTensor: () => 1,
  executeOp: () => [{ id: 2 }],
  tensorDataSync: () => [7, 10, 15, 22],
  deleteTensor: () => {},
} as unknown as Binding

const onTheCpu: Pick<Host, 'load'> = { load: () => ({ ...binding, isUsingGpuDevice: () => false }) }

function failing(message: string): Host['load'] {
  return () => {
    throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' })
  }
}

async function refusals(host: Host, kinds: readonly Kind[] = ['native', 'cuda']): Promise<string> {
  const texts = await Promise.all(
    kinds.map(async (kind) => {
      const opening = await openAddon(kind, host)
      return opening.ok ? `${kind}: available` : `${kind}: ${opening.reason}\nfix: ${opening.fix}`
    }),
  )
  return texts.join('\n\n').replaceAll(folder, '…')
}

async function install(...names: TensorflowPackage[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(folder, 'node_modules', name), { recursive: true })
    await writeFile(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version: '4.22.0' }))
  }
}

async function installWithAddons(): Promise<void> {
  await install('@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu')
  for (const name of ['tfjs-node', 'tfjs-node-gpu']) {
    const place = join(folder, 'node_modules/@tensorflow', name, 'lib/napi-v8')
    await mkdir(place, { recursive: true })
    await writeFile(join(place, 'tfjs_binding.node'), 'not a library')
  }
}

function stubPlatform(platform: NodeJS.Platform): void {
  vi.stubGlobal('process', Object.create(process, { platform: { value: platform } }))
}
