// The parts of starting the backend that exist only in Node. Pages never load this file.
import { nodeModule } from '@ae/core/internal'

/** Reads a file. */
export async function readFile(place: string): Promise<Uint8Array<ArrayBuffer>> {
  const fs = nodeModule('node:fs/promises') as typeof import('node:fs/promises')
  return new Uint8Array(await fs.readFile(place.startsWith('file:') ? new URL(place) : place))
}

/** Decompresses gzip. */
export function gunzip(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  const zlib = nodeModule('node:zlib') as typeof import('node:zlib')
  return new Uint8Array(zlib.gunzipSync(packed))
}

/** Runs `compile` with relaxed SIMD enabled by a flag; undefined where no flag enables it. */
export async function withRelaxedFlag<result>(compile: () => Promise<result> | undefined): Promise<result | undefined> {
  // Only this version is known to have the flag; others print a warning about an unknown flag.
  if (!process.versions.v8?.startsWith('11.3.')) return undefined
  const v8 = nodeModule<typeof import('node:v8')>('node:v8')
  v8?.setFlagsFromString('--experimental-wasm-relaxed-simd')
  try {
    return await compile()
  } finally {
    v8?.setFlagsFromString('--no-experimental-wasm-relaxed-simd')
  }
}

const events = ['uncaughtException', 'unhandledRejection'] as const

/** @returns removes the listeners that were added to the process since this call */
export function watchListeners(): () => void {
  const emitter: NodeJS.EventEmitter = process
  const before = new Set(events.flatMap((event) => emitter.listeners(event)))
  return () => {
    for (const event of events) {
      for (const listener of emitter.listeners(event)) {
        if (!before.has(listener)) emitter.off(event, listener as () => void)
      }
    }
  }
}
