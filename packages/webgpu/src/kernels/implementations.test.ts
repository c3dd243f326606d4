import { describeKernels } from '@ae/library/kernel-suite'
import { beforeAll, vi } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { expectNoLeak } from '../testing/kernel-calls.ts'
import { implementations } from './implementations.ts'

onAdapter('WebGPU', () => {
  vi.setConfig({ testTimeout: 300_000 }) // a software adapter compiles for seconds where other work goes on
  beforeAll(async () => void (await activateWebgpu(open)))
  describeKernels('webgpu', {
    implementations,
    expectNoLeak,
    accuracy: {
      dense: { ofLargest: 2e-6 },
      activations: { relative: 2e-5, absolute: 2 ** -126 },
      bernoulli: { ofLargest: 2e-6 },
      bernoulliGradient: { ofLargest: 2e-6 },
      clipFactor: { relative: 2e-6 },
      extremes: { logits: 80, absolute: 1e-6, relative: 2e-5 },
      squares: { ofLargest: 2e-6 },
      squaresGradient: { ofLargest: 2e-6 },
      divergence: { ofLargest: 2e-6 },
      divergenceGradient: { ofLargest: 2e-6 },
      sample: { ofLargest: 1e-6 },
      deviations: { relative: 2e-5 },
      terms: { relative: 2e-6 },
      optimize: { ofLargest: 2e-6, absolute: 3e-7 },
    },
  })
})
