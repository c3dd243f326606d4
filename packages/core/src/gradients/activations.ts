// Gradients of activation functions, from the output wherever it determines the slope: a layer keeps its output anyway.
import {
  add,
  backend_util,
  cast,
  greater,
  minimum,
  mul,
  sigmoid,
  square,
  step,
  sub,
  sum,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { fromAll, fromInputs, type Gradients, ofX, ofY, sumTo } from './gradient.ts'

/** The gradients of activation functions; at a kink the slope from the left. */
export function activations(): Gradients {
  return {
    Sigmoid: ofY((dy, y) => mul(dy, mul(y, sub(1, y)))),
    Softplus: ofX((dy, x) => mul(dy, sigmoid(x))),
    Tanh: ofY((dy, y) => mul(dy, sub(1, square(y)))),
    Relu: ofY((dy, y) => mul(dy, step(y))),
    Relu6: ofY((dy, y) => mul(dy, step(mul(y, sub(6, y))))), // y (6 - y) > 0 strictly inside
    Elu: ofY((dy, y) => mul(dy, add(minimum(y, 0), 1))), // y = e^x - 1 below 0
    Selu: ofY((dy, y) => mul(dy, where(greater(y, 0), backend_util.SELU_SCALE, add(y, backend_util.SELU_SCALEALPHA)))),
    LeakyRelu: ofX((dy, x, { alpha }: { alpha: number }) => mul(dy, step(x, alpha))),
    Prelu: fromInputs(['x', 'alpha'], (dy, [x, alpha]) => ({
      x: () => mul(dy, where(greater(x, 0), 1, alpha)),
      alpha: () => sumTo(mul(dy, minimum(x, 0)), alpha.shape),
    })),
    // dy_i y_i - y_i sum_j dy_j y_j
    Softmax: fromAll([], (dy, [y], { dim }: { dim: number }) => ({
      logits: () => mul(sub(dy, sum(mul(dy, y), dim, true)), y),
    })),
    Select: fromInputs(['condition'], (dy, [condition]) => ({
      condition: () => cast(zerosLike(condition), 'float32'),
      t: () => where(condition, dy, zerosLike(dy)),
      e: () => where(condition, zerosLike(dy), dy),
    })),
  }
}
