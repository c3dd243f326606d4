// The `native` backend: libtensorflow on the CPU.
import type { Backend } from '@ae/core'
import { assertOptions, positiveInteger } from '@ae/core/internal'
import { tensorflowBackend } from './backend.ts'
import { builtin } from './builtin.ts'

/** The options of {@link nativeBackend}. */
export interface NativeOptions {
  /** The number of threads that compute an op. Defaults to one per core. */
  readonly threads?: number | undefined
}

/**
 * The CPU through libtensorflow, by `@tensorflow/tfjs-node`: an optional peer, which `npx ae-node-gpu link` gives a
 * libtensorflow of yours where its install script did not run.
 *
 * @example
 * ```ts
 * const { device } = await selectBackend(native, wasm)
 * ```
 */
export const native: Backend = /* @__PURE__ */ nativeBackend()

/**
 * {@link native} with options.
 *
 * A process loads libtensorflow once, with the options of the first backend that does so.
 *
 * @param options how many threads
 * @returns a backend for `selectBackend`
 * @throws {OptionError} when an option is unknown or out of range
 */
export function nativeBackend(options: NativeOptions = {}): Backend {
  assertOptions('nativeBackend', options, { threads: positiveInteger })
  const { threads } = options
  return tensorflowBackend({
    kind: 'native',
    environment: { TF_NUM_INTRAOP_THREADS: threads?.toString(), TF_CPP_MIN_LOG_LEVEL: quiet() },
    describe(version, { TF_NUM_INTRAOP_THREADS }) {
      const count = Number(TF_NUM_INTRAOP_THREADS) || builtin('node:os').availableParallelism()
      return `libtensorflow ${version}, ${count} ${count === 1 ? 'thread' : 'threads'}`
    },
  })
}

/** The log level that silences libtensorflow's greeting on stderr; undefined if the user has set one. */
export function quiet(): string | undefined {
  return typeof process === 'undefined' || process.env.TF_CPP_MIN_LOG_LEVEL !== undefined ? undefined : '2'
}
