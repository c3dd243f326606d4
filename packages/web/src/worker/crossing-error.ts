// Errors between a page and its worker: structured cloning loses their class, their fields and their marker.
import {
  AutoencoderError,
  BackendLostError,
  BackendUnavailableError,
  DatasetError,
  DisposedError,
  type Divergence,
  OptionError,
  ShapeError,
  TrainingDivergedError,
  WeightsError,
} from '@ae/core'

/** An error as plain data. */
export interface CrossingError {
  /** The name of its class. */
  readonly name: string
  /** The whole text, including facts and fix. */
  readonly message: string
  /** Whether it is one of the designed errors. */
  readonly isDesigned: boolean
  /** The fix of a designed error. */
  readonly fix: string | undefined
  /** Where it was thrown, on the other side. */
  readonly stack: string | undefined
  /** What `TrainingDivergedError` has besides its message. */
  readonly divergence: Divergence | undefined
  /** What `BackendLostError` has besides its message. */
  readonly backend: string | undefined
  /** The error that led to it. */
  readonly cause: CrossingError | undefined
}

/** Turns anything that was thrown into data, with at most eight of its chain of causes. */
export function packError(thrown: unknown, depth = 8): CrossingError {
  const isError = thrown instanceof Error
  const cause = isError && depth > 0 ? thrown.cause : undefined
  return {
    name: isError ? thrown.name : 'Error',
    message: isError ? thrown.message : String(thrown),
    isDesigned: AutoencoderError.isInstance(thrown),
    fix: AutoencoderError.isInstance(thrown) ? thrown.fix : undefined,
    stack: isError ? thrown.stack : undefined,
    divergence: TrainingDivergedError.isInstance(thrown) ? thrown.divergence : undefined,
    backend: BackendLostError.isInstance(thrown) ? thrown.backend : undefined,
    cause: cause === undefined ? undefined : packError(cause, depth - 1),
  }
}

/** Restores the error, with its own class if it is a designed one. */
export function unpackError(crossing: CrossingError): Error {
  const { name, message, stack } = crossing
  const error = crossing.isDesigned ? designed(crossing) : plain(crossing)
  error.message = message // the constructor expects the sentence alone and would put everything on one line
  if (stack !== undefined) error.stack = stack
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  return error
}

const classes = {
  BackendUnavailableError,
  DatasetError,
  DisposedError,
  OptionError,
  ShapeError,
  WeightsError,
} as const

function designed({ name, message, fix, divergence, backend, cause: packed }: CrossingError): Error {
  const cause = packed && unpackError(packed)
  if (divergence !== undefined) return new TrainingDivergedError(message, { divergence, fix, cause })
  if (backend !== undefined) return new BackendLostError(message, { backend, fix, cause })
  const Class = Object.hasOwn(classes, name) ? classes[name as keyof typeof classes] : AutoencoderError
  return new Class(message, { fix, cause })
}

function plain({ message, cause }: CrossingError): Error {
  return cause === undefined ? new Error(message) : new Error(message, { cause: unpackError(cause) })
}
