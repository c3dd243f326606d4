// How tfjs gets its file of WebAssembly from memory, and what it does to the process meanwhile. Emscripten's code, which tfjs
// runs to start its backend, adds listeners to the process that throw again whatever nobody caught: handlers of the program's own
// would be followed by the end of the process.
import { env } from '@tensorflow/tfjs-core'
import type { EmscriptenModule } from '../binary/module.ts'

/** The name under which tfjs asks for the file. No server is ever asked for it. */
const address = 'embedded:tfjs-backend-wasm-simd.wasm'

/**
 * What tfjs's `setWasmPaths` takes so that tfjs starts its backend from `bytes`, whenever it does, and leaves the process as it
 * was.
 *
 * @param watchListeners see `watchListeners` of in-node.ts; in a page Emscripten adds none
 *
 * tfjs looks into this map right before it runs Emscripten's code, and that code asks for the file before it returns. In
 * between nothing else runs, so what was added meanwhile was added by it.
 */
export function wasmPathsTo(bytes: Uint8Array<ArrayBuffer>, watchListeners: () => () => void = () => () => {}) {
  const place = {
    enumerable: true,
    get() {
      expectRequest(bytes, watchListeners)
      return address
    },
  }
  // tfjs wants a place for each of its builds, and takes the one with SIMD only.
  return Object.defineProperties({} as Record<(typeof builds)[number], string>, {
    [builds[0]]: place,
    [builds[1]]: place,
    [builds[2]]: place,
  })
}

const builds = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const

let isExpected = false

/** Answers a request for the file that comes before anything else runs. */
function expectRequest(bytes: Uint8Array<ArrayBuffer>, watchListeners: () => () => void): void {
  if (isExpected) return // tfjs looks several times
  isExpected = true
  const removeNewListeners = watchListeners()
  const { platform } = env()
  const { fetch } = platform
  platform.fetch = async (path, init) => {
    if (path !== address) return await fetch.call(platform, path, init)
    removeNewListeners()
    return answer(bytes)
  }
  queueMicrotask(() => {
    platform.fetch = fetch
    isExpected = false
  })
}

/** What tfjs reads of a response. A real one would have Node load its whole client for HTTP first, which takes 20 ms. */
function answer({ buffer }: Uint8Array<ArrayBuffer>): Response {
  return { ok: true, arrayBuffer: async () => buffer } satisfies Partial<Response> as Response
}

/**
 * Makes the end of a backend leave listeners alone: Emscripten's code means to remove its own then, and removes all that there
 * were when it ran, the program's too.
 */
export function keepListeners(module: EmscriptenModule): void {
  const { tfjs, asm } = module
  if (asm?.dispose !== undefined) tfjs.dispose = asm.dispose
}
