// Gradients of elementwise arithmetic: dx = dy f'(x), summed over the axes that were broadcast. They are computed from
// the inputs even where the output would be cheaper: the tape of tfjs has no path from a saved output back to x, which
// loses the second derivative (findings/tfjs-second-derivatives.sh).
import {
  add,
  cast,
  cos,
  cosh,
  div,
  exp,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  mul,
  neg,
  notEqual,
  pow,
  reshape,
  rsqrt,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { constantIn, type Gradients, ofList, ofPair, ofX } from './gradient.ts'

/** The gradients of elementwise arithmetic, comparison and rounding. */
export function arithmetic(): Gradients {
  return {
    // Two inputs, broadcast
    Add: ofPair(same, same),
    Sub: ofPair(same, neg),
    Multiply: ofPair(
      (dy, _a, b) => mul(dy, b),
      (dy, a) => mul(dy, a),
    ),
    RealDiv: ofPair(
      (dy, _a, b) => div(dy, b),
      (dy, a, b) => neg(div(mul(dy, a), square(b))),
    ),
    SquaredDifference: ofPair(
      (dy, a, b) => mul(dy, mul(sub(a, b), 2)),
      (dy, a, b) => mul(dy, mul(sub(b, a), 2)),
    ),
    Maximum: ofPair(
      (dy, a, b) => masked(dy, greaterEqual(a, b)),
      (dy, a, b) => masked(dy, less(a, b)),
    ),
    Minimum: ofPair(
      (dy, a, b) => masked(dy, lessEqual(a, b)),
      (dy, a, b) => masked(dy, greater(a, b)),
    ),
    // a mod b = a - b floor(a / b)
    Mod: ofPair(same, (dy, a, b) => neg(mul(dy, floor(div(a, b))))),
    Atan2: ofPair(
      (dy, a, b) => mul(dy, div(b, add(square(a), square(b)))),
      (dy, a, b) => neg(mul(dy, div(a, add(square(a), square(b))))),
    ),
    // The exponent b - 1, but 0 where b is 0: a^0 is constant, also at a = 0. No real power of a <= 0 varies with b.
    Pow: ofPair(
      (dy, a, b) => mul(dy, mul(b, pow(a, sub(b, cast(notEqual(b, 0), 'float32'))))),
      (dy, a, b) => mul(dy, mul(pow(a, b), where(greater(a, 0), log(a), zerosLike(a)))),
    ),
    AddN: ofList(same),

    // One input
    Abs: ofX((dy, x) => mul(dy, sign(x))),
    Neg: { gradFunc: (dy) => ({ x: () => neg(dy as Tensor) }) },
    Square: ofX((dy, x) => mul(dy, mul(x, 2))),
    Sqrt: ofX((dy, x) => div(dy, mul(sqrt(x), 2))),
    Rsqrt: ofX((dy, x) => mul(dy, mul(div(rsqrt(x), x), -0.5))),
    Reciprocal: ofX((dy, x) => neg(div(dy, square(x)))),
    Exp: ofX((dy, x) => mul(dy, exp(x))),
    Expm1: ofX((dy, x) => mul(dy, exp(x))),
    Log: ofX((dy, x) => div(dy, x)),
    Log1p: ofX((dy, x) => div(dy, add(x, 1))),
    Sin: ofX((dy, x) => mul(dy, cos(x))),
    Cos: ofX((dy, x) => neg(mul(dy, sin(x)))),
    Tan: ofX((dy, x) => div(dy, square(cos(x)))),
    Sinh: ofX((dy, x) => mul(dy, cosh(x))),
    Cosh: ofX((dy, x) => mul(dy, sinh(x))),
    Asin: ofX((dy, x) => mul(dy, rsqrt(sub(1, square(x))))),
    Acos: ofX((dy, x) => neg(mul(dy, rsqrt(sub(1, square(x)))))),
    Atan: ofX((dy, x) => div(dy, add(square(x), 1))),
    Asinh: ofX((dy, x) => mul(dy, rsqrt(add(square(x), 1)))),
    Acosh: ofX((dy, x) => div(dy, sqrt(sub(square(x), 1)))),
    Atanh: ofX((dy, x) => div(dy, sub(1, square(x)))),
    Erf: ofX((dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))),
    ClipByValue: ofX((dy, x, range: { clipValueMin: number; clipValueMax: number }) =>
      masked(dy, logicalAnd(greaterEqual(x, range.clipValueMin), lessEqual(x, range.clipValueMax))),
    ),
    Identity: { gradFunc: (dy) => ({ x: () => same(dy as Tensor) }) },
    // To integers and booleans it is a step function.
    Cast: {
      gradFunc: (dy, _, { dtype }) => ({
        x: () => (dtype === 'float32' ? same(dy as Tensor) : zeros((dy as Tensor).shape)),
      }),
    },

    // Constant almost everywhere
    ...Object.fromEntries(unaryConstants.map((name) => [name, constantIn('x')])),
    ...Object.fromEntries(pairwiseConstants.map((name) => [name, constantIn('a', 'b')])),
  }
}

const unaryConstants = [
  'Sign',
  'Floor',
  'Ceil',
  'Round',
  'Step',
  'OnesLike',
  'ZerosLike',
  'IsNan',
  'IsInf',
  'IsFinite',
  'LogicalNot',
]

const pairwiseConstants = [
  'FloorDiv',
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
]

/**
 * A new tensor, as every gradient must be: tfjs disposes of gradients as it adds them up
 * (findings/tfjs-gradients-are-disposed.sh).
 */
function same(dy: Tensor): Tensor {
  return reshape(dy, dy.shape)
}

/** dy where the condition holds, else 0. */
function masked(dy: Tensor, condition: Tensor): Tensor {
  return mul(dy, cast(condition, 'float32'))
}
