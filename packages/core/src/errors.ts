// The errors of every @ae package: one sentence, aligned facts, the fix.
import { printable } from './checks/printable.ts'

const marker = Symbol.for('@ae/error')

/** The parts of a designed error. */
export interface ErrorDetails {
  /** Labelled facts, one per line and aligned, e.g. `{ Expected: '[batch, 784]', Received: '[3, 4]' }`. */
  readonly facts?: Readonly<Record<string, string>> | undefined
  /** What the reader can do about it. */
  readonly fix?: string | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * The base class of every error that these packages throw on purpose.
 *
 * The message is one sentence that names the function and the argument, then aligned facts, then the fix. Sentence,
 * facts and fix may quote text from a file, a server or an option: each is one line, shortened, and free of control
 * characters. Recognise such an error with `AutoencoderError.isInstance(error)`, which also works across two copies of
 * the package.
 */
export class AutoencoderError extends Error {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'AutoencoderError'
  /** Marks errors of this family across copies of the package. */
  readonly [marker] = true
  /** The fix, which is also the last line of the message; undefined if none is known. */
  readonly fix: string | undefined

  constructor(sentence: string, details: ErrorDetails = {}) {
    super(compose(sentence, details), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.fix = details.fix
  }

  /**
   * Whether `value` is an error of this class or a subclass, from this or another copy of the package.
   *
   * @param value anything
   * @returns true for errors of this class; called on a subclass, only for errors of that subclass
   */
  static isInstance<type extends abstract new (...args: never[]) => unknown>(
    this: type,
    value: unknown,
  ): value is InstanceType<type> {
    if (value instanceof this) return true
    if (!(value instanceof Error) || !(marker in value)) return false
    return this.name === 'AutoencoderError' || value.name === this.name
  }
}

/** A tensor or an array does not have the shape that the function needs. */
export class ShapeError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'ShapeError'
}

/** An option is missing, misspelt, of the wrong type or out of its range. */
export class OptionError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'OptionError'
}

/** None of the requested backends can run here; the facts list each candidate with the reason. */
export class BackendUnavailableError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'BackendUnavailableError'
}

/** A backend stopped while it was computing: its device was lost, or its memory is full. The contents of its tensors are gone. */
export class BackendLostError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'BackendLostError'
  /** The name of the backend that stopped, e.g. `webgl`. */
  readonly backend: string

  constructor(sentence: string, details: ErrorDetails & { readonly backend: string }) {
    super(sentence, details)
    this.backend = details.backend
  }
}

/** A data set is missing, incomplete, corrupt, or holds values that the model cannot take. */
export class DatasetError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'DatasetError'
}

/** A file of weights is truncated, malicious, of a different kind or of a newer version; or it cannot be written. */
export class WeightsError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'WeightsError'
}

/** A model was used after `dispose()`. */
export class DisposedError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'DisposedError'
}

/** What `TrainingDivergedError` says besides its message. */
export interface Divergence {
  /** The first step, counted from 0, at which a term was not finite. */
  readonly step: number
  /** The epoch of that step, counted from 1. */
  readonly epoch: number
  /** The name of the term; or of the weight or the optimiser's slot that kept a checkpoint from being written. */
  readonly term: string
  /** Its value: NaN, Infinity or -Infinity. */
  readonly value: number
  /** The batch of that step; undefined where it could not be found again. */
  readonly batch?: DivergedBatch | undefined
  /** The store with the last good checkpoint, by its name; undefined if none was written or resumed from. */
  readonly checkpoint?: string | undefined
}

/** The batch of a step that diverged. Plain data. */
export interface DivergedBatch {
  /** The name of the data. */
  readonly data: string
  /** The number of its examples. */
  readonly size: number
  /** Where its examples are in the data, counted from 0 in stored order; undefined where the data do not tell their `order`. */
  readonly indices: readonly number[] | undefined
  /**
   * Where `indices` is undefined: its first examples, at most 4, one after the other as `[n, ...shape]`, and the smallest and
   * largest value of all its examples. The batch was read again for this: data that change from pass to pass may differ.
   */
  readonly examples:
    | {
        /** Their values. */
        readonly values: Float32Array
        /** `[n, ...shape]`. */
        readonly shape: readonly number[]
        /** Over the whole batch. NaN if one is NaN. */
        readonly range: {
          /** The smallest. */
          readonly minimum: number
          /** The largest. */
          readonly maximum: number
        }
      }
    | undefined
}

/** A loss term or a weight became NaN or infinite; training stopped. */
export class TrainingDivergedError extends AutoencoderError {
  /** The class's name, even if a bundler renames the class. */
  static override readonly name: string = 'TrainingDivergedError'
  /** Where and in which term it happened. */
  readonly divergence: Divergence

  constructor(sentence: string, details: ErrorDetails & { readonly divergence: Divergence }) {
    super(sentence, details)
    this.divergence = details.divergence
  }
}

function compose(text: string, { facts = {}, fix }: ErrorDetails): string {
  const sentence = printable(text)
  const rows = Object.entries(fix === undefined ? facts : { ...facts, Fix: fix }).map(
    ([label, fact]) => [printable(label, 60), printable(fact)] as const,
  )
  if (rows.length === 0) return sentence
  const width = Math.max(...rows.map(([label]) => label.length)) + 2
  return `${sentence}\n\n${rows.map(([label, fact]) => `${label}:`.padEnd(width) + fact).join('\n')}`
}
