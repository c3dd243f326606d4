// Numbers of int32 and bool. Most kernels of tfjs do not know one or both: they leave their result as they find the memory, or write
// beyond it.
import { FusedBatchNorm, type TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelCall, WasmKernel } from './kernel.ts'
import { castAway, runKernel, withCast } from './numbers.ts'

// As tfjs registers them; those of unary.ts are not named again.
const ofIntegers =
  'Abs Neg Relu Round Square Step Bincount DenseBincount SearchSorted SparseSegmentMean SparseSegmentSum TopK'
const functions =
  'Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Expm1 Floor IsFinite IsInf IsNan Log Reciprocal Rsqrt Sigmoid Sin Sinh Sqrt Tan'

/** tfjs's own, with float32 where they do not know a type. */
export const ofFloats: readonly WasmKernel[] = [...words(ofIntegers), ...words(functions), FusedBatchNorm].map(
  (name) => ({
    name,
    run: (call) => throughFloats(name, call),
  }),
)

/** Runs the kernel of tfjs of this name; on float32 where it does not know a type. What is of one tensor keeps its type. */
export function throughFloats(name: string, call: KernelCall): TensorInfo | TensorInfo[] {
  const { inputs, attributes, backend } = call
  const knowsIntegers = [...words(ofIntegers), 'Relu6', 'Sign'].includes(name)
  const unknown = Object.entries(inputs).find(
    ([, input]) => input && input.dtype !== 'float32' && !(knowsIntegers && input.dtype === 'int32'),
  )
  const [key = '', input] = unknown ?? []
  if (input === undefined) return call.stock()
  return withCast(backend, input, 'float32', (floats) => {
    const result = runKernel(backend, name, { ...inputs, [key]: floats }, attributes)
    const isFloat = ['Exp', 'Expm1', 'LeakyRelu'].includes(name) || Object.keys(inputs).length > 1
    return isFloat || result.dtype !== 'float32' ? result : castAway(backend, result, input.dtype)
  })
}

function words(text: string): string[] {
  return text.split(' ')
}
