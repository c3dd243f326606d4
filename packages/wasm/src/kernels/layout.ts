// Numbers that change places. tfjs's own move bools as if they were four bytes, read and write beyond tensors where paddings are
// negative, and look paddings up in a table that NaN spoils.
import { ShapeError } from '@ae/core'
import {
  type DataType,
  OneHot,
  type OneHotAttrs,
  PadV2,
  type PadV2Attrs,
  Reverse,
  type ReverseAttrs,
  Select,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { axesOf } from './axes.ts'
import { broadcastShape } from './broadcast.ts'
import type { WasmKernel } from './kernel.ts'
import { compute, elementwise, pick, places, stridesOf } from './numbers.ts'

/** `t` where the condition holds, else `e`. A condition of rank 1 may choose whole rows. */
const select: WasmKernel = {
  name: Select,
  run: (call) => {
    const { condition, t, e } = call.inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo }
    const isPlain =
      t.dtype !== 'bool' && t.dtype === e.dtype && [condition, e].every(({ shape }) => `${shape}` === `${t.shape}`)
    if (isPlain) return call.stock()
    const choosesRows = condition.shape.length === 1 && t.shape.length > 1
    const chosen = choosesRows
      ? { ...condition, shape: [...condition.shape, ...t.shape.slice(1).map(() => 1)] }
      : condition
    const shape = [chosen, e].reduce<number[] | undefined>(
      (all, { shape }) => all && broadcastShape(all, shape),
      t.shape,
    )
    if (shape === undefined) {
      throw new ShapeError('`where` received tensors that do not broadcast to one shape.', {
        facts: { Received: [condition, t, e].map(({ shape }) => `[${shape.join(', ')}]`).join(', ') },
      })
    }
    const dtype: DataType = [t, e].some(({ dtype }) => dtype === 'float32')
      ? 'float32'
      : t.dtype === 'bool'
        ? e.dtype
        : t.dtype
    return elementwise(call, [chosen, t, e], shape, dtype, (holds, yes, no) => (holds === 0 ? no : yes))
  },
}

/** `x` backwards along some axes. */
const reverse: WasmKernel = {
  name: Reverse,
  run: (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    const { dims } = call.attributes as unknown as ReverseAttrs
    const axes = axesOf('reverse', dims, x.shape)
    const strides = stridesOf(x.shape)
    const first = x.shape.reduce(
      (at, length, axis) => at + (axes.has(axis) ? (length - 1) * Number(strides[axis]) : 0),
      0,
    )
    const steps = strides.map((stride, axis) => (axes.has(axis) ? -stride : stride))
    return compute(call, [x], x.shape, x.dtype, (out, numbers = out) => {
      out.set(pick(numbers, places(x.shape, steps, first)))
    })
  },
}

/** `onValue` at each index, `offValue` elsewhere. */
const oneHot: WasmKernel = {
  name: OneHot,
  run: (call) => {
    const { indices } = call.inputs as { indices: TensorInfo }
    const { depth, dtype, onValue, offValue } = call.attributes as unknown as OneHotAttrs
    if (dtype === 'int32') return call.stock()
    const typed = (value: number) => (dtype === 'bool' ? Number(value !== 0) : value)
    return compute(call, [indices], [...indices.shape, depth], dtype, (out, classes = out) => {
      out.fill(typed(offValue))
      classes.forEach((index, i) => {
        if (index >= 0 && index < depth) out[i * depth + index] = typed(onValue)
      })
    })
  },
}

/** `x` with a constant around it. */
const pad: WasmKernel = {
  name: PadV2,
  run: (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    const { paddings, constantValue } = call.attributes as unknown as PadV2Attrs
    if (paddings.flat().some((count) => !(count >= 0))) {
      throw new ShapeError('`pad` received negative `paddings`.', {
        facts: { Expected: 'integers of at least 0', Received: JSON.stringify(paddings) },
        fix: 'use tf.slice to make a tensor smaller',
      })
    }
    if (!Number.isNaN(constantValue)) return call.stock()
    const shape = x.shape.map((length, axis) => length + Number(paddings[axis]?.[0]) + Number(paddings[axis]?.[1]))
    const strides = stridesOf(shape)
    const first = strides.reduce((at, stride, axis) => at + stride * Number(paddings[axis]?.[0]), 0)
    return compute(call, [x], shape, x.dtype, (out, numbers = out) => {
      out.fill(constantValue)
      places(x.shape, strides, first).forEach((place, i) => {
        out[place] = Number(numbers[i])
      })
    })
  },
}

/** All of them. */
export const layout: readonly WasmKernel[] = [select, reverse, oneHot, pad]
