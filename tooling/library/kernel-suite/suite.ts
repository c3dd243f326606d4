// What the subjects of the suite share: which kernels a backend has, how near it comes, and running one kernel on numbers.
import { type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import type { KernelSpec } from '../../../packages/core/src/kernels/spec.ts'
import { largest, runKernel } from '../kernel-calls.ts'
import { expectClose, type Tolerance } from '../testing.ts'
import type { Numbers } from './numbers.ts'

/** How far the numbers of a tensor may be from float64: `ofLargest` is a part of the largest magnitude among them. */
export type Nearness = Tolerance & { readonly ofLargest?: number }

/** How near a backend comes to float64: exactly, where it is not said. */
export interface Accuracy {
  readonly dense: Nearness
  /** Of sigmoid and tanh over a wide range, each number relative to itself. */
  readonly activations: Nearness
  readonly bernoulli: Nearness
  readonly bernoulliGradient: Nearness
  /** Of the Bernoulli loss at logits up to `logits`, each number relative to itself. */
  readonly extremes: Nearness & { readonly logits: number }
  readonly squares: Nearness
  readonly squaresGradient: Nearness
  readonly divergence: Nearness
  readonly divergenceGradient: Nearness
  readonly sample: Nearness
  /** Of standard deviations from 1e-19 to 1e38, each number relative to itself. */
  readonly deviations: Nearness
  /** Of the means of terms. */
  readonly terms: Nearness
  /** Of what a step of an optimiser changes. */
  readonly optimize: Nearness
  readonly clipFactor: Nearness
  readonly adam: Readonly<Record<'parameter' | 'mean' | 'square' | 'change', Nearness>>
}

/** A backend under test; it is active while tests run. */
export interface Subject {
  /** What it implements. */
  readonly implementations: readonly { readonly spec: KernelSpec }[]
  readonly accuracy: Partial<Accuracy>
  /** Asserts that `body` leaves no tensor behind, nor anything of the backend that belongs to none. */
  expectNoLeak(body: () => Promise<void>): Promise<void>
}

/** The values of a tensor, which it disposes. */
export async function taken(x: Tensor): Promise<number[]> {
  const values = Array.from(await x.data())
  x.dispose()
  return values
}

/** Float32 tensors of numbers, by their names. */
export function tensorsOf(inputs: Readonly<Record<string, Numbers>>): NamedTensorMap {
  const made = Object.entries(inputs).map(([name, { shape, values }]) => [
    name,
    tensor([...values], [...shape], 'float32'),
  ])
  return Object.fromEntries(made)
}

/** Runs a kernel on numbers; gives its outputs as lists. */
export async function outputsOf(
  name: string,
  inputs: Readonly<Record<string, Numbers>>,
  attributes: NamedAttrMap = {},
): Promise<number[][]> {
  const tensors = tensorsOf(inputs)
  const values: number[][] = []
  for (const output of runKernel(name, tensors, attributes)) values.push(await taken(output))
  for (const input of Object.values(tensors)) input.dispose()
  return values
}

/** Runs a kernel on numbers and asserts what it gives, and that it leaves nothing behind. */
export function expectKernel(
  { expectNoLeak }: Pick<Subject, 'expectNoLeak'>,
  name: string,
  inputs: Readonly<Record<string, Numbers>>,
  attributes: NamedAttrMap,
  expected: readonly Numbers[],
  nearness: Nearness = {},
): Promise<void> {
  return expectNoLeak(async () => {
    const tensors = tensorsOf(inputs)
    const outputs = runKernel(name, tensors, attributes)
    expect(outputs.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape))
    for (const [i, output] of outputs.entries()) near(await taken(output), expected[i]?.values ?? [], nearness)
    for (const input of Object.values(tensors)) input.dispose()
  })
}

/** Asserts that numbers are as near as a backend comes. */
export function near(actual: readonly number[], expected: readonly number[], nearness: Nearness = {}): void {
  const { ofLargest = 0, absolute = 0, ...others } = nearness
  expectClose(actual, expected, { ...others, absolute: absolute + ofLargest * largest(expected) })
}
