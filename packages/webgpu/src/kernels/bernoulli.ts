// Bernoulli negative log-likelihood from logits, and its gradient.
import { fusedKernels } from '@ae/core'
import { elementwise } from './elementwise.ts'
import { output, type WebgpuKernel } from './kernel.ts'
import { record } from './recorder.ts'
import { rowSums } from './row-sums.ts'

/** [batch], nats, summed over features. */
export const bernoulli: WebgpuKernel = {
  name: fusedKernels.bernoulli,
  run: ({ input, backend }) => {
    const [logits, target] = [input('logits'), input('target')]
    const entropy = 'max(logits[at], 0.0) - logits[at] * goal[at] + log(1.0 + exp(-abs(logits[at])))'
    // `target` is a reserved word of WGSL.
    return rowSums(backend, fusedKernels.bernoulli, { logits, goal: target }, entropy)
  },
}

/** The gradient of the logits. */
export const bernoulliGradient: WebgpuKernel = {
  name: fusedKernels.bernoulliGradient,
  run: ({ input, backend }) => {
    const [logits, target, dy] = [input('logits'), input('target'), input('dy')]
    const dLogits = output(backend, logits.shape)
    record(backend, {
      key: fusedKernels.bernoulliGradient,
      reads: { logits, goal: target, dy },
      writes: { dLogits },
      ...elementwise(dLogits, 'dLogits[at] = (1.0 / (1.0 + exp(-logits[at])) - goal[at]) * dy[at / sizes.columns];'),
    })
    return dLogits
  },
}
