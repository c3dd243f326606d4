// One suite for the fused kernels of every backend: each kernel that it implements against float64, in every case, and refusing what
// is not as its contract says. What is special to a backend is tested beside it.
import { getKernel } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { describeAdam } from './adam.ts'
import { describeDense, describeDensePair } from './dense.ts'
import { describeGaussian } from './gaussian.ts'
import { describeBernoulli, describeSquares } from './losses.ts'
import { describeClipFactor, describeOptimize } from './optimize.ts'
import { describeRefusals } from './refusals.ts'
import { describeSparsity } from './sparsity.ts'
import type { Subject } from './suite.ts'
import { describeTerms } from './terms.ts'

export * from './numbers.ts'
export { type Accuracy, expectKernel, type Subject } from './suite.ts'

/**
 * Declares the tests.
 *
 * @param backendName the backend's in tfjs's registry
 * @param subject what it implements, and how near it comes
 */
export function describeKernels(backendName: string, subject: Subject): void {
  const has = (name: string) => subject.implementations.some(({ spec }) => spec.name === name)
  describe(`the fused kernels of ${backendName}`, () => {
    test('are registered', () => {
      const missing = subject.implementations.filter(({ spec }) => getKernel(spec.name, backendName) === undefined)
      expect(missing).toEqual([])
    })
    if (has('AeAdam')) describeAdam(subject)
    if (has('AeOptimize')) describeOptimize(subject)
    if (has('AeClipFactor')) describeClipFactor(subject)
    if (has('AeDense')) describeDense(subject)
    if (has('AeDensePair')) describeDensePair(subject)
    if (has('AeBernoulli')) describeBernoulli(subject)
    for (const kernel of ['AeSumOfSquares', 'AeSumOfSquaresOfSigmoid'] as const) {
      if (has(kernel)) describeSquares(subject, kernel)
    }
    if (has('AeGaussianKl')) describeGaussian(subject)
    if (has('AeTotalOfTerms')) describeTerms(subject)
    if (has('AeKlSparsity')) describeSparsity(subject)
    describeRefusals(subject)
  })
}
