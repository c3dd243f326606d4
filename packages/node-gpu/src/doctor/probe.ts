// Tries one candidate in this process: finds it, starts it, measures it, and reports each result at once.
import { backend as activeBackend } from '@tensorflow/tfjs-core'
import type { Candidate } from './candidates.ts'
import type { CandidateReport } from './diagnosis.ts'
import { type Models, measureMatmul, measureSampling, measureVaeStep } from './measure.ts'

/** Results so far, or new ones. */
export type Finding = Partial<Omit<CandidateReport, 'name' | 'packages' | 'log'>> & {
  /** What begins now, e.g. `starting`; the report names it if the process ends here. */
  readonly doing?: string
}

/** How {@link probe} measures. */
export interface ProbeOptions {
  /** How long each speed is measured, in seconds. */
  readonly seconds: number
  /** Loads the model that is trained; undefined where it is not installed. */
  readonly models: () => Promise<Models | undefined>
}

/**
 * Tries a candidate. A crash of the candidate ends this process; an error does not.
 *
 * @param candidate which one
 * @param options how it is measured
 * @param report called with each result at once, before the next step can fail
 */
export async function probe(
  candidate: Candidate,
  { seconds, models }: ProbeOptions,
  report: (finding: Finding) => void,
): Promise<void> {
  try {
    report({ doing: 'looking for its parts' })
    const backend = await candidate.load()
    if ('missing' in backend) {
      const { missing } = backend
      return report({
        status: 'refused',
        reason: `the package ${missing} is not installed`,
        fix: `npm install ${missing}`,
      })
    }
    const availability = await backend.isAvailable()
    if (!availability.ok) {
      return report({ status: 'refused', reason: availability.reason, fix: availability.fix ?? null })
    }
    report({ device: availability.device, doing: 'starting' })
    const { device } = await backend.activate()
    report({ device, memory: memoryOfProcess(), doing: 'multiplying matrices' })
    report({ matmul: await measureMatmul(seconds), memory: memoryOfProcess(), doing: 'training a VAE' })
    const available = await models()
    if (available) {
      report({ vaeStep: await measureVaeStep(available, seconds), doing: 'sampling' })
      report({ sampling: await measureSampling(available, seconds) })
    }
    report({ status: 'works', memory: memoryOfProcess(), doing: 'ending its process' })
  } catch (error) {
    report({ status: 'failed', reason: textOf(error) })
  }
}

function memoryOfProcess(): CandidateReport['memory'] {
  // Only WebGPU has such a limit; tfjs's type of a backend does not include the device.
  const { device } = activeBackend() as { readonly device?: { readonly limits?: Partial<GPUSupportedLimits> } }
  const { maxBufferSize, maxStorageBufferBindingSize } = device?.limits ?? {}
  const largest = Math.min(maxBufferSize ?? Infinity, maxStorageBufferBindingSize ?? Infinity)
  return {
    largestTensorBytes: Number.isFinite(largest) ? largest : null,
    processBytes: process.resourceUsage().maxRSS * 1024,
  }
}

/** The error in one line: designed errors have several. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.trim().replace(/\n\n/, ' ').replaceAll('\n', '; ').replaceAll(/\s+/g, ' ')
}
