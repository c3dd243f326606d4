// The activations of dense layers in WGSL, and the number by which each multiplies the gradient.
import type { KernelAttributes } from '@ae/core'
import type { dense } from '@ae/core/kernels'

type Activation = KernelAttributes<typeof dense>['activation']

/** The function `activate(x: f32) -> f32`; what is not a number stays one, for training looks for it. */
export function activationCode(activation: Activation): string {
  return `fn activate(x: f32) -> f32 {\n${bodies[activation]}\n}`
}

/** `dy` times the derivative, by way of the activation's output `y`: an expression. */
export function derivativeCode(activation: Activation, dy: string, y: string): string {
  if (activation === 'relu') return `select(${dy}, 0.0, ${y} <= 0.0)`
  if (activation === 'sigmoid') return `${dy} * (${y} * (1.0 - ${y}))`
  if (activation === 'tanh') return `${dy} * (1.0 - ${y} * ${y})`
  return dy
}

/** Whether `x` is not a number, an expression: by its bits, because shaders may be compiled as if nothing were. */
export function isNan(x: string): string {
  return `(bitcast<u32>(${x}) & 0x7fffffffu) > 0x7f800000u`
}

const keepNan = `  if (${isNan('x')}) { return x; }`

// WGSL allows its own tanh an error of 1e-5, and exponentials cancel each other near 0: there, the series.
const bodies: Readonly<Record<Activation, string>> = {
  linear: '  return x;',
  relu: '  return select(x, 0.0, x < 0.0);',
  sigmoid: `${keepNan}
  return 1.0 / (1.0 + exp(-x));`,
  tanh: `${keepNan}
  let s = x * x;
  let series = x * (1.0 + s * (-0.33333333 + s * (0.13333333 + s * (-0.05396825 + s * 0.02186949))));
  let e = exp(-2.0 * abs(x));
  return select(sign(x) * (1.0 - e) / (1.0 + e), series, s < 0.0625);`,
}
