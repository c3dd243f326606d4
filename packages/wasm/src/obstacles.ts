// The reasons why this backend may be unavailable. A script of its own, loaded only where it is.
import { BackendUnavailableError } from '@ae/core'

/** Why this backend cannot run here, and what to do about it. */
export interface Obstacle {
  readonly reason: string
  readonly fix: string
}

/** By the names that simd.ts uses. */
export const obstacles = {
  'no WebAssembly': {
    reason: 'this JavaScript engine has no WebAssembly',
    fix: 'use Node 20 or newer without --jitless, or a browser of 2023 or newer',
  },
  'no SIMD': {
    reason: 'this JavaScript engine has WebAssembly, but not its 128-bit SIMD',
    fix: 'use Node 20 or newer, or a browser of 2023 or newer; on x86 the processor must support SSE 4.1',
  },
  'no permission': {
    reason: 'the content security policy of this page forbids WebAssembly',
    fix: "add 'wasm-unsafe-eval' to its script-src",
  },
} as const satisfies Readonly<Record<string, Obstacle>>

/** Why the kernels cannot be added to a backend that was started without this package. */
export function cannotJoin(reason: keyof typeof reasons): BackendUnavailableError {
  return new BackendUnavailableError('`wasm` cannot add its kernels to the wasm backend that is already running.', {
    facts: { Reason: reasons[reason] },
    fix: 'activate wasm from @ae/wasm before anything else starts that backend',
  })
}

const reasons = {
  threads: 'it was started with threads of its own',
  memory: 'it does not export its memory',
  simd: 'it was started without SIMD',
}
