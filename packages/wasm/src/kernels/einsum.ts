// Sums of products over named axes, as one matrix product; tfjs has a kernel for them on its other backends.
import { OptionError, sizeOfShape } from '@ae/core'
import { BatchMatMul, Einsum, Multiply, Reshape, Sum, type Tensor, Transpose, tidy } from '@tensorflow/tfjs-core'
import { runKernel } from './composed.ts'
import type { WasmKernel } from './kernel.ts'

/** What an equation, e.g. `bqd,bkd->bqk`, says of one tensor or two. */
export const einsum: WasmKernel = {
  name: Einsum,
  run: ({ inputs, attributes }) => {
    // tfjs's engine gives kernels the tensors themselves.
    const { terms, output } = parse(String(attributes.equation), Object.values(inputs) as Tensor[])
    return tidy(() => {
      const [first, second] = terms.map(({ axes, tensor }, index): Term => {
        const isKept = (axis: string) => output.includes(axis) || terms[1 - index]?.axes.includes(axis) === true
        const others = axes.flatMap((axis, place) => (isKept(axis) ? [] : [place]))
        return {
          axes: axes.filter(isKept),
          tensor: others.length === 0 ? tensor : runKernel(Sum, { x: tensor }, { axis: others, keepDims: false }),
        }
      }) as [Term, Term?]
      return ordered(second === undefined ? first : product(first, second, output), output)
    })
  },
}

/** A tensor whose axes have names. */
interface Term {
  readonly axes: readonly string[]
  readonly tensor: Tensor
}

/** Over the axes that both have and `output` has not. */
function product(first: Term, second: Term, output: readonly string[]): Term {
  const shared = first.axes.filter((axis) => second.axes.includes(axis))
  const batch = shared.filter((axis) => output.includes(axis))
  const inner = shared.filter((axis) => !output.includes(axis))
  const rows = first.axes.filter((axis) => !shared.includes(axis))
  const columns = second.axes.filter((axis) => !shared.includes(axis))
  const factors = { a: grouped(first, batch, rows, inner), b: grouped(second, batch, inner, columns) }
  const lengths = [...batch, ...rows, ...columns].map((axis) => lengthOf(first, axis) ?? lengthOf(second, axis) ?? 0)
  const x = runKernel(inner.length === 0 ? Multiply : BatchMatMul, factors)
  return { axes: [...batch, ...rows, ...columns], tensor: runKernel(Reshape, { x }, { shape: lengths }) }
}

/** The tensor with its axes in three groups, each flattened. */
function grouped(term: Term, ...groups: readonly (readonly string[])[]): Tensor {
  const sizes = groups.map((axes) => sizeOfShape(axes.map((axis) => lengthOf(term, axis) ?? 0)))
  return runKernel(Reshape, { x: ordered(term, groups.flat()) }, { shape: sizes })
}

function lengthOf({ axes, tensor }: Term, axis: string): number | undefined {
  return tensor.shape[axes.indexOf(axis)]
}

/** A new tensor, also where nothing changes places. */
function ordered({ axes, tensor }: Term, order: readonly string[]): Tensor {
  return runKernel(Transpose, { x: tensor }, { perm: order.map((axis) => axes.indexOf(axis)) })
}

function parse(equation: string, tensors: readonly Tensor[]): { terms: readonly Term[]; output: readonly string[] } {
  const assert = (holds: boolean, reason: string) => {
    if (holds) return
    throw new OptionError('`einsum` received an equation that it cannot compute for these tensors.', {
      facts: { Equation: equation, Shapes: tensors.map(({ shape }) => `[${shape}]`).join(', '), Reason: reason },
      fix: "name each axis by a letter, e.g. tf.einsum('bqd,bkd->bqk', queries, keys)",
    })
  }
  const [left = '', right = '', ...more] = equation.replaceAll(/\s/g, '').split('->')
  assert(equation.includes('->') && more.length === 0, 'Expecting exactly one arrow')
  const names = left.split(',')
  assert(names.length === tensors.length, `Expected ${names.length} input tensors, received ${tensors.length}`)
  assert(tensors.length <= 2, 'Expecting 1 or 2 input tensors')
  const lengths = new Map<string, number>()
  const terms = tensors.map((tensor, index) => {
    const axes = [...(names[index] ?? '')]
    assert(axes.length === tensor.rank, `'${names[index]}' is not one letter for each axis of [${tensor.shape}]`)
    assert(new Set(axes).size === axes.length, `'${names[index]}' names an axis twice, which is not implemented yet`)
    for (const [place, axis] of axes.entries()) {
      const length = tensor.shape[place] ?? 0
      const before = lengths.get(axis) ?? length
      assert(
        length === before,
        `'${axis}' needs dimension ${before} at axis ${place} of the input shaped [${tensor.shape}]`,
      )
      lengths.set(axis, length)
    }
    return { axes, tensor }
  })
  const output = [...right]
  assert(
    output.every((axis) => lengths.has(axis)),
    'the output has an axis that no input has',
  )
  assert(new Set(output).size === output.length, 'the output names an axis twice')
  return { terms, output }
}
