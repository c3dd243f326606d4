// The program of `ae train`.
import { runTraining } from '../run-training.ts'
import { trainFlags } from '../train-flags.ts'
import { planOf } from '../train-settings.ts'
import type { Run } from '../verb.ts'

/** Trains a model and writes what came of it. */
export const run: Run = async (settings, io, given) => {
  const flags = await trainFlags()
  return runTraining(await planOf(settings, given, flags), io, flags)
}
