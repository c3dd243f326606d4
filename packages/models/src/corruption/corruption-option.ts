// The check of an option that takes a corruption.
import { configOption, lackOf, type OptionCheck } from '@ae/core/internal'

/** A corruption: corrupts examples, and has a config to restore it from a file. */
export const corruptionOption: OptionCheck = (value) =>
  lackOf(value, { corrupt: 'function', config: configOption }) === undefined
    ? undefined
    : 'a corruption, e.g. gaussianNoise({ standardDeviation: 0.3 })'
