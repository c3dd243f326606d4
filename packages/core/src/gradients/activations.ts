// Gradients of activation functions, computed from their inputs; arithmetic.ts says why.
import {
  backend_util,
  exp,
  greater,
  minimum,
  mul,
  sigmoid,
  softmax,
  square,
  step,
  sub,
  sum,
  tanh,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { fromInputs, type Gradients, ofX, sumTo } from './gradient.ts'

/** The gradients of activation functions. A kink at 0 has the slope from the left; relu6 is flat at 6 too. */
export function activations(): Gradients {
  return {
    Sigmoid: ofX((dy, x) => {
      const y = sigmoid(x)
      return mul(dy, mul(y, sub(1, y)))
    }),
    Tanh: ofX((dy, x) => mul(dy, sub(1, square(tanh(x))))),
    Softplus: ofX((dy, x) => mul(dy, sigmoid(x))),
    Relu: ofX((dy, x) => mul(dy, step(x))),
    Relu6: ofX((dy, x) => mul(dy, step(mul(x, sub(6, x))))), // x (6 - x) > 0 strictly inside
    Elu: ofX((dy, x) => mul(dy, exp(minimum(x, 0)))),
    Selu: ofX((dy, x) =>
      mul(dy, where(greater(x, 0), backend_util.SELU_SCALE, mul(exp(minimum(x, 0)), backend_util.SELU_SCALEALPHA))),
    ),
    LeakyRelu: ofX((dy, x, { alpha }: { alpha: number }) => mul(dy, step(x, alpha))),
    Prelu: fromInputs(['x', 'alpha'], (dy, [x, alpha]) => ({
      x: () => mul(dy, where(greater(x, 0), 1, alpha)),
      alpha: () => sumTo(mul(dy, minimum(x, 0)), alpha.shape),
    })),
    // y_i (dy_i - sum_j dy_j y_j)
    Softmax: fromInputs(['logits'], (dy, [logits], { dim }: { dim: number }) => ({
      logits: () => {
        const y = softmax(logits, dim)
        return mul(y, sub(dy, sum(mul(dy, y), dim, true)))
      },
    })),
    Select: fromInputs(['condition'], (dy, [condition]) => ({
      condition: () => zeros(condition.shape),
      t: () => where(condition, dy, zerosLike(dy)),
      e: () => where(condition, zerosLike(dy), dy),
    })),
  }
}
