// The contract of a kernel as data, from which its types are derived: what it is called, what it takes and what it gives.
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core'

/**
 * A shape: its lengths by name, e.g. `['batch', 'inSize']`, or one name for a shape of any rank. In one call lengths of one name are
 * equal, and so are shapes of one name.
 */
export type ShapeSpec = readonly string[] | string

/** A tensor that a kernel takes: of float32 where it is a shape alone. */
export type InputSpec =
  | ShapeSpec
  | {
      /** Its type. */
      readonly dtype: 'bool' | 'int32'
      /** Its shape. */
      readonly shape: ShapeSpec
    }
  | {
      /** The attributes on which it depends: it is there only where each has one of these values. */
      readonly where: Readonly<Record<string, readonly (string | boolean)[]>>
      /** Its shape. */
      readonly shape: ShapeSpec
    }

/** A plain value that a kernel takes: `numbers` is a list of them, a `shape` is lengths. */
export type AttributeSpec =
  | 'boolean'
  | 'number'
  | 'numbers'
  | {
      /** The values that it may have. */
      readonly oneOf: readonly string[]
    }
  | {
      /** The lengths that it lists. */
      readonly shape: ShapeSpec
    }

/**
 * A float32 tensor that a kernel gives: always, only `if` an attribute is true, or as many as the attribute `each` says, which is a
 * number or a list. A length that neither inputs nor attributes name is computed by the kernel.
 */
export type OutputSpec =
  | ShapeSpec
  | {
      /** The attribute that asks for it. */
      readonly if: string
      /** Its shape. */
      readonly shape: ShapeSpec
    }
  | {
      /** The attribute that says how many there are. */
      readonly each: string
      /** The shape of each. */
      readonly shape: ShapeSpec
    }

/** The contract of a kernel. */
export interface KernelSpec {
  /** Its name in tfjs's registry. */
  readonly name: `Ae${string}`
  /** What it takes, by name. */
  readonly inputs: Readonly<Record<string, InputSpec>>
  /**
   * The attribute that says, as a number or by its length, how many tensors of each name there are: `term0`, `term1`, ... Each
   * number has shapes of its own. Undefined where each name is one tensor.
   */
  readonly repeated?: string
  /** Plain values that it takes, by name. */
  readonly attributes: Readonly<Record<string, AttributeSpec>>
  /** The one tensor that it gives, or a list of what it gives, in this order. */
  readonly output:
    | ShapeSpec
    | {
        /** What it gives. */
        readonly list: readonly OutputSpec[]
      }
}

/** The tensor of a shape, as tfjs types it. */
export type TensorOf<input> = input extends {
  /** As in {@link InputSpec}. */
  readonly shape: infer shape
}
  ? TensorOf<shape>
  : input extends readonly []
    ? Scalar
    : input extends readonly [string]
      ? Tensor1D
      : input extends readonly [string, string]
        ? Tensor2D
        : input extends readonly [string, string, string, string]
          ? Tensor4D
          : Tensor

/** The value of an attribute. */
export type AttributeOf<attribute> = attribute extends 'boolean'
  ? boolean
  : attribute extends 'number'
    ? number
    : attribute extends {
          /** As in {@link AttributeSpec}. */
          readonly oneOf: readonly (infer name)[]
        }
      ? name
      : readonly number[]

/** The inputs of a kernel in a call of it, by name. */
export type KernelInputs<spec extends KernelSpec> = spec extends {
  /** As in {@link KernelSpec}. */
  readonly repeated: string
}
  ? Readonly<Record<`${keyof spec['inputs'] & string}${number}`, Tensor>>
  : { readonly [name in keyof spec['inputs']]: TensorOf<spec['inputs'][name]> }

/** The attributes of a kernel. */
export type KernelAttributes<spec extends KernelSpec> = {
  readonly [name in keyof spec['attributes']]: AttributeOf<spec['attributes'][name]>
}

/** What a kernel gives: a tensor, or a list of them. */
export type KernelResult<spec extends KernelSpec> = spec['output'] extends {
  /** As in {@link KernelSpec}. */
  readonly list: infer list
}
  ? list extends readonly ShapeSpec[]
    ? { -readonly [at in keyof list]: TensorOf<list[at]> }
    : Tensor[]
  : TensorOf<spec['output']>

/** One call of a kernel, checked. */
export interface KernelCall<spec extends KernelSpec> {
  /** The inputs by name, borrowed; lists of them where the spec says `repeated`. */
  readonly inputs: {
    readonly [name in keyof spec['inputs']]: spec extends {
      /** As in {@link KernelSpec}. */
      readonly repeated: string
    }
      ? readonly TensorInfo[]
      : TensorInfo
  }
  /** The attributes. */
  readonly attributes: KernelAttributes<spec>
  /** The lengths by the names that the spec gives them. */
  readonly sizes: Readonly<Record<SizeName<spec['inputs'] & spec['attributes']>, number>>
}

/** The names of the lengths in inputs and attributes. */
export type SizeName<parts> = SizesOf<parts[keyof parts]>
/** The names of the lengths in one of them. */
export type SizesOf<part> = part extends {
  /** As in {@link InputSpec}. */
  readonly shape: infer shape
}
  ? SizesOf<shape>
  : part extends readonly (infer name extends string)[]
    ? name
    : never
