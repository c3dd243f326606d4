// Every gradient, by the name of its kernel, or of tfjs's function.
import { activations } from './activations.ts'
import { arithmetic } from './arithmetic.ts'
import { convolutions } from './convolutions.ts'
import { einsums } from './einsum.ts'
import type { Gradients } from './gradient.ts'
import { images } from './images.ts'
import { indexed } from './indexed.ts'
import { localResponses } from './local-response.ts'
import { logSoftmaxes } from './log-softmax.ts'
import { matmul } from './matmul.ts'
import { maxima } from './maxima.ts'
import { reductions } from './reductions.ts'
import { shapes } from './shapes.ts'
import { volumes } from './volumes.ts'

/** A function, not a table: a bundler can then leave it out of programs that never train. */
export function allGradients(): Gradients {
  return {
    ...arithmetic(),
    ...activations(),
    ...reductions(),
    ...matmul(),
    ...shapes(),
    ...convolutions(),
    ...images(),
    ...logSoftmaxes(),
    ...volumes(),
    ...maxima(),
    ...localResponses(),
    ...indexed(),
    ...einsums(),
  }
}
