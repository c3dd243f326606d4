// The optimiser Adam: its kernel's contract.
import type { KernelSpec } from './spec.ts'

/**
 * One Adam step over `count` variables; `step` counts from 1. Gives the new parameters, then the new means, then the new squares.
 * Parameters, means and squares are used up: the caller reads none of them afterwards, so that a backend may compute in their
 * memory where nothing else refers to it.
 */
export const adam = {
  name: 'AeAdam',
  inputs: { parameter: 'variable', gradient: 'variable', mean: 'variable', square: 'variable' },
  repeated: 'count',
  attributes: {
    count: 'number',
    learningRate: 'number',
    beta1: 'number',
    beta2: 'number',
    epsilon: 'number',
    step: 'number',
  },
  output: {
    list: [
      { each: 'count', shape: 'variable' },
      { each: 'count', shape: 'variable' },
      { each: 'count', shape: 'variable' },
    ],
  },
} as const satisfies KernelSpec
