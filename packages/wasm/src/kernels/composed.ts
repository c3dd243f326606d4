// For kernels that are made of others: runs one by its name, which ships none of tfjs's functions.
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import type { KernelCall } from './kernel.ts'

/**
 * Runs a kernel of the backend; call it inside a tidy.
 *
 * @param inputs by name, or a list where the kernel takes one
 */
export function runKernel<result extends Tensor | Tensor[] = Tensor>(
  name: string,
  inputs: NamedTensorMap | readonly Tensor[],
  attributes: object = {},
): result {
  return engine().runKernel(name, inputs as NamedTensorMap, attributes as NamedAttrMap) as unknown as result
}

/** The inputs, as the tensors that tfjs's engine gives kernels. */
export function tensorsOf<names extends string>({ inputs }: KernelCall): Record<names, Tensor> {
  return inputs as unknown as Record<names, Tensor>
}
