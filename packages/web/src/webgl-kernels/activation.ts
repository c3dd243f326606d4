// The activations of layers in GLSL.
import type { KernelAttributes } from '@ae/core'
import type { dense } from '@ae/core/kernels'

/** An activation in GLSL. */
export interface Activation {
  /** The function `vec4 activate(vec4 x)`. */
  readonly activate: string
  /** Its derivative from its output `y`; undefined where it is 1. */
  readonly derivative?: string
}

/** By their names. */
export const activations: Readonly<Record<KernelAttributes<typeof dense>['activation'], Activation>> = {
  linear: { activate: 'vec4 activate(vec4 x) { return x; }' },
  relu: {
    // Keeps what is not a number, as max(x, 0) need not: training looks for it.
    activate: 'vec4 activate(vec4 x) { return mix(x, vec4(0), lessThan(x, vec4(0))); }',
    derivative: 'vec4(greaterThan(y, vec4(0)))',
  },
  sigmoid: {
    activate: 'vec4 activate(vec4 x) { return 1.0 / (1.0 + exponential(-x)); }',
    derivative: 'y * (1.0 - y)',
  },
  tanh: {
    // From e^-2|x|, which no x overflows; near 0, where 1 - e^-2|x| has lost its digits, the series.
    activate: `
        vec4 activate(vec4 x) {
          vec4 power = exponential(-2.0 * abs(x));
          vec4 q = x * x;
          vec4 series = x * (1.0 - q * (1.0 / 3.0 - q * (2.0 / 15.0 - q * (17.0 / 315.0 - q * (62.0 / 2835.0)))));
          return mix(sign(x) * (1.0 - power) / (1.0 + power), series, lessThan(q, vec4(0.0625)));
        }`,
    derivative: '1.0 - y * y',
  },
}
