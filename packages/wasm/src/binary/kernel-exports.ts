// The functions of assembly/, compiled to WebAssembly, working on the memory of tfjs's wasm backend.
import { decodeBase64, share } from './binary.ts'
import type { WideModule } from './compile-revectorized.ts'
import { compileWide } from './revectorized-module.ts'
import { withRelaxedSimd } from './simd.ts'

const names = [
  'activationGradient',
  'addMean',
  'biasActivation',
  'binary',
  'bits',
  'byteFractions',
  'clipFactor',
  'columnSums',
  'convolutionFloats',
  'convolutionGradient',
  'convolve',
  'convolveDepthwise',
  'depthwiseFilterGradient',
  'depthwiseInputGradient',
  'fillScaled',
  'finish',
  'flipFilter',
  'gaussianKl',
  'gaussianKlGradient',
  'klSparsity',
  'klSparsityGradient',
  'leadTeam',
  'loss',
  'lossGradient',
  'matmul',
  'maxPoolGradient',
  'normals',
  'optimize',
  'packedFloats',
  'permutation',
  'pool',
  'reparameterize',
  'reparameterizeGradient',
  'repeatBlocks',
  'startTeam',
  'stopTeam',
  'teamBytes',
  'unary',
  'uniforms',
  'useThreads',
  'work',
] as const

/**
 * The functions by name; arguments are documented in assembly/. Addresses are in bytes, booleans 0 or 1. A function may return
 * before its results are computed: `finish` waits for them.
 */
export type KernelExports = Readonly<Record<(typeof names)[number], (...values: number[]) => number>>

/** The functions for one memory, and the modules that they are instances of. */
export interface CompiledKernels {
  readonly exports: KernelExports
  readonly module: WebAssembly.Module
  /** The module that it imports functions from, if any. */
  readonly wide: WideModule | undefined
  /** The width of vectors in matrix products, in bits. */
  readonly vectorBits: number
  readonly memory: WebAssembly.Memory
  /** Called while the calling thread waits for another thread's task: throw to give up, return to keep waiting. */
  onStall(handler: () => void): void
}

/**
 * Compiles the functions for one memory. They allocate nothing in it and keep nothing in it between calls.
 *
 * @param memory the memory that holds the tensors
 * @param vectorBits the widest vectors allowed, in bits
 */
export async function loadKernels(memory: WebAssembly.Memory, vectorBits = 256): Promise<CompiledKernels> {
  const shared = isShared(memory)
  const bytesOf = async (base64: string) => {
    const bytes = decodeBase64(base64)
    if (shared) await share(bytes)
    return bytes
  }
  const relaxed = await withRelaxedSimd(async () => {
    const kernels = await import('./kernel-module-relaxed.ts')
    const wide = await import('./kernel-module-wide.ts')
    return {
      module: await WebAssembly.compile(await bytesOf(kernels.kernelModule)),
      wide: await compileWide(await bytesOf(wide.kernelModule), shared, vectorBits),
    }
  })
  const { module, wide } = relaxed ?? {
    module: await WebAssembly.compile(await bytesOf((await import('./kernel-module.ts')).kernelModule)),
    wide: undefined,
  }
  let stalled = () => {}
  const env = { memory, late: () => stalled() }
  const { exports } = await WebAssembly.instantiate(module, { env, wide: importOf(wide, env) })
  return {
    exports: exports as unknown as KernelExports,
    module,
    wide,
    vectorBits: wide?.enabled ? 256 : 128,
    memory,
    onStall: (handler) => {
      stalled = handler
    },
  }
}

function importOf(wide: WideModule | undefined, env: WebAssembly.ModuleImports): WebAssembly.ModuleImports {
  if (wide === undefined) return {}
  return { ...new WebAssembly.Instance(wide.module, { env }).exports, enabled: wide.enabled }
}

/** Whether threads may share a memory. */
export function isShared({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (buffer as unknown) instanceof SharedArrayBuffer
}
