// Gives tfjs its WebAssembly file from memory, and undoes what tfjs does to the process at the same time. To start its backend tfjs runs
// Emscripten's code, which adds listeners to the process that rethrow uncaught errors: even if the program handles such errors itself,
// the process would end.
import { env } from '@tensorflow/tfjs-core'
import type { EmscriptenModule } from '../binary/module.ts'

/** The URL by which tfjs requests the file. The request never reaches a server. */
const address = 'embedded:tfjs-backend-wasm-simd.wasm'

/**
 * The argument of tfjs's `setWasmPaths` with which tfjs, whenever it starts its backend, starts it from `bytes` and leaves the process
 * as it was.
 *
 * @param watchListeners see `watchListeners` of in-node.ts; in a page Emscripten adds none
 *
 * tfjs reads this map right before it runs Emscripten's code, which requests the file before it returns. Nothing else runs in
 * between, so every listener that was added in that time was added by Emscripten.
 */
export function wasmPathsTo(bytes: Uint8Array<ArrayBuffer>, watchListeners: () => () => void = () => () => {}) {
  const place = {
    enumerable: true,
    get() {
      expectRequest(bytes, watchListeners)
      return address
    },
  }
  // tfjs requires a path for each of its builds, and uses only the one with SIMD.
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

/** Answers the next request for the file, which comes before anything else runs. */
function expectRequest(bytes: Uint8Array<ArrayBuffer>, watchListeners: () => () => void): void {
  if (isExpected) return // tfjs reads the map several times
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

/** The members of a response that tfjs uses. For a real one Node would first load its HTTP client, which takes 20 ms. */
function answer({ buffer }: Uint8Array<ArrayBuffer>): Response {
  return { ok: true, arrayBuffer: async () => buffer } satisfies Partial<Response> as Response
}

/**
 * Keeps the program's listeners when the backend is disposed of: Emscripten's code would then remove not only its own listeners, but
 * all that existed when it ran.
 */
export function keepListeners(module: EmscriptenModule): void {
  const { tfjs, asm } = module
  if (asm?.dispose !== undefined) tfjs.dispose = asm.dispose
}
