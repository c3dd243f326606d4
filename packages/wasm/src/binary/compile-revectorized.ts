// Compiles assembly/wide.ts with V8's revectorization, which fuses pairs of 128-bit SIMD ops into 256-bit ones. Only Node loads this
// file.
import { nodeModule } from '@ae/core/internal'

/** assembly/wide.ts, compiled, and whether the kernels use it. */
export interface WideModule {
  readonly module: WebAssembly.Module
  /** 1 if its functions are faster than those of the kernel module, which then calls them; 0 if not. */
  readonly enabled: number
}

// Compile eagerly with the optimizing tier: code that is tiered up later would miss the flag.
const flags = ['--experimental-wasm-revectorize', '--no-liftoff', '--no-wasm-lazy-compilation']
const defaults = ['--no-experimental-wasm-revectorize', '--liftoff', '--wasm-lazy-compilation']

// V8 of Node 24 and of Node 26, with which the tests run. That of Node 22 does not widen fused multiply-adds; other versions were
// not tried.
const tried = /^(13\.6|14\.6)\..*-node\./

/** {@link compileWidened} with the versions of V8 that were tried; undefined with others. */
export function compileIfTried(bytes: Uint8Array<ArrayBuffer>, shared: boolean): WideModule | undefined {
  const { versions, arch } = process
  return !('bun' in versions) && arch === 'x64' && tried.test(versions.v8 ?? '')
    ? compileWidened(bytes, shared)
    : undefined
}

/**
 * Compiles the module with wider vectors, and measures whether it is faster on this machine.
 *
 * @param bytes the module in binary; it imports memory that is shared or not, as `shared` says
 */
export function compileWidened(bytes: Uint8Array<ArrayBuffer>, shared: boolean): WideModule | undefined {
  const v8 = nodeModule<typeof import('node:v8')>('node:v8')
  if (v8 === undefined) return
  const module = compileAtOnce(bytes, v8)
  return { module, enabled: isFaster(module, shared) ? 1 : 0 }
}

function compileAtOnce(bytes: Uint8Array<ArrayBuffer>, v8: typeof import('node:v8')): WebAssembly.Module {
  for (const flag of flags) v8.setFlagsFromString(flag)
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    for (const flag of defaults) v8.setFlagsFromString(flag)
  }
}

/**
 * Whether a tile of 6 x 16 takes less time than two of 6 x 8. With 256 bits it takes 0.7 times as long; on a processor without
 * them 1.5 times, because 24 vectors of 128 bits do not fit its registers.
 */
function isFaster(module: WebAssembly.Module, shared: boolean): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared })
  const { tall, tallPair } = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Tile>
  if (tall === undefined || tallPair === undefined) return false
  const depth = 256
  const [left, right, out] = [8192, 8192 + 32 * depth, 8192 + 64 * depth]
  const pair = () => tallPair(0, 24, 0, 1, left, right, depth, out, 64, 0)
  const single = () => tall(0, 24, 0, 1, left, depth, out, 64, 0)
  let [shortestPair, shortestSingle] = [Infinity, Infinity]
  for (let i = 0; i < 20; i++) {
    shortestPair = Math.min(shortestPair, timeOf(pair))
    shortestSingle = Math.min(shortestSingle, timeOf(single))
  }
  return shortestPair < 2 * shortestSingle
}

type Tile = (...values: number[]) => void

function timeOf(call: () => void): number {
  const start = performance.now()
  for (let i = 0; i < 10; i++) call()
  return performance.now() - start
}
