// Gradients of a gradient, as `second_derivatives` in `reference/exact.py` defines them.
import { add, addN, atan, grads, mul, square, sum, type Tensor } from '@tensorflow/tfjs-core'

/**
 * The gradient of |g|^2 / 2 by each input, g being the gradients by all inputs of sum(upstream (value + atan(value))) + |inputs|^2 / 2.
 *
 * @param program maps the inputs to a value
 * @param points borrowed
 * @param upstream of the shape of the value, borrowed
 * @returns as many as points, owned by the caller
 */
export function secondDerivatives(
  program: (...inputs: Tensor[]) => Tensor,
  points: Tensor[],
  upstream: Tensor,
): Tensor[] {
  const total = (...x: Tensor[]) => {
    const value = program(...x)
    return add(sum(mul(upstream, add(value, atan(value)))), halfOfSquares(x))
  }
  return grads((...x: Tensor[]) => halfOfSquares(grads(total)(x)))(points)
}

function halfOfSquares(tensors: Tensor[]): Tensor {
  return mul(addN(tensors.map((tensor) => sum(square(tensor)))), 0.5)
}
