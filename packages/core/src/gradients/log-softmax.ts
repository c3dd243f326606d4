// Gradients of the two functions of tfjs-core that have a custom gradient and save an intermediate result for it. The tape has no
// path from that result to the logits, so tfjs's second derivatives are wrong (findings/tfjs-second-derivatives.sh).
import { clone, engine, exp, mul, neg, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from './custom-gradient.ts'
import type { Gradient, Gradients } from './gradient.ts'

/** On the tape these functions have the names of their scopes, and a gradient registered under that name takes precedence. */
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
 * A gradient from the tensors that such a function saves; the last one is the log softmax.
 *
 * @param name the input that holds the logits
 * @param gradient from dy, the log softmax, and the first tensor that was saved
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

/** Puts the computed values back on the tape as a function of the logits, which may be disposed by now. */
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
