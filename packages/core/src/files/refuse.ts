// How a reader of a file format reports a file that it cannot read: in the words of whoever called it.
import type { ErrorDetails } from '../errors.ts'

/**
 * Makes the error of a file that cannot be read.
 *
 * @param what completes "`fromNpy` received ...", e.g. `a truncated .npy file`
 */
export type Refuse = (what: string, details: ErrorDetails) => Error
