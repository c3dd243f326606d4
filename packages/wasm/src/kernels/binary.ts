// Arithmetic of two tensors. tfjs's own maximum and minimum lose NaN; its remainder traps for a divisor 0 of int32, and its integer
// division goes by float32.
import { sizeOfShape } from '@ae/core'
import {
  Add,
  Atan2,
  FloorDiv,
  Maximum,
  Minimum,
  Mod,
  Multiply,
  type NamedTensorInfoMap,
  Prelu,
  RealDiv,
  Sub,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { broadcastShape } from './broadcast.ts'
import type { KernelCall, WasmKernel } from './kernel.ts'
import { elementwise } from './numbers.ts'

// In the order of their numbers in assembly/binary.ts.
const inAssembly = [Add, Sub, Multiply, RealDiv, Maximum, Minimum, Prelu]

// Of inputs that broadcast otherwise or have another type, by JavaScript. What is missing is left to tfjs.
const inJavaScript: Readonly<Record<string, (a: number, b: number) => number>> = {
  [Atan2]: Math.atan2,
  [FloorDiv]: (a, b) => Math.floor(a / b),
  [Maximum]: (a, b) => Math.max(a, b),
  [Minimum]: (a, b) => Math.min(a, b),
  [Mod]: (a, b) => {
    const rest = a % b
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
  },
  [Prelu]: (x, slope) => (x < 0 ? x * slope : x),
}

/** Those of `inAssembly` and of `inJavaScript`. */
export const binary: readonly WasmKernel[] = [...new Set([...inAssembly, ...Object.keys(inJavaScript)])].map(
  (name) => ({ name, run: (call) => inFloats(name, call) ?? inNumbers(name, call) ?? call.stock() }),
)

/** Of float32, where each tensor is as long as the result or fills it again and again; undefined of others. */
function inFloats(name: string, { inputs, heap }: KernelCall): TensorInfo | undefined {
  const code = inAssembly.indexOf(name)
  const [a, b] = sidesOf(inputs)
  const shape = broadcastShape(a.shape, b.shape)
  const isFloat = a.dtype === 'float32' && b.dtype === 'float32'
  if (code < 0 || shape === undefined || !isFloat || !fills(a.shape, shape) || !fills(b.shape, shape)) return undefined
  const out = heap.output(shape)
  const [left, right] = [heap.address(a), heap.address(b)]
  const [size, aSize, bSize] = [sizeOfShape(shape), sizeOfShape(a.shape), sizeOfShape(b.shape)]
  heap.exports.binary(left, aSize, right, bSize, heap.address(out), size, code)
  return out
}

/** Whether a tensor, again and again, is what it broadcasts to. */
function fills(of: readonly number[], shape: readonly number[]): boolean {
  const first = of.findIndex((length) => length !== 1)
  return first < 0 || of.slice(first).every((length, i) => length === shape[shape.length - of.length + first + i])
}

function inNumbers(name: string, call: KernelCall): TensorInfo | undefined {
  const [a, b] = sidesOf(call.inputs)
  const f = inJavaScript[name]
  const shape = broadcastShape(a.shape, b.shape)
  const isRight = name in { [Atan2]: 0, [FloorDiv]: 0 } && a.dtype === 'float32'
  if (shape === undefined || f === undefined || isRight) return undefined
  const dtype = name === Prelu ? 'float32' : name === FloorDiv && a.dtype === 'bool' ? 'int32' : a.dtype
  return elementwise(call, [a, b], shape, dtype, f)
}

/** The two inputs, which are `x` and `alpha` of PReLU. */
function sidesOf({ a, b, x, alpha }: NamedTensorInfoMap): [TensorInfo, TensorInfo] {
  return [a ?? x, b ?? alpha] as [TensorInfo, TensorInfo]
}
