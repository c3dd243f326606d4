// Functions of single numbers. tfjs's own take five to ten times as long for some of float32, are wrong for others (log1p of what
// is small, NaN that is clipped, the sign of what is below 1e-7), and for most of them leave or overrun what they are to write
// where numbers are int32 or bool.
import { sizeOfShape } from '@ae/core'
import {
  Abs,
  Acos,
  Acosh,
  Asin,
  Asinh,
  Atan,
  Atanh,
  Ceil,
  ClipByValue,
  type ClipByValueAttrs,
  Cos,
  Cosh,
  Elu,
  Erf,
  Exp,
  Expm1,
  Floor,
  IsFinite,
  IsInf,
  IsNan,
  LeakyRelu,
  type LeakyReluAttrs,
  Log,
  Log1p,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Selu,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Softplus,
  Sqrt,
  Square,
  Step,
  Tan,
  Tanh,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelCall, WasmKernel } from './kernel.ts'
import { castAway, elementwise, runKernel, withCast } from './numbers.ts'

// In the order of their numbers in assembly/unary.ts.
const inAssembly = [Exp, Tanh, Softplus, LeakyRelu, Log1p, ClipByValue, Sign]
/** Those of tfjs that know int32. */
const ofIntegers = [Abs, Neg, Relu, Relu6, Round, Sign, Square, Step]
const ofFloats = [Acos, Acosh, Asin, Asinh, Atan, Atanh, Cos, Cosh, Elu, Erf, Expm1, IsFinite, IsInf, IsNan, Log]
const alwaysFloat = [Exp, Expm1, LeakyRelu]
const moreOfFloats = [Ceil, Floor, Reciprocal, Rsqrt, Selu, Sigmoid, Sin, Sinh, Sqrt, Tan]

/** All of them. */
export const unary: readonly WasmKernel[] = [
  ...new Set([...inAssembly, ...ofIntegers, ...ofFloats, ...moreOfFloats]),
].map((name) => ({ name, run: (call) => apply(name, call) }))

function apply(name: string, call: KernelCall): TensorInfo | TensorInfo[] {
  const { x } = call.inputs as { x: TensorInfo }
  const [low, high] = boundsOf(name, call)
  if (x.dtype === 'float32') {
    if (name === Selu) return elementwise(call, [x], x.shape, x.dtype, selu)
    const code = inAssembly.indexOf(name === Relu6 ? ClipByValue : name)
    if (code < 0) return call.stock()
    const out = call.heap.output(x.shape)
    call.heap.native.unary(call.heap.address(x), call.heap.address(out), sizeOfShape(x.shape), code, low, high)
    return out
  }
  if (name === ClipByValue) {
    return elementwise(call, [x], x.shape, x.dtype, (value) => Math.max(Math.min(value, high), low))
  }
  return x.dtype === 'int32' && ofIntegers.includes(name) ? call.stock() : throughFloats(name, call, x)
}

/** Of the other types: as float32, and back to the type, as tfjs's `cpu` does it. */
function throughFloats(name: string, { attributes, backend }: KernelCall, x: TensorInfo): TensorInfo {
  return withCast(backend, x, 'float32', (numbers) => {
    const result = runKernel(backend, name, { x: numbers }, attributes)
    const isTyped = result.dtype !== 'float32' || alwaysFloat.includes(name)
    return isTyped ? result : castAway(backend, result, x.dtype)
  })
}

function boundsOf(name: string, { attributes }: KernelCall): readonly [low: number, high: number] {
  if (name === Relu6) return [0, 6]
  const { clipValueMin, clipValueMax, alpha } = attributes as unknown as Partial<ClipByValueAttrs & LeakyReluAttrs>
  return [clipValueMin ?? alpha ?? 0, clipValueMax ?? 0]
}

// tfjs's own subtracts 1 from e^x.
const [seluScale, seluAlpha] = [1.0507009873554805, 1.6732632423543772]
function selu(x: number): number {
  return seluScale * (x < 0 ? seluAlpha * Math.expm1(x) : x)
}
