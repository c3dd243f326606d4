// Gradients of tfjs's functions with a gradient of their own that save what they have computed: on the tape no way leads from
// there to the logits, so that second derivatives would be wrong (findings/tfjs-second-derivatives.sh).
import { clone, engine, exp, mul, neg, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from '../custom-gradient.ts'
import type { Gradient, Gradients } from './gradient.ts'

/** tfjs's tape has these functions by the names of their scopes, and prefers a gradient that is registered by that name. */
export function logSoftmaxes(): Gradients {
  return {
    logSoftmax__op: fromSaved('0', (dy, logShares) => ({ 0: () => undoLogSoftmax(dy, logShares) })),
    softmaxCrossEntropy__op: fromSaved('1', (dy, logShares, labels) => {
      const each = reshape(neg(dy), [...dy.shape, 1])
      return { 0: () => mul(each, logShares), 1: () => undoLogSoftmax(mul(each, labels), logShares) }
    }),
  }
}

/**
 * A gradient from what such a function saves, which ends with the logarithm of the softmax.
 *
 * @param name of the input that has the logits
 * @param gradient from dy, that logarithm, and what was saved first
 */
function fromSaved(
  name: string,
  gradient: (dy: Tensor, logShares: Tensor, first: Tensor) => Record<string, () => Tensor>,
): Gradient {
  return {
    gradFunc: (dy, saved) => {
      const logits = engine().state.activeTape.find((node) => node.saved === saved)?.inputs[name] as Tensor
      const [first, logShares = first] = saved as [Tensor, Tensor?]
      return gradient(dy as Tensor, logSoftmaxOf(logits, logShares), first)
    },
  }
}

/** The values that are there, as a function of the logits, which may be disposed by now. */
function logSoftmaxOf(logits: Tensor, values: Tensor): Tensor {
  return withGradient([logits], () => ({
    value: clone(values),
    saved: [values],
    gradient: (dy, [own]) => [undoLogSoftmax(dy, logSoftmaxOf(logits, own as Tensor))],
  }))
}

function undoLogSoftmax(dy: Tensor, logShares: Tensor): Tensor {
  return sub(dy, mul(sum(dy, -1, true), exp(logShares)))
}
