// The kernel seam: an op names a fused kernel; a backend that has registered it runs it, every other one composes the
// same op from tfjs core ops. Models never know. They name kernels by strings, so that an app ships the contracts of none.
import { engine, getBackend, getKernel, type NamedAttrMap, type NamedTensorMap } from '@tensorflow/tfjs-core'
import type * as kernels from '../kernels.ts'
import type { KernelAttributes, KernelInputs, KernelResult } from './spec.ts'

/** The contracts of all kernels. */
export type Spec = (typeof kernels)[keyof typeof kernels]

/** The name of a fused kernel in tfjs's registry; its contract is the constant of `@ae/core/kernels` that has this `name`. */
export type KernelName = Spec['name']

/** The contract of a kernel by its name. */
export type SpecOf<name extends KernelName> = Extract<
  Spec,
  {
    /** Its name. */
    readonly name: name
  }
>

/**
 * Whether to run a fused kernel; for ops that are other ops where not. False where the active backend has no such kernel, and
 * inside a gradient of a gradient, because fused kernels have no gradients.
 *
 * @param name the kernel's
 */
export function hasFused(name: KernelName): boolean {
  return engine().state.gradientDepth <= 1 && getKernel(name, getBackend()) !== undefined
}

/**
 * Runs a fused kernel where the active backend has it, else the composition of core ops. Also composes what is recorded on a
 * tape, because fused kernels have no gradients; kernels without inputs need none.
 *
 * @param name the kernel's
 * @param inputs what its contract names; borrowed
 * @param attributes what its contract names
 * @param compose the same op from core ops; called inside the caller's tidy
 * @returns what the op gives, owned by the caller
 */
export function runFused<name extends KernelName>(
  name: name,
  inputs: KernelInputs<SpecOf<name>>,
  attributes: KernelAttributes<SpecOf<name>>,
  compose: () => KernelResult<SpecOf<name>>,
): KernelResult<SpecOf<name>> {
  const isRecorded = engine().isTapeOn() && Object.keys(inputs).length > 0
  return isRecorded || !hasFused(name) ? compose() : runKernel(name, inputs, attributes)
}

/**
 * Runs a fused kernel that the active backend has, as {@link hasFused} tells.
 *
 * @param name the kernel's
 * @param inputs what its contract names; borrowed
 * @param attributes what its contract names
 * @returns what the kernel gives, owned by the caller
 */
export function runKernel<name extends KernelName>(
  name: name,
  inputs: KernelInputs<SpecOf<name>>,
  attributes: KernelAttributes<SpecOf<name>>,
): KernelResult<SpecOf<name>> {
  return engine().runKernel(name, inputs as NamedTensorMap, attributes as NamedAttrMap) as KernelResult<SpecOf<name>>
}
