// What may stand in the way of this backend. A script of its own, loaded where something does.
import { BackendUnavailableError } from '@ae/core'

/** Why this backend cannot run here, and the cure. */
export interface Obstacle {
  readonly reason: string
  readonly fix: string
}

/** By their names in simd.ts. */
export const obstacles = {
  'no WebAssembly': {
    reason: 'this JavaScript engine has no WebAssembly',
    fix: 'use Node 20 or newer without --jitless, or a browser of 2023 or newer',
  },
  'no SIMD': {
    reason: 'this JavaScript engine has WebAssembly, but not its 128-bit SIMD',
    fix: 'use Node 20 or newer, or a browser of 2023 or newer; on x86 the processor must know SSE 4.1',
  },
  'no permission': {
    reason: 'the content security policy of this page forbids WebAssembly',
    fix: "add 'wasm-unsafe-eval' to its script-src",
  },
} as const satisfies Readonly<Record<string, Obstacle>>

/** Why the kernels cannot work in a backend that something else has started. */
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
