// The step of any optimiser: its kernel's contract; and the factor by which gradients are clipped to a norm.
import type { KernelSpec } from './spec.ts'

/**
 * One step of an optimiser over `count` variables. Of each, with the gradient g, the parameter p and the slots a, b, c:
 *
 * - g is multiplied by `factor` where `isScaled`, cut to [-limit, limit], and `decay` p is added;
 * - the rule gives a direction d, and the slots that it has;
 * - p becomes p - `shrink` p - `stepSize` d;
 * - where `isAveraged`, `average` goes to p by the part `weight`, and becomes p where that is 1.
 *
 * | rule | slots | direction |
 * | --- | --- | --- |
 * | `descent` | | g |
 * | `momentum` | a = beta1 a + gain1 g | beta2 a + gain2 g |
 * | `sign` | a = beta2 a + gain2 g | the sign of beta1 a + gain1 g, with the old a |
 * | `root` | a = beta2 a + gain2 g^2 | g / (sqrt(a) + epsilon) |
 * | `centered` | a, and b = beta2 b + gain2 g | g / (sqrt(a - b^2) + epsilon) |
 * | `rootMomentum` | a, and b = beta1 b + `root`'s direction | b |
 * | `centeredMomentum` | a, b, and c = beta1 c + `centered`'s direction | c |
 * | `moments` | a = beta1 a + gain1 g, b = beta2 b + gain2 g^2 | a / (root sqrt(b) + epsilon) |
 *
 * Gives the new parameters, then the new a, b, c and averages, as far as there are such. Parameters, slots and averages are used up:
 * the caller reads none of them afterwards, so that a backend may compute in their memory where nothing else refers to it.
 */
export const optimize = {
  name: 'AeOptimize',
  inputs: {
    parameter: 'variable',
    gradient: 'variable',
    a: {
      where: { rule: ['centeredMomentum', 'centered', 'rootMomentum', 'root', 'moments', 'momentum', 'sign'] },
      shape: 'variable',
    },
    b: { where: { rule: ['centeredMomentum', 'centered', 'rootMomentum', 'moments'] }, shape: 'variable' },
    c: { where: { rule: ['centeredMomentum'] }, shape: 'variable' },
    factor: { where: { isScaled: [true] }, shape: [] },
    average: { where: { isAveraged: [true] }, shape: 'variable' },
  },
  repeated: 'count',
  attributes: {
    count: 'number',
    rule: {
      oneOf: ['centeredMomentum', 'centered', 'rootMomentum', 'root', 'moments', 'momentum', 'sign', 'descent'],
    },
    isScaled: 'boolean',
    isAveraged: 'boolean',
    limit: 'number',
    shrink: 'number',
    decay: 'number',
    weight: 'number',
    beta1: 'number',
    gain1: 'number',
    beta2: 'number',
    gain2: 'number',
    stepSize: 'number',
    root: 'number',
    epsilon: 'number',
  },
  output: { list: [{ each: 'count', shape: 'variable' }] },
} as const satisfies KernelSpec

/** min(1, maximum / (n + 1e-6)), n the root of the sum of the squares of all numbers of `count` gradients. */
export const clipFactor = {
  name: 'AeClipFactor',
  inputs: { gradient: 'variable' },
  repeated: 'count',
  attributes: { count: 'number', maximum: 'number' },
  output: [],
} as const satisfies KernelSpec
