import { describeKernels } from '@ae/library/kernel-suite'
import { beforeAll } from 'vitest'
import { expectNoLeak } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'
import { implementations } from './implementations.ts'

beforeAll(() => webgl.activate())

describeKernels('webgl', {
  implementations,
  expectNoLeak,
  accuracy: {
    dense: { ofLargest: 1e-6 },
    // Below the smallest normal number a GPU may give 0.
    activations: { relative: 5e-6, absolute: 2 ** -126 },
    bernoulli: { relative: 1e-6 },
    bernoulliGradient: { absolute: 2e-6 },
    extremes: { logits: 80, relative: 5e-6 },
    squares: { relative: 1e-6 },
    squaresGradient: { absolute: 1e-6, relative: 1e-6 },
    divergence: { relative: 1e-6 },
    divergenceGradient: { ofLargest: 1e-6 },
    sample: { ofLargest: 5e-7 },
    deviations: { relative: 5e-6 },
    terms: { relative: 1e-6 },
    adam: {
      parameter: { ofLargest: 1e-6 },
      mean: { ofLargest: 1e-6 },
      square: { relative: 1e-6, absolute: 1e-37 },
      change: { ofLargest: 2e-6 },
    },
  },
})
