// Indices of a codebook, as callers pass them.
import { OptionError } from '@ae/core'
import { firstUnknownLabel } from '@ae/core/internal'

/**
 * What a gather beyond the codebook gives differs from backend to backend.
 *
 * @throws {OptionError} when an index has no vector in the codebook
 */
export function assertIndices(functionName: string, indices: ArrayLike<number>, codebookSize: number): void {
  const at = firstUnknownLabel(indices, codebookSize)
  if (at === undefined) return
  throw new OptionError(`\`${functionName}\` received an index that the codebook has no vector for.`, {
    facts: { Expected: `integers from 0 to ${codebookSize - 1}`, Received: `${indices[at]}, value ${at} of indices` },
    fix: 'pass indices that encodeIndices of this model gave, or of a codebook of this size',
  })
}
