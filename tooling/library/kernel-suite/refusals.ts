// Calls that are not as a contract says: every input and every attribute in turn is missing, or of another type or shape.
import { type NamedAttrMap, type NamedTensorMap, ones } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import type { AttributeSpec, KernelSpec, ShapeSpec } from '../../../packages/core/src/kernels/spec.ts'
import { runKernel } from '../kernel-calls.ts'
import type { Subject } from './suite.ts'

/** The tests of every kernel that the backend implements. */
export function describeRefusals({ implementations, expectNoLeak }: Subject): void {
  describe.each(implementations)('$spec.name', ({ spec }) => {
    test('refuses what is not as its contract says, in designed words, and nothing leaks', () =>
      expectNoLeak(async () => {
        const { inputs, attributes } = callOf(spec)
        const refused = (changed: NamedTensorMap, values: NamedAttrMap, name: string) => {
          expect(() => runKernel(spec.name, changed, values), name).toThrow(`\`${spec.name}\` received`)
        }
        for (const [name, tensor] of Object.entries(inputs)) {
          const { [name]: _, ...others } = inputs
          refused(others, attributes, `no ${name}`)
          const wrong = [ones(tensor.shape, 'int32')]
          const { names, isShared } = lengthsOf(spec, name)
          if (names !== undefined || isShared) wrong.push(ones([...tensor.shape, 1], tensor.dtype))
          if (tensor.rank > 0 && isShared) wrong.push(ones(tensor.shape.map((length) => length + 7)))
          for (const other of wrong) {
            refused({ ...inputs, [name]: other }, attributes, `${name} of ${other.dtype} [${other.shape}]`)
            other.dispose()
          }
        }
        for (const name of Object.keys(attributes)) {
          const { [name]: _, ...others } = attributes
          refused(inputs, others, `no ${name}`)
          refused(inputs, { ...attributes, [name]: 'other' }, `another ${name}`)
        }
        for (const input of Object.values(inputs)) input.dispose()
      }))
  })
}

/** A call that is as the contract says, of one tensor for each name; lengths of different names differ. */
function callOf(spec: KernelSpec): { inputs: NamedTensorMap; attributes: NamedAttrMap } {
  const lengths = new Map<string, number>()
  const lengthOf = (name: string) => {
    lengths.set(name, lengths.get(name) ?? lengths.size + 2)
    return Number(lengths.get(name))
  }
  const shapeOf = (shape: ShapeSpec) => (typeof shape === 'string' ? [2, 3] : shape.map(lengthOf))
  const attributeOf = (attribute: AttributeSpec) => {
    if (attribute === 'number') return 1
    if (attribute === 'boolean') return true
    if (attribute === 'numbers') return [1]
    return 'oneOf' in attribute ? String(attribute.oneOf[0]) : shapeOf(attribute.shape)
  }
  const attributes = Object.entries(spec.attributes).map(([name, attribute]) => [name, attributeOf(attribute)] as const)
  const inputs = Object.entries(spec.inputs).map(([name, input]) => {
    const { dtype = 'float32', shape } =
      typeof input === 'object' && 'shape' in input ? { dtype: undefined, ...input } : { shape: input }
    return [spec.repeated === undefined ? name : `${name}0`, ones(shapeOf(shape), dtype as 'float32')] as const
  })
  return { inputs: Object.fromEntries(inputs), attributes: Object.fromEntries(attributes) }
}

/** The names of an input's lengths, undefined where its shape is any; and whether another input has one of them, or its shape. */
function lengthsOf({ inputs, repeated }: KernelSpec, name: string) {
  const shapeOf = (input: KernelSpec['inputs'][string] = []): ShapeSpec =>
    typeof input === 'object' && 'shape' in input ? input.shape : input
  const own = repeated === undefined ? name : name.slice(0, -1)
  const others = Object.entries(inputs).flatMap(([other, input]) => (other === own ? [] : shapeOf(input)))
  const shape = shapeOf(inputs[own])
  return {
    names: typeof shape === 'string' ? undefined : shape,
    isShared: [shape].flat().some((length) => others.includes(length)),
  }
}
