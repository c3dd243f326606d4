// Functions of single numbers. tfjs's own take five to ten times as long for some of float32, and are wrong for others: log1p of what
// is small, NaN that is clipped, the sign of what is below 1e-7.
import { sizeOfShape } from '@ae/core'
import {
  ClipByValue,
  type ClipByValueAttrs,
  Exp,
  LeakyRelu,
  type LeakyReluAttrs,
  Log1p,
  Relu6,
  Selu,
  Sign,
  Softplus,
  Tanh,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelCall, WasmKernel } from './kernel.ts'
import { elementwise } from './numbers.ts'
import { throughFloats } from './through-floats.ts'

// In the order of their numbers in assembly/unary.ts.
const inAssembly = [Exp, Tanh, Softplus, LeakyRelu, Log1p, ClipByValue, Sign]

/** Those of `inAssembly`, `Relu6`, which clips, and `Selu`. */
export const unary: readonly WasmKernel[] = [...inAssembly, Relu6, Selu].map((name) => ({
  name,
  run: (call) => {
    const { heap } = call
    const { x } = call.inputs as { x: TensorInfo }
    const [low, high] = boundsOf(name, call)
    const clip = (value: number) => Math.max(Math.min(value, high), low)
    if (x.dtype !== 'float32') {
      return name === ClipByValue ? elementwise(call, [x], x.shape, x.dtype, clip) : throughFloats(name, call)
    }
    if (name === Selu) return elementwise(call, [x], x.shape, x.dtype, selu)
    const out = heap.output(x.shape)
    const code = inAssembly.indexOf(name === Relu6 ? ClipByValue : name)
    heap.exports.unary(heap.address(x), heap.address(out), sizeOfShape(x.shape), code, low, high)
    return out
  },
}))

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
