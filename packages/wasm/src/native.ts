// The functions of assembly/, compiled to WebAssembly, working on the memory of tfjs's wasm backend.
import { decodeBase64 } from './binary.ts'
import { withRelaxedSimd } from './simd.ts'
import { declareMemory } from './wasm-sections.ts'

const names = [
  'activationGradient',
  'adam',
  'addMean',
  'biasActivation',
  'binary',
  'byteFractions',
  'columnSums',
  'convolutionFloats',
  'convolutionGradient',
  'convolve',
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
  'packedFloats',
  'reparameterize',
  'reparameterizeGradient',
  'repeatBlocks',
  'startTeam',
  'stopTeam',
  'teamBytes',
  'unary',
  'uniforms',
  'work',
] as const

/**
 * The functions by name; arguments are documented in assembly/. Addresses are bytes, booleans 0 or 1. What they are to compute
 * may not be done when they return: `finish` waits for it.
 */
export type NativeKernels = Readonly<Record<(typeof names)[number], (...values: number[]) => number>>

/** The functions for one memory, and what they were made of. */
export interface CompiledKernels {
  readonly native: NativeKernels
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Says what to do while a task of another thread is late: returning means waiting on. */
  whenLate(late: () => void): void
}

/**
 * Compiles the functions for one memory. They allocate nothing in it and keep nothing in it.
 *
 * @param memory the memory that holds the tensors
 */
export async function loadNativeKernels(memory: WebAssembly.Memory): Promise<CompiledKernels> {
  const compile = async (base64: string): Promise<WebAssembly.Module> => {
    const bytes = decodeBase64(base64)
    declareMemory(bytes, isShared(memory))
    return await WebAssembly.compile(bytes)
  }
  const relaxed = await withRelaxedSimd(async () => compile((await import('./native-module-relaxed.ts')).nativeModule))
  const module = relaxed ?? (await compile((await import('./native-module.ts')).nativeModule))
  let late = () => {}
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, late: () => late() } })
  return {
    native: exports as unknown as NativeKernels,
    module,
    memory,
    whenLate: (listener) => {
      late = listener
    },
  }
}

/** Whether threads may share a memory. */
export function isShared({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (buffer as unknown) instanceof SharedArrayBuffer
}
