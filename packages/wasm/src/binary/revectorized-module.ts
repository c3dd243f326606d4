// Vectors of 256 bits. WebAssembly has 128; behind a flag V8 can fuse two neighbours. The flag is set while assembly/wide.ts is
// compiled, a module of its own with the tiles of products and the losses. docs/decisions/0015-vectors-of-256-bits.md explains why.
import { isNode } from '@ae/core/internal'
import type { WideModule } from './compile-revectorized.ts'

/**
 * Compiles the module, and measures whether it is faster on this machine.
 *
 * @param bytes the module in binary; it imports memory that is shared or not, as `shared` says
 * @param vectorBits the widest vectors allowed, in bits
 */
export async function compileWide(
  bytes: Uint8Array<ArrayBuffer>,
  shared: boolean,
  vectorBits: number,
): Promise<WideModule> {
  const widened =
    vectorBits < 256 || !isNode ? undefined : (await import('./compile-revectorized.ts')).compileIfTried(bytes, shared)
  return widened ?? { module: await WebAssembly.compile(bytes), enabled: 0 }
}
