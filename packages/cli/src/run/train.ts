// The program of `ae train`.
import { runTraining } from '../run-training.ts'
import { settingsOf } from '../train-settings.ts'
import type { Run } from '../verb.ts'

/** Trains a model and writes what came of it. */
export const run: Run = (settings, io) => runTraining(settingsOf(settings), io)
