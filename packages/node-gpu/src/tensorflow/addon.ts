// Finds out whether the addon of an installed tfjs-node can compute here, and if not, why and what to do.
import { isNode } from '@ae/core/internal'
import { engine } from '@tensorflow/tfjs-core'
import { type Binding, multipliesRightly } from './binding.ts'
import { builtin } from './builtin.ts'
import {
  findPackage,
  type InstalledPackage,
  requireFrom,
  type TensorflowPackage,
  tensorflowPackages,
} from './installed-package.ts'
import { probeAddon } from './probe.ts'

/** Where libtensorflow computes: `native` is the CPU, `cuda` an NVIDIA GPU. */
export type Kind = keyof typeof tensorflowPackages

/** An addon that has run a kernel; or why none can. */
export type Opening = { readonly ok: true; readonly package: InstalledPackage; readonly version: string } | Refusal

interface Refusal {
  readonly ok: false
  readonly reason: string
  readonly fix: string
}

/** What is asked of the machine; tests replace it. */
export interface Host {
  find(name: TensorflowPackage): InstalledPackage | undefined
  hasFile(path: string): boolean
  /** Loads an addon; throws as `require` does. */
  load(addon: string): Binding
  /** Why the system cannot load a shared library; undefined where it can. */
  whyNotLoadable(library: string): string | undefined
  /** What libtensorflow logs while it looks for a GPU. */
  logOf(addon: string): Promise<string>
}

/**
 * Opens the addon: loads libtensorflow if everything else is there, and runs one kernel. It leaves tfjs alone and never
 * throws.
 */
export async function openAddon(kind: Kind, host: Host = thisHost): Promise<Opening> {
  if (!isNode) return { ok: false, reason: 'this is not Node', fix: 'in a page, take a backend from @ae/web' }
  const name = tensorflowPackages[kind]
  const installed = host.find(name)
  if (installed === undefined) return absentPackage(kind, name)
  const other = runningPackage()
  if (other !== undefined && other !== name) return otherPackage(kind, other)
  if (!host.hasFile(installed.addon)) return absentAddon(kind, installed)
  return (kind === 'cuda' ? whyNoDriver(host) : undefined) ?? (await load(kind, installed, host))
}

async function load(kind: Kind, installed: InstalledPackage, host: Host): Promise<Opening> {
  try {
    const binding = host.load(installed.addon)
    if (kind === 'cuda' && !binding.isUsingGpuDevice()) return whyNoGpu(await host.logOf(installed.addon))
    return tryKernel(kind, binding, installed)
  } catch (error) {
    return whyNotLoaded(kind, messageOf(error))
  }
}

function tryKernel(kind: Kind, binding: Binding, installed: InstalledPackage): Opening {
  const computes = kind === 'cuda' ? 'the GPU' : 'the CPU'
  const fix =
    kind === 'cuda'
      ? `link a libtensorflow that knows this GPU: ${howToLink.cuda}`
      : `link another libtensorflow: ${howToLink.native}`
  try {
    if (multipliesRightly(binding)) return { ok: true, package: installed, version: binding.TF_Version }
    return { ok: false, reason: `libtensorflow ${binding.TF_Version} multiplies wrongly on ${computes}`, fix }
  } catch (error) {
    const reason = `libtensorflow ${binding.TF_Version} runs no kernel on ${computes}: ${messageOf(error)}`
    return { ok: false, reason, fix }
  }
}

const howToLink: Readonly<Record<Kind, string>> = {
  native: 'npx ae-node-gpu link --libtensorflow <TensorFlow wheel> (pip download --no-deps tensorflow-cpu==2.21.0)',
  cuda: "npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')",
}

function absentPackage(kind: Kind, name: string): Refusal {
  return {
    ok: false,
    reason: `the package ${name} is not installed`,
    fix: `npm install --ignore-scripts ${name}@4.22.0, then ${howToLink[kind]}`,
  }
}

function absentAddon(kind: Kind, { name, addon }: InstalledPackage): Refusal {
  return { ok: false, reason: `${name} is installed without its addon: there is no ${addon}`, fix: howToLink[kind] }
}

