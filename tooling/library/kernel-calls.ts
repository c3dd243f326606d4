// Shared by the kernel tests of every backend: running one kernel, input numbers, and gradients by differences in float64.
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
// Imported by path: @ae/core uses this package, so this package cannot depend on it.
import { normals } from '../../packages/core/src/random/random.ts'
import { expectNoLeak } from './testing.ts'

/**
 * Asserts that a body leaves no tensor behind, nor anything else of a backend.
 *
 * @param count what the backend has, to be the same afterwards
 */
export function leakCheckOf(count: () => unknown): typeof expectNoLeak {
  const check = (body: () => void | Promise<void>): void | Promise<void> => {
    const before = count()
    const compare = () => expect(count(), 'what the backend has').toEqual(before)
    const outcome: unknown = expectNoLeak(body as () => Promise<void>)
    return outcome instanceof Promise ? outcome.then(compare) : compare()
  }
  return check as typeof expectNoLeak
}

/** Runs a kernel of the active backend by name. The caller owns what it returns. */
export function runKernel(name: string, inputs: NamedTensorMap, attributes: NamedAttrMap = {}): Tensor[] {
  const result = engine().runKernel(name, inputs, attributes) as unknown as Tensor | Tensor[]
  return Array.isArray(result) ? result : [result]
}

/** The values of tensors, which this function disposes of. */
export function take(...tensors: Tensor[]): number[][] {
  return tensors.map((x) => {
    const values = Array.from(x.dataSync())
    x.dispose()
    return values
  })
}

/** Standard normal float32 numbers times `scale`; the same name gives the same numbers. */
export function numbers(name: string, count: number, scale = 1): number[] {
  return Array.from(normals(name, {}, count), (value) => Math.fround(value * scale))
}

/** A float32 tensor of numbers. */
export function floats(values: readonly number[], shape: readonly number[]): Tensor {
  return tensor([...values], [...shape], 'float32')
}

/** The largest magnitude, to which rounding errors of a sum are relative. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

/** The gradient of a float64 function by central differences, accurate to about 1e-9 of its largest component. */
export function differences(f: (x: number[]) => number, x: readonly number[]): number[] {
  const step = 1e-5
  return x.map((value, i) => {
    const at = (shifted: number) => f(x.with(i, shifted))
    return (at(value + step) - at(value - step)) / (2 * step)
  })
}

/** The attributes of `AeOptimize` for a step of Adam, which counts from 1, with PyTorch's defaults. */
export function adamStep({ step = 1, count = 1, isScaled = false, isAveraged = false } = {}): NamedAttrMap {
  const [beta1, beta2] = [0.9, 0.999]
  return {
    ...{ count, rule: 'moments', isScaled, isAveraged, limit: Number.POSITIVE_INFINITY },
    ...{ shrink: 0, decay: 0, weight: 0.1, beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2 },
    stepSize: 1e-3 / (1 - beta1 ** step),
    root: 1 / Math.sqrt(1 - beta2 ** step),
    epsilon: 1e-8,
  }
}
