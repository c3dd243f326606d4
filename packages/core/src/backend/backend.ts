// The backend seam: a backend is a small value that is passed in. Importing one registers nothing.

import { backendOption } from '../checks/members.ts'
import { assertOption } from '../checks/options.ts'
import { BackendUnavailableError, OptionError } from '../errors.ts'

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

/** Why a candidate of {@link selectBackend} was passed over. */
export interface BackendRefusal {
  /** The candidate's name, e.g. `webgpu`. */
  readonly name: string
  /** Why it does not run here, e.g. `Dawn finds no Vulkan adapter`. */
  readonly reason: string
  /** What the reader can do about it; undefined where nothing is known. */
  readonly fix: string | undefined
}

/** What {@link selectBackend} activated, and what it passed over. */
export interface SelectedBackend extends BackendReport {
  /** The candidates before it, in their order; empty when the first one works. */
  readonly refused: readonly BackendRefusal[]
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
 * @returns what runs, and why the candidates before it do not
 * @throws {BackendUnavailableError} when none works; its facts give every candidate's reason
 * @example
 * ```ts
 * const { name, device, refused } = await selectBackend(webgpu, wasm)
 * for (const { name, reason } of refused) console.warn(`${name}: ${reason}`)
 * ```
 */
export async function selectBackend(...candidates: readonly [Backend, ...Backend[]]): Promise<SelectedBackend> {
  if (candidates.length === 0) {
    throw new OptionError('`selectBackend` needs at least one backend.', {
      fix: 'pass one, e.g. selectBackend(wasm) with wasm from @ae/wasm',
    })
  }
  for (const candidate of candidates) assertOption('selectBackend', 'candidates', candidate, backendOption)
  const refused: BackendRefusal[] = []
  for (const candidate of candidates) {
    const outcome = await tryBackend(candidate)
    if ('device' in outcome) return { ...outcome, refused }
    refused.push(outcome)
  }
  const askedForWasm = refused.some(({ name }) => name === 'wasm')
  throw new BackendUnavailableError('`selectBackend` found no backend that works here.', {
    facts: Object.fromEntries(refused.map(({ name, reason, fix }) => [name, fix ? `${reason} (${fix})` : reason])),
    fix: `cure one of the reasons above${askedForWasm ? '' : ', or add wasm from @ae/wasm, which needs nothing installed'}`,
  })
}

async function tryBackend(candidate: Backend): Promise<BackendReport | BackendRefusal> {
  const { name } = candidate
  try {
    const availability = await candidate.isAvailable()
    if (availability.ok) return await candidate.activate()
    return { name, reason: availability.reason, fix: availability.fix }
  } catch (error) {
    return { name, reason: onOneLine(error instanceof Error ? error.message : String(error)), fix: undefined }
  }
}

/** A designed message is a sentence, an empty line, and facts; as a reason it is one line. */
function onOneLine(message: string): string {
  return message.trim().replace(/\n\n/, ' ').replaceAll('\n', '; ').replaceAll(/\s+/g, ' ')
}
