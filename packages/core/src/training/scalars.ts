// The figures of an epoch by the names that logs and monitors share.
import type { Epoch, LossValues } from './epoch.ts'

/** The figures of an epoch: `train/total`, `validation/kl`, `learningRate`, `examplesPerSecond`; see `LogRecord`. */
export function scalarsOf(epoch: Epoch<string>): Record<string, number> {
  const { loss, validation, learningRate, examplesPerSecond } = epoch
  return {
    ...namedLosses('train', loss),
    ...namedLosses('validation', validation),
    ...(learningRate !== undefined && { learningRate }),
    examplesPerSecond,
  }
}

/** Loss values by their names in logs. */
export function namedLosses(part: 'train' | 'validation', loss: LossValues | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(loss ?? {}).map(([name, value]) => [`${part}/${name}`, value]))
}
