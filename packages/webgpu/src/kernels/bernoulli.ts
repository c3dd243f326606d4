// Bernoulli negative log-likelihood from logits, and its gradient.
import * as kernels from '@ae/core/kernels'
import { elementwise } from './elementwise.ts'
import { implement, output } from './kernel.ts'
import { record } from './recorder.ts'
import { rowSums } from './row-sums.ts'

/** [batch], nats, summed over features. */
export const bernoulli = implement(kernels.bernoulli, ({ inputs: { logits, target } }, backend) => {
  const entropy = 'max(logits[at], 0.0) - logits[at] * goal[at] + log(1.0 + exp(-abs(logits[at])))'
  // `target` is a reserved word of WGSL.
  return rowSums(backend, kernels.bernoulli.name, { logits, goal: target }, entropy)
})

/** The gradient of the logits. */
export const bernoulliGradient = implement(kernels.bernoulliGradient, ({ inputs: { logits, target, dy } }, backend) => {
  const dLogits = output(backend, logits.shape)
  record(backend, {
    key: kernels.bernoulliGradient.name,
    reads: { logits, goal: target, dy },
    writes: { dLogits },
    ...elementwise(dLogits, 'dLogits[at] = (1.0 / (1.0 + exp(-logits[at])) - goal[at]) * dy[at / sizes.columns];'),
  })
  return dLogits
})
