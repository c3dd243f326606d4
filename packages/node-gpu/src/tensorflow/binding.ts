// The part of the addon's own interface that is used, below tfjs; none of it involves tfjs's engine.

/** An attribute of a TensorFlow op. */
export interface OpAttribute {
  readonly name: string
  /** One of the binding's `TF_ATTR_...`. */
  readonly type: number
  readonly value: boolean | number | string | readonly number[]
}

/** The functions of the addon. Tensors are numbers here. */
export interface Binding {
  readonly TF_Version: string
  readonly TF_FLOAT: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_SHAPE: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_TYPE: number
  isUsingGpuDevice(): boolean
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): number
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): { readonly id: number }[]
  tensorDataSync(id: number): ArrayLike<number>
  deleteTensor(id: number): void
}

/**
 * Multiplies two matrices and reads the product.
 *
 * @throws {Error} when libtensorflow runs no kernel on its device
 */
export function multipliesRightly(binding: Binding): boolean {
  const x = binding.createTensor([2, 2], binding.TF_FLOAT, Float32Array.of(1, 2, 3, 4))
  try {
    const attributes = [
      { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
      { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
      { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    ]
    const [product] = binding.executeOp('MatMul', attributes, [x, x], 1)
    if (product === undefined) return false
    const values = Array.from(binding.tensorDataSync(product.id))
    binding.deleteTensor(product.id)
    return values.join() === '7,10,15,22'
  } finally {
    binding.deleteTensor(x)
  }
}
