import { describeKernels } from '@ae/library/kernel-suite'
import { expectNoLeak } from '../../testing/kernel-calls.ts'
import { onNative } from '../../testing/linked.ts'
import { implementations } from './implementations.ts'

onNative('libtensorflow', () => {
  describeKernels('tensorflow', {
    implementations,
    expectNoLeak,
    accuracy: {
      dense: { ofLargest: 1e-6 },
      activations: { relative: 5e-7 },
      adam: {
        parameter: { ofLargest: 1e-7 },
        mean: { ofLargest: 2e-6 },
        // libtensorflow computes 1 - beta2 in float32, 1.3e-5 off; the correction of the moments makes up for it.
        square: { relative: 2e-5 },
        change: { ofLargest: 5e-6 },
      },
    },
  })
})
