// The optimiser that the settings of `ae train` describe, with its schedule and its wrappers.
import {
  accumulate,
  adagrad,
  adam,
  adamW,
  average,
  clip,
  cosine,
  exponential,
  linear,
  lion,
  type Optimizer,
  OptionError,
  oneCycle,
  rAdam,
  reduceOnPlateau,
  rmsProp,
  type Schedule,
  sequence,
  sgd,
  stepDecay,
} from '@ae/core'
import type { OptimizerName, ScheduleName } from './training-flags.ts'
import { flagName } from './verb.ts'

/** The settings that make an optimiser. */
export interface OptimizerSettings {
  readonly optimizer: OptimizerName
  readonly learningRate: number | undefined
  readonly momentum: number | undefined
  readonly weightDecay: number | undefined
  readonly schedule: ScheduleName
  readonly warmup: number | undefined
  readonly finalLearningRate: number | undefined
  readonly rateDecay: number | undefined
  /** In epochs. */
  readonly rateDecayEvery: number | undefined
  readonly clip: number | undefined
  readonly clipValue: number | undefined
  readonly accumulate: number
  readonly ema: number | undefined
  readonly plateau: number | undefined
  readonly plateauFactor: number | undefined
  readonly monitor: string | undefined
}

/** How long a run is. */
export interface RunLength {
  readonly epochs: number
  /** Batches an epoch. */
  readonly batches: number
}

interface Kind {
  /** Its step size by default. */
  readonly learningRate: number
  /** Its own weight decay. */
  readonly weightDecay: number
  readonly hasMomentum?: boolean
  make(options: { learningRate: Schedule; momentum?: number | undefined; weightDecay?: number | undefined }): Optimizer
}

const kinds: Readonly<Record<OptimizerName, Kind>> = {
  adam: { learningRate: 0.001, weightDecay: 0, make: ({ momentum: _, ...options }) => adam(options) },
  adamw: { learningRate: 0.001, weightDecay: 0.01, make: ({ momentum: _, ...options }) => adamW(options) },
  sgd: { learningRate: 0.001, weightDecay: 0, hasMomentum: true, make: sgd },
  rmsprop: { learningRate: 0.01, weightDecay: 0, hasMomentum: true, make: rmsProp },
  adagrad: { learningRate: 0.01, weightDecay: 0, make: ({ momentum: _, ...options }) => adagrad(options) },
  lion: { learningRate: 0.0001, weightDecay: 0, make: ({ momentum: _, ...options }) => lion(options) },
  radam: { learningRate: 0.001, weightDecay: 0, make: ({ momentum: _, ...options }) => rAdam(options) },
}

/** Settings that one of the others makes sense of. */
type Dependent = 'momentum' | 'warmup' | 'finalLearningRate' | 'rateDecay' | 'rateDecayEvery' | 'plateauFactor'

/** Which schedules take what. */
const scheduleSettings: Readonly<Record<ScheduleName, readonly Dependent[]>> = {
  constant: ['warmup'],
  cosine: ['warmup', 'finalLearningRate'],
  linear: ['warmup', 'finalLearningRate'],
  'one-cycle': ['warmup'],
  step: ['warmup', 'rateDecay', 'rateDecayEvery'],
  exponential: ['warmup', 'rateDecay', 'rateDecayEvery'],
}

/**
 * The settings with what their optimiser and schedule take by default.
 *
 * @throws {OptionError} on a setting that they do not take
 */
