import { describeKernels } from '@ae/library/kernel-suite'
import { beforeAll } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak } from '../testing/kernel-calls.ts'
import { implementations } from './implementations.ts'

beforeAll(() => wasm.activate())

describeKernels('wasm', {
  implementations,
  expectNoLeak,
  accuracy: {
    dense: { ofLargest: 1e-6 },
    activations: { relative: 3e-7 },
    bernoulli: { relative: 5e-7 },
    bernoulliGradient: { absolute: 1e-6 },
    // Below e^-87 float32 has subnormal numbers only, whose last digit is coarse.
    extremes: { logits: 100, relative: 3e-7, absolute: 1e-44 },
    squares: { relative: 5e-7 },
    squaresGradient: { ofLargest: 1e-6 },
    divergence: { relative: 1e-6 },
    divergenceGradient: { ofLargest: 1e-6 },
    sample: { ofLargest: 5e-7 },
    deviations: { relative: 3e-7 },
    terms: { relative: 1e-6 },
    // Terms of size 1 may cancel.
    optimize: { ofLargest: 1e-6, absolute: 3e-7 },
    clipFactor: { relative: 1e-6 },
  },
})
