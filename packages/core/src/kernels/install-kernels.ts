// How a backend brings its kernels: implementations of contracts, put into tfjs's registry behind the checks that these say.
import { getKernel, type KernelBackend, registerKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import { checkerOf } from './check-call.ts'
import type { KernelCall, KernelSpec } from './spec.ts'

/** A kernel of one backend. */
export interface KernelImplementation<tools = unknown> {
  /** What it implements. */
  readonly spec: KernelSpec
  /**
   * Computes the outputs, which the caller owns.
   *
   * @param call checked
   * @param tools what the backend computes with
   */
  run(call: KernelCall<KernelSpec>, tools: tools): TensorInfo | TensorInfo[]
}

/** Makes an implementation for one backend: {@link implementKernel} with the type of what it computes with. */
export type ImplementKernel<tools> = <spec extends KernelSpec>(
  spec: spec,
  run: (call: KernelCall<spec>, tools: tools) => TensorInfo | TensorInfo[],
) => KernelImplementation<tools>

/**
 * The implementation of a contract; for whoever writes a backend.
 *
 * @param spec a constant of `@ae/core/kernels`
 * @param run computes the outputs from a call that is as the contract says, and from what the backend computes with
 */
export function implementKernel<spec extends KernelSpec, tools>(
  spec: spec,
  run: (call: KernelCall<spec>, tools: tools) => TensorInfo | TensorInfo[],
): KernelImplementation<tools> {
  return { spec, run: run as KernelImplementation<tools>['run'] }
}

/**
 * Registers kernels with tfjs for a backend; for whoever writes one. Every call of them is checked first: each input is there, of the
 * type and shape that the contract says, and so is each attribute. Kernels that the registry has already stay.
 *
 * @param backendName the backend's in tfjs's registry, e.g. `webgl`
 * @param implementations what it has
 * @param toolsOf gives what it computes with, from tfjs's backend that runs the call
 * @example
 * ```ts
 * import * as kernels from '@ae/core/kernels'
 *
 * const implement: ImplementKernel<Device> = implementKernel
 * const dense = implement(kernels.dense, ({ inputs, sizes: { batch, outSize } }, device) => ...)
 * installKernels('my-backend', [dense], (backend) => (backend as MyBackend).device)
 * ```
 */
export function installKernels<tools>(
  backendName: string,
  implementations: readonly KernelImplementation<tools>[],
  toolsOf: (backend: KernelBackend) => tools,
): void {
  for (const { spec, run } of implementations) {
    if (getKernel(spec.name, backendName) !== undefined) continue
    const check = checkerOf(spec)
    registerKernel({
      kernelName: spec.name,
      backendName,
      kernelFunc: ({ inputs, attrs = {}, backend }) => run(check(inputs, attrs), toolsOf(backend as KernelBackend)),
    })
  }
}
