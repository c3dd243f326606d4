// The prior N(0, I) over latents.
import { type Prior, randomNormal } from '@ae/core'
import { gaussianKl } from '@ae/losses'
import { mul, type Tensor2D } from '@tensorflow/tfjs-core'

/** What `vae` has. */
export const standardNormal: Prior = {
  sample: (shape, address, temperature = 1) => mul(randomNormal(shape, 'prior', address) as Tensor2D, temperature),
  kl: ({ mean, logVariance }) => gaussianKl(mean, logVariance),
}
