// Bernoulli negative log-likelihood from logits, and its gradient.
import * as kernels from '@ae/core/kernels'
import { drawOne } from './draw.ts'
import { implement } from './kernel.ts'
import { sumRows } from './sums.ts'

/** [batch], nats, summed over features. */
export const bernoulli = implement(kernels.bernoulli, ({ inputs, sizes }, backend) => {
  return sumRows(backend, {
    shape: [sizes.batch, sizes.features],
    inputs,
    functions: crossEntropy,
    texel: 'crossEntropy(getLogits(row, column), getTarget(row, column))',
  })
})

/** The gradient of the logits. */
export const bernoulliGradient = implement(kernels.bernoulliGradient, ({ inputs }, backend) => {
  const texel = '(1.0 / (1.0 + exponential(-getLogits())) - getTarget()) * getDy(0, at.x).xxyy'
  return drawOne(backend, { inputs, shape: inputs.logits.shape, texel })
})

/**
 * softplus(l) - l t, without the difference of two large numbers where t is 1, and with log(1 + x) as 2 artanh(x / (2 + x)),
 * whose series is right to the last digits for every x in [0, 1].
 */
const crossEntropy = `
  vec4 crossEntropy(vec4 l, vec4 t) {
    vec4 x = exponential(-abs(l));
    vec4 s = x / (2.0 + x);
    vec4 q = s * s;
    vec4 series = 1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0)));
    vec4 tail = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * series)));
    return mix(-l * t, l * (1.0 - t), greaterThan(l, vec4(0))) + tail;
  }`
