// The backend seam: a backend is a small value that is passed in. Importing one registers nothing.
import { BackendUnavailableError, OptionError } from './errors.ts'

/** Whether a backend can run here, and on what; or why it cannot. */
export type Availability =
  | {
      /** It can run. */
      readonly ok: true
      /** What would compute, e.g. `WebAssembly SIMD, 1 thread`. */
      readonly device: string
    }
  | {
      /** It cannot run. */
      readonly ok: false
      /** Why, e.g. `no GPU adapter was found`. */
      readonly reason: string
      /** What the reader can do about it. */
      readonly fix?: string | undefined
    }

/** What runs after `activate`. */
export interface BackendReport {
  /** The backend's name, e.g. `wasm`. */
  readonly name: string
  /** What computes, e.g. `WebAssembly SIMD, 1 thread`. */
  readonly device: string
}

/** Binds the models to one way of computing. */
export interface Backend {
  /** The name by which it is asked for, e.g. `wasm`. */
  readonly name: string
  /** Whether it can run here. Never throws and changes nothing. */
  isAvailable(): Promise<Availability>
  /** Loads it, makes it the tfjs backend of this process or page, and says what runs. */
  activate(): Promise<BackendReport>
}

/**
 * Activates the first of `candidates` that works here.
 *
 * @param candidates backends in the order of preference, at least one
 * @returns what runs
 * @throws {BackendUnavailableError} when none works; its facts give every candidate's reason
 * @example
 * ```ts
 * const { name, device } = await selectBackend(wasm)
 * ```
 */
export async function selectBackend(...candidates: readonly [Backend, ...Backend[]]): Promise<BackendReport> {
  if (candidates.length === 0) {
    throw new OptionError('`selectBackend` needs at least one backend.', {
      fix: 'pass one, e.g. selectBackend(wasm) with wasm from @ae/wasm',
    })
  }
  const refusals: Record<string, string> = {}
  for (const candidate of candidates) {
    const refusal = await tryBackend(candidate)
    if ('report' in refusal) return refusal.report
    refusals[candidate.name] = refusal.reason
  }
  throw new BackendUnavailableError('`selectBackend` found no backend that works here.', {
    facts: refusals,
    fix: `cure one of the reasons above${'wasm' in refusals ? '' : ', or add wasm from @ae/wasm, which needs nothing installed'}`,
  })
}

async function tryBackend(candidate: Backend): Promise<{ report: BackendReport } | { reason: string }> {
  try {
    const availability = await candidate.isAvailable()
    if (availability.ok) return { report: await candidate.activate() }
    return { reason: availability.fix ? `${availability.reason} (${availability.fix})` : availability.reason }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}
