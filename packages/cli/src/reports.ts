// The reports of a run, which its checkpoints hold: so that a run that goes on knows all of its epochs.
import type { Json, Optimizer } from '@ae/core'
import { type ModelFile, Monitor } from '@ae/core/internal'
import type { Report } from './subject.ts'

/**
 * An optimiser that remembers the reports of all epochs, also of those before the checkpoint that a run goes on from.
 *
 * @param optimizer what moves the weights
 * @param reports receives them
 */
export function remembering(optimizer: Optimizer, reports: Report[]): Optimizer {
  return {
    ...optimizer,
    create(variables) {
      const state = optimizer.create(variables)
      const { memory } = state
      return {
        ...state,
        afterEpoch(report) {
          state.afterEpoch?.(report)
          reports.push(report)
        },
        memory: {
          save: () => ({ reports: JSON.parse(JSON.stringify(reports)) as Json, inner: memory?.save() ?? null }),
          restore(saved) {
            const { reports: former, inner } = saved as unknown as Saved
            reports.splice(0, reports.length, ...former)
            if (inner !== null) memory?.restore(inner)
          },
        },
      }
    },
  }
}

interface Saved {
  readonly reports: readonly Report[]
  readonly inner: Json
}

/** The reports that a checkpoint holds. */
export function reportsIn({ metadata }: ModelFile): readonly Report[] {
  const { states } = JSON.parse(metadata.checkpoint ?? '{}') as { states?: readonly { readonly memory?: Saved }[] }
  return states?.[0]?.memory?.reports ?? []
}

/** The epoch with the best value so far; undefined if there is none. */
export function bestEpochOf(reports: readonly Report[], monitor: string | undefined): number | undefined {
  const watched = new Monitor('ae train', { monitor })
  for (const report of reports) watched.take(report)
  return watched.best?.epoch
}
