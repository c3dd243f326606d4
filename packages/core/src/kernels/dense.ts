// Dense layers: their kernels' contracts.
import type { KernelSpec } from './spec.ts'

/** The activations that kernels of layers compute themselves. */
export const layerActivation = { oneOf: ['linear', 'relu', 'sigmoid', 'tanh'] } as const

/** Dense layer `activation(x kernel + bias)`. */
export const dense = {
  name: 'AeDense',
  inputs: { x: ['batch', 'inSize'], kernel: ['inSize', 'outSize'], bias: ['outSize'] },
  attributes: { activation: layerActivation },
  output: ['batch', 'outSize'],
} as const satisfies KernelSpec

/** The gradient of {@link dense}, from its output: of the kernel, of the bias and, if `needsInput`, of `x`. */
export const denseGradient = {
  name: 'AeDenseGradient',
  inputs: {
    x: ['batch', 'inSize'],
    kernel: ['inSize', 'outSize'],
    output: ['batch', 'outSize'],
    dy: ['batch', 'outSize'],
  },
  attributes: { activation: layerActivation, needsInput: 'boolean' },
  output: { list: [['inSize', 'outSize'], ['outSize'], { if: 'needsInput', shape: ['batch', 'inSize'] }] },
} as const satisfies KernelSpec

/**
 * Two dense layers on one input, without activation. Only worth having together with its gradient, and where a call of a kernel
 * costs much.
 */
export const densePair = {
  name: 'AeDensePair',
  inputs: {
    x: ['batch', 'inSize'],
    firstKernel: ['inSize', 'firstSize'],
    firstBias: ['firstSize'],
    secondKernel: ['inSize', 'secondSize'],
    secondBias: ['secondSize'],
  },
  attributes: {},
  output: {
    list: [
      ['batch', 'firstSize'],
      ['batch', 'secondSize'],
    ],
  },
} as const satisfies KernelSpec

/** The gradient of {@link densePair}: of the kernel and bias of each layer and, if `needsInput`, of `x`. */
export const densePairGradient = {
  name: 'AeDensePairGradient',
  inputs: {
    x: ['batch', 'inSize'],
    firstKernel: ['inSize', 'firstSize'],
    secondKernel: ['inSize', 'secondSize'],
    firstDy: ['batch', 'firstSize'],
    secondDy: ['batch', 'secondSize'],
  },
  attributes: { needsInput: 'boolean' },
  output: {
    list: [
      ['inSize', 'firstSize'],
      ['firstSize'],
      ['inSize', 'secondSize'],
      ['secondSize'],
      { if: 'needsInput', shape: ['batch', 'inSize'] },
    ],
  },
} as const satisfies KernelSpec
