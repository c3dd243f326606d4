// Helpers to write the tables of gradients: each entry says which tensors of the forward pass it needs, and gives one
// lazy function per input, so that a gradient that is not needed costs nothing.
import {
  engine,
  type GradConfig,
  type GradFunc,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'

/** The gradient of one kernel, as tfjs's registry takes it. */
export type Gradient = Omit<GradConfig, 'kernelName'>

/** Gradients by the names of their kernels. */
export type Gradients = Readonly<Record<string, Gradient>>

/** By input name: the gradient of the loss with respect to that input, a new float32 tensor of the input's shape. */
type Lazy = Readonly<Record<string, () => Tensor>>

type TensorsOf<names extends readonly string[]> = { readonly [index in keyof names]: Tensor }

/**
 * A gradient computed from the kernel's inputs.
 *
 * @param names the inputs to keep for the backward pass
 * @param gradient from dy, those inputs and the kernel's attributes
 */
export function fromInputs<const names extends readonly string[], attributes = unknown>(
  names: names,
  gradient: (dy: Tensor, inputs: TensorsOf<names>, attributes: attributes) => Lazy,
): Gradient {
  return { inputsToSave: [...names], gradFunc: gradient as unknown as GradFunc }
}

/**
 * A gradient computed from the kernel's inputs and its output, which comes last. The output counts as a constant in it.
 *
 * @param names the inputs to keep for the backward pass
 * @param gradient from dy, those inputs followed by the output, and the kernel's attributes
 */
export function fromAll<const names extends readonly string[], attributes = unknown>(
  names: names,
  gradient: (dy: Tensor, saved: readonly [...TensorsOf<names>, Tensor], attributes: attributes) => Lazy,
): Gradient {
  return { inputsToSave: [...names], outputsToSave: [true], gradFunc: gradient as unknown as GradFunc }
}

/** The gradient of a kernel whose one input is called x. */
export function ofX<attributes = unknown>(
  gradient: (dy: Tensor, x: Tensor, attributes: attributes) => Tensor,
): Gradient {
  return fromInputs(['x'], (dy, [x], attributes: attributes) => ({ x: () => gradient(dy, x, attributes) }))
}

/**
 * The gradient of an elementwise kernel y = f(a, b) whose inputs broadcast.
 *
 * @param byA with respect to a, of the shape of dy
 * @param byB with respect to b, of the shape of dy
 */
export function ofPair(
  byA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  byB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): Gradient {
  return fromInputs(['a', 'b'], (dy, [a, b]) => ({
    a: () => sumTo(byA(dy, a, b), a.shape),
    b: () => sumTo(byB(dy, a, b), b.shape),
  }))
}

/**
 * The gradient of a kernel that takes a list of tensors.
 *
 * @param gradient from dy, one of the inputs, its index and the kernel's attributes
 */
export function ofList<attributes = unknown>(
  gradient: (dy: Tensor, inputs: readonly Tensor[], index: number, attributes: attributes) => Tensor,
): Gradient {
  const gradFunc = (dy: Tensor, inputs: readonly Tensor[], attributes: attributes) =>
    inputs.map((_, index) => () => gradient(dy, inputs, index, attributes))
  return { saveAllInputs: true, gradFunc: gradFunc as unknown as GradFunc }
}

/**
 * The gradient of a kernel that gives a list of tensors.
 *
 * @param input the name of its one input
 * @param gradient from the dy of each output and the kernel's attributes
 */
export function ofPieces<attributes = unknown>(
  input: string,
  gradient: (dys: Tensor[], attributes: attributes) => Tensor,
): Gradient {
  // A kernel with one output is handed a tensor, not a list of one.
  const gradFunc = (dy: Tensor | Tensor[], _: unknown, attributes: attributes) => ({
    [input]: () => gradient(Array.isArray(dy) ? dy : [dy], attributes),
  })
  return { gradFunc: gradFunc as unknown as GradFunc }
}

/**
 * The gradient of a kernel that is constant in these inputs almost everywhere: zero. Without it a comparison inside an
 * objective would stop the backward pass.
 */
export function constantIn(...names: readonly string[]): Gradient {
  return fromInputs(names, (_, inputs) =>
    Object.fromEntries(names.map((name, index) => [name, () => zeros(inputs[index]?.shape ?? [])])),
  )
}

/**
 * Undoes broadcasting: sums over the axes along which a tensor of `shape` was repeated to get the shape of `x`.
 *
 * @returns a new tensor of `shape`, even if there is nothing to sum: tfjs disposes of gradients as it adds them up
 */
export function sumTo(x: Tensor, shape: number[]): Tensor {
  const added = x.rank - shape.length
  const repeated = x.shape.flatMap((length, axis) => (axis < added || shape[axis - added] !== length ? [axis] : []))
  return reshape(repeated.length === 0 ? x : sum(x, repeated), shape)
}

/** Runs a kernel that gives one tensor and for which tfjs exports no function. */
export function run(kernelName: string, inputs: NamedTensorMap, attributes: object): Tensor {
  return engine().runKernel(kernelName, inputs, attributes as NamedAttrMap)
}
