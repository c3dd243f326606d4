// What samplers make of the codes that they have drawn.
import type { Autoencoder } from '@ae/core'
import { assertMembers, likelihoodOption } from '@ae/core/internal'
import { drawFrom } from '@ae/losses'
import { type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { RawDecoder } from '../assembly/assembly.ts'
import type { SampleOptions } from '../assembly/variational.ts'

/**
 * Examples for codes: their means, or draws from their distributions.
 *
 * @param code borrowed
 * @throws {OptionError} when draws are asked for and the model says no distribution
 */
export function decodeOrDraw(model: Autoencoder, code: Tensor2D, { draw, seed = 0 }: SampleOptions): Tensor {
  if (draw !== true) return model.decode(code)
  assertMembers('sample', 'model', model, {
    expected: 'a model that says the distribution of x',
    members: { output: 'function', likelihood: likelihoodOption },
    fix: 'leave out `draw`, or pass a model that has `output` and `likelihood`, as those of @ae/models have',
  })
  const { output, likelihood } = model as Autoencoder & RawDecoder
  return tidy(() => drawFrom(likelihood, output.call(model, code), { seed }))
}