/** The package whose backend this process runs. tfjs calls both `tensorflow`, and libtensorflow can be loaded only once. */
function runningPackage(): TensorflowPackage | undefined {
  const running = engine().registry.tensorflow as { isGPUPackage?: boolean } | undefined
  if (running === undefined) return undefined
  return running.isGPUPackage === true ? tensorflowPackages.cuda : tensorflowPackages.native
}

function otherPackage(kind: Kind, other: TensorflowPackage): Refusal {
  return {
    ok: false,
    reason: `this process runs ${other} already, and a process has one libtensorflow`,
    fix: `select ${kind} first, or in a process of its own`,
  }
}

function whyNoDriver(host: Host): Refusal | undefined {
  if (process.platform === 'darwin') {
    return { ok: false, reason: 'there is no CUDA on macOS', fix: 'use webgpu, which computes through Metal' }
  }
  const library = process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1'
  const problem = host.whyNotLoadable(library)
  if (problem === undefined) return undefined
  return {
    ok: false,
    reason: `the NVIDIA driver is absent: ${problem}`,
    fix: "install the GPU's driver and check with nvidia-smi; a container needs --gpus all",
  }
}

/** Why libtensorflow found no GPU: it then computes on the CPU and says so only in its log. */
function whyNoGpu(log: string): Refusal {
  const missing = [...log.matchAll(/Could not load dynamic library '([^']+)'/g)]
    .map(([, library = '']) => library)
    .filter((library) => !library.startsWith('libnvinfer')) // TensorRT, which nothing here needs
  if (missing.length > 0) {
    return {
      ok: false,
      reason: `CUDA libraries are missing: ${[...new Set(missing)].join(', ')}`,
      fix: `${cudaLibraries}; or link a TensorFlow that pip installed with them: ${howToLink.cuda}`,
    }
  }
  const line = log
    .split('\n')
    .find((line) => /cuda|gpu/i.test(line) && /no .*device|error|fail|not find|skipping/i.test(line))
  if (line === undefined) {
    return {
      ok: false,
      reason: 'the libtensorflow of @tensorflow/tfjs-node-gpu was built for the CPU only',
      fix: `link one with CUDA: ${howToLink.cuda}`,
    }
  }
  return {
    ok: false,
    reason: `libtensorflow finds no GPU: ${withoutPrefix(line)}`,
    fix: 'check with nvidia-smi that a GPU is there, and that CUDA_VISIBLE_DEVICES does not hide it',
  }
}

const cudaLibraries = 'install CUDA and cuDNN in the versions named, and put their folders on LD_LIBRARY_PATH'

function whyNotLoaded(kind: Kind, message: string): Refusal {
  const missing = /(\S+): cannot open shared object file/.exec(message)?.[1]
  if (missing !== undefined && /^lib(cu|nv|nccl)/.test(missing)) {
    return {
      ok: false,
      reason: `a CUDA library is missing: ${missing}`,
      fix: `${cudaLibraries}; or link a TensorFlow that pip installed with them: ${howToLink.cuda}`,
    }
  }
  if (missing !== undefined) {
    return {
      ok: false,
      reason: `a library that the addon needs is missing: ${missing}`,
      fix: missing.startsWith('libtensorflow') ? howToLink[kind] : `install the system library ${missing}`,
    }
  }
  return {
    ok: false,
    reason: `the addon cannot be loaded: ${message}`,
    fix: `link a libtensorflow that this system can run: ${howToLink[kind]}`,
  }
}

/** The machine that this runs on. */
export const thisHost: Host = {
  find: findPackage,
  hasFile: (path) => builtin('node:fs').existsSync(path),
  load: (addon) => requireFrom(addon)(addon) as Binding,
  whyNotLoadable,
  logOf: async (addon) => (await probeAddon(addon)).log,
}

/** Asks the system's loader, which knows more than any list of folders. Node then says that the library is not an addon. */
function whyNotLoadable(library: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, library)
  } catch (error) {
    const message = messageOf(error)
    if (!message.includes('did not self-register')) return message
  }
  return undefined
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}

/** A line of a log without its time, process and place in the source. */
function withoutPrefix(line: string): string {
  return line.replace(/^.*?\] /, '').trim()
}
