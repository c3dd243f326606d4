// Vectors of 256 bits. WebAssembly knows 128; V8 can make one of two neighbours behind a flag, which is set while assembly/wide.ts
// is compiled: a module of its own with the tiles of products, and losses.
// docs/decisions/0015-vectors-of-256-bits.md tells why it is done in this way.
import { isNode } from '@ae/core/internal'
import type { WideModule } from './compile-revectorized.ts'

/**
 * Compiles the module, and finds out whether it is quicker here.
 *
 * @param bytes the module in binary; it imports memory that is shared or not, as `shared` says
 * @param vectorBits how wide vectors may be
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
