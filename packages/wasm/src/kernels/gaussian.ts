// The Gaussian posterior of a VAE: divergence to N(0, I), reparameterised sample, and their gradients.
import * as kernels from '@ae/core/kernels'
import { implement } from './kernel.ts'

/** [batch], nats, summed over latents. */
export const gaussianKl = implement(kernels.gaussianKl, ({ inputs: { mean, logVariance }, sizes }, { heap }) => {
  const { batch, latents } = sizes
  const out = heap.output([batch])
  heap.exports.gaussianKl(heap.address(mean), heap.address(logVariance), heap.address(out), batch, latents)
  return out
})

/** The gradients of mean and log-variance. */
export const gaussianKlGradient = implement(kernels.gaussianKlGradient, ({ inputs, sizes }, { heap }) => {
  const { mean, logVariance, dy } = inputs
  const outs = heap.outputs([mean.shape, mean.shape])
  const addresses = [mean, logVariance, dy, ...outs].map((tensor) => heap.address(tensor))
  heap.exports.gaussianKlGradient(...addresses, sizes.batch, sizes.latents)
  return outs
})

/** `mean + exp(logVariance / 2) noise`. */
export const reparameterize = implement(kernels.reparameterize, ({ inputs, sizes }, { heap }) => {
  const { mean, logVariance, noise } = inputs
  const out = heap.output(mean.shape)
  const addresses = [mean, logVariance, noise, out].map((tensor) => heap.address(tensor))
  heap.exports.reparameterize(...addresses, sizes.batch * sizes.latents)
  return out
})

/** The gradient of the log-variance. */
export const reparameterizeGradient = implement(kernels.reparameterizeGradient, ({ inputs, sizes }, { heap }) => {
  const { logVariance, noise, dy } = inputs
  const out = heap.output(logVariance.shape)
  const addresses = [logVariance, noise, dy, out].map((tensor) => heap.address(tensor))
  heap.exports.reparameterizeGradient(...addresses, sizes.batch * sizes.latents)
  return out
})
