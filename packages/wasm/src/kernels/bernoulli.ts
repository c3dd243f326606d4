// Bernoulli negative log-likelihood from logits, and its gradient.
import { fusedKernels } from '@ae/core'
import { matrixInput, shapedInput, type WasmKernel } from './kernel.ts'

/** [batch], nats, summed over features. */
export const bernoulli: WasmKernel = {
  name: fusedKernels.bernoulli,
  run: ({ inputs, heap }) => {
    const [logits, batch, features] = matrixInput(fusedKernels.bernoulli, inputs, 'logits')
    const target = shapedInput(fusedKernels.bernoulli, inputs, 'target', logits.shape)
    const out = heap.output([batch])
    heap.native.bernoulli(heap.team, heap.address(logits), heap.address(target), heap.address(out), batch, features)
    return out
  },
}

/** The gradient of the logits. */
export const bernoulliGradient: WasmKernel = {
  name: fusedKernels.bernoulliGradient,
  run: ({ inputs, heap }) => {
    const [logits, batch, features] = matrixInput(fusedKernels.bernoulliGradient, inputs, 'logits')
    const target = shapedInput(fusedKernels.bernoulliGradient, inputs, 'target', logits.shape)
    const dy = shapedInput(fusedKernels.bernoulliGradient, inputs, 'dy', [batch])
    const out = heap.output(logits.shape)
    const addresses = [logits, target, dy, out].map((tensor) => heap.address(tensor))
    heap.native.bernoulliGradient(heap.team, ...addresses, batch, features)
    return out
  },
}
