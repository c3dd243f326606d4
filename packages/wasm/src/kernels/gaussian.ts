// The Gaussian posterior of a VAE: divergence to N(0, I), reparameterised sample, and their gradients.
import { fusedKernels, sizeOfShape } from '@ae/core'
import { floatInput, matrixInput, shapedInput, type WasmKernel } from './kernel.ts'

/** [batch], nats, summed over latents. */
export const gaussianKl: WasmKernel = {
  name: fusedKernels.gaussianKl,
  run: ({ inputs, heap }) => {
    const [mean, batch, latents] = matrixInput(fusedKernels.gaussianKl, inputs, 'mean')
    const logVariance = shapedInput(fusedKernels.gaussianKl, inputs, 'logVariance', mean.shape)
    const out = heap.output([batch])
    heap.exports.gaussianKl(heap.address(mean), heap.address(logVariance), heap.address(out), batch, latents)
    return out
  },
}

/** The gradients of mean and log-variance. */
export const gaussianKlGradient: WasmKernel = {
  name: fusedKernels.gaussianKlGradient,
  run: ({ inputs, heap }) => {
    const [mean, batch, latents] = matrixInput(fusedKernels.gaussianKlGradient, inputs, 'mean')
    const logVariance = shapedInput(fusedKernels.gaussianKlGradient, inputs, 'logVariance', mean.shape)
    const dy = shapedInput(fusedKernels.gaussianKlGradient, inputs, 'dy', [batch])
    const outs = heap.outputs([mean.shape, mean.shape])
    const addresses = [mean, logVariance, dy, ...outs].map((tensor) => heap.address(tensor))
    heap.exports.gaussianKlGradient(...addresses, batch, latents)
    return outs
  },
}

/** `mean + exp(logVariance / 2) noise`. */
export const reparameterize: WasmKernel = {
  name: fusedKernels.reparameterize,
  run: ({ inputs, heap }) => {
    const mean = floatInput(fusedKernels.reparameterize, inputs, 'mean')
    const logVariance = shapedInput(fusedKernels.reparameterize, inputs, 'logVariance', mean.shape)
    const noise = shapedInput(fusedKernels.reparameterize, inputs, 'noise', mean.shape)
    const out = heap.output(mean.shape)
    const addresses = [mean, logVariance, noise, out].map((tensor) => heap.address(tensor))
    heap.exports.reparameterize(...addresses, sizeOfShape(mean.shape))
    return out
  },
}

/** The gradient of the log-variance. */
export const reparameterizeGradient: WasmKernel = {
  name: fusedKernels.reparameterizeGradient,
  run: ({ inputs, heap }) => {
    const logVariance = floatInput(fusedKernels.reparameterizeGradient, inputs, 'logVariance')
    const noise = shapedInput(fusedKernels.reparameterizeGradient, inputs, 'noise', logVariance.shape)
    const dy = shapedInput(fusedKernels.reparameterizeGradient, inputs, 'dy', logVariance.shape)
    const out = heap.output(logVariance.shape)
    const addresses = [logVariance, noise, dy, out].map((tensor) => heap.address(tensor))
    heap.exports.reparameterizeGradient(...addresses, sizeOfShape(logVariance.shape))
    return out
  },
}