export function completeOptimizer<settings extends OptimizerSettings>(settings: settings, epochs: number): settings {
  const { optimizer, schedule } = settings
  const kind = kinds[optimizer]
  const takes = scheduleSettings[schedule]
  const withMomentum = Object.keys(kinds).filter((name) => kinds[name as OptimizerName].hasMomentum)
  if (settings.momentum !== undefined && !kind.hasMomentum) {
    throw notTaken('momentum', `--optimizer ${optimizer}`, `--optimizer ${withMomentum.join(' or ')}`)
  }
  for (const name of ['finalLearningRate', 'rateDecay', 'rateDecayEvery'] as const) {
    if (settings[name] === undefined || takes.includes(name)) continue
    const others = Object.entries(scheduleSettings).filter(([, taken]) => taken.includes(name))
    throw notTaken(name, `--schedule ${schedule}`, `--schedule ${others.map(([other]) => other).join(' or ')}`)
  }
  if (settings.plateauFactor !== undefined && settings.plateau === undefined) {
    throw notTaken('plateauFactor', 'a run without --plateau', '--plateau, e.g. --plateau 5')
  }
  const isStep = schedule === 'step'
  const defaults: Partial<OptimizerSettings> = {
    learningRate: kind.learningRate,
    weightDecay: kind.weightDecay,
    ...(kind.hasMomentum && { momentum: 0 }),
    ...(schedule !== 'one-cycle' && { warmup: 0 }),
    ...(takes.includes('finalLearningRate') && { finalLearningRate: 0 }),
    ...(takes.includes('rateDecay') && {
      rateDecay: isStep ? 0.1 : 0.95,
      rateDecayEvery: isStep ? Math.max(1, Math.ceil(epochs / 3)) : 1,
    }),
    ...(settings.plateau !== undefined && { plateauFactor: 0.1 }),
  }
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  return { ...settings, ...defaults, ...given }
}

/**
 * The optimiser, as `train` takes it.
 *
 * @param settings complete
 */
export function optimizerOf(settings: OptimizerSettings, length: RunLength): Optimizer {
  const { optimizer, momentum, weightDecay, ema, plateau, plateauFactor, monitor } = settings
  let made = kinds[optimizer].make({ learningRate: rateOf(settings, length), momentum, weightDecay })
  if (settings.clipValue !== undefined) made = clip(made, { value: settings.clipValue })
  if (settings.clip !== undefined) made = clip(made, { norm: settings.clip })
  if (ema !== undefined) made = average(made, { decay: ema })
  if (settings.accumulate > 1) made = accumulate(made, { steps: settings.accumulate })
  if (plateau !== undefined) made = reduceOnPlateau(made, { patience: plateau, factor: plateauFactor, monitor })
  return made
}

/** The step size over the moves of the run: one for each `accumulate` batches. */
function rateOf(settings: OptimizerSettings, { epochs, batches }: RunLength): Schedule {
  const { schedule, accumulate, learningRate: rate = 0.001, warmup = 0 } = settings
  const movesOf = (passes: number) => Math.max(1, Math.floor((passes * batches) / accumulate))
  const steps = movesOf(epochs)
  if (schedule === 'one-cycle') {
    const warmUp = settings.warmup === undefined ? {} : { warmUp: Math.min(1, warmup / steps) }
    return oneCycle({ maximum: rate, steps, ...warmUp })
  }
  const { finalLearningRate: to = 0, rateDecay: factor = 1, rateDecayEvery = 1 } = settings
  const rest = Math.max(1, steps - warmup)
  const shapes: Readonly<Record<Exclude<ScheduleName, 'one-cycle'>, () => Schedule>> = {
    constant: () => rate,
    cosine: () => cosine({ from: rate, to, steps: rest }),
    linear: () => linear({ from: rate, to, steps: rest }),
    step: () => stepDecay({ from: rate, factor, every: movesOf(rateDecayEvery) }),
    exponential: () => exponential({ from: rate, factor, steps: movesOf(rateDecayEvery) }),
  }
  const shape = shapes[schedule]()
  if (warmup === 0) return shape
  const rise = linear({ from: 0, to: rate, steps: warmup })
  return sequence([{ schedule: rise, steps: warmup }, { schedule: shape }])
}

function notTaken(name: Dependent, by: string, others: string): OptionError {
  const flag = `--${flagName(name)}`
  return new OptionError(`\`ae train\` does not take ${flag} with ${by}.`, {
    facts: { 'Goes with': others },
    fix: `leave out ${flag}, or pass ${others}`,
  })
}
