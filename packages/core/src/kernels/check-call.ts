// The check of a call of a kernel against its contract: on every backend the same, in the same words. It runs at every call.
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import { show } from '../checks/show.ts'
import { AutoencoderError } from '../errors.ts'
import { inputOf, wrongShape } from './check-input.ts'
import type { AttributeSpec, InputSpec, KernelCall, KernelSpec, ShapeSpec } from './spec.ts'

/**
 * The check of a kernel's calls.
 *
 * @returns gives a call with its lengths by name, and throws a designed error for one that is not as the contract says
 */
export function checkerOf({ name: kernelName, ...spec }: KernelSpec) {
  const attributeSpecs = Object.entries(spec.attributes)
  const inputSpecs = Object.entries(spec.inputs)
  return (inputs: NamedTensorInfoMap, attributes: NamedAttrMap): KernelCall<KernelSpec> => {
    const known: Known = { sizes: {}, shapes: {} }
    for (const [name, spec] of attributeSpecs) {
      const value = attributes[name]
      const expected = whatIsExpected(spec, value)
      if (expected !== undefined) {
        throw new AutoencoderError(`\`${kernelName}\` received a bad \`${name}\`.`, {
          facts: { Expected: expected, Received: show(value) },
        })
      }
      if (typeof spec === 'object' && 'shape' in spec) {
        assertShape(kernelName, name, spec.shape, value as readonly number[], known)
      }
    }
    const take = (name: string, input: InputSpec): TensorInfo => {
      const { dtype = undefined, shape } =
        typeof input === 'object' && 'shape' in input ? { dtype: undefined, ...input } : { shape: input }
      const tensor = inputOf(kernelName, inputs, name, dtype)
      assertShape(kernelName, name, shape, tensor.shape, known)
      return tensor
    }
    const taken: Record<string, TensorInfo | TensorInfo[]> = {}
    const present = inputSpecs.filter(([, input]) => isThere(input, attributes))
    if (spec.repeated === undefined) {
      for (const [name, input] of present) taken[name] = take(name, input)
    } else {
      const counted = attributes[spec.repeated]
      const count = Array.isArray(counted) ? counted.length : Number(counted)
      for (const [name] of inputSpecs) taken[name] = []
      for (let i = 0; i < count; i++) {
        known.shapes = {}
        for (const [name, input] of present) (taken[name] as TensorInfo[]).push(take(`${name}${i}`, input))
      }
    }
    return { inputs: taken, attributes, sizes: known.sizes } as KernelCall<KernelSpec>
  }
}

/** Whether a call with these attributes has an input. */
function isThere(input: InputSpec, attributes: NamedAttrMap): boolean {
  if (typeof input !== 'object' || !('where' in input)) return true
  return Object.entries(input.where).every(([name, values]) => values.includes(attributes[name] as string | boolean))
}

/** The lengths and shapes that names of the contract stand for in a call. */
interface Known {
  sizes: Record<string, number>
  shapes: Record<string, readonly number[]>
}

/** Asserts that a shape is that of the contract. Names that have not been met yet stand for what it has. */
function assertShape(
  kernelName: string,
  name: string,
  spec: ShapeSpec,
  actual: readonly number[],
  { sizes, shapes }: Known,
): void {
  if (typeof spec === 'string') shapes[spec] ??= actual
  const expected = typeof spec === 'string' ? (shapes[spec] as readonly number[]) : spec
  let fits = expected.length === actual.length
  for (let axis = 0; fits && axis < actual.length; axis++) {
    const length = expected[axis] as number | string
    if (typeof length === 'string') sizes[length] ??= actual[axis] as number
    fits = actual[axis] === (typeof length === 'string' ? sizes[length] : length)
  }
  if (!fits)
    throw wrongShape(
      kernelName,
      name,
      expected.map((length) => sizes[length] ?? length),
      actual,
    )
}

/** What an attribute should be; undefined where it is. */
function whatIsExpected(spec: AttributeSpec, value: unknown): string | undefined {
  if (spec === 'number' || spec === 'boolean') return typeof value === spec ? undefined : `a ${spec}`
  if (typeof spec === 'object' && 'oneOf' in spec) {
    return spec.oneOf.includes(value as string) ? undefined : `one of ${spec.oneOf.join(', ')}`
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? undefined : 'a list of numbers'
}
