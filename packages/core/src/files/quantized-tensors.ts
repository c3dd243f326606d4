// Tensors of 8-bit integers with scales, as `save` writes them, read as the float32 tensors that they stand for.
import type { StoredTensor } from './safetensors.ts'

/**
 * The tensors of a file, where a tensor of type I8 and one of its name plus `.scale`, of type F32 and broadcast to its shape,
 * become their product, of type F32. Others stay as they are.
 */
export function dequantized(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  const all = new Map(tensors)
  for (const [name, integers] of tensors) {
    const scales = tensors.get(`${name}.scale`)
    if (integers.dtype !== 'I8' || scales?.dtype !== 'F32') continue
    const axis = channelAxis(scales.shape, integers.shape)
    if (axis === undefined) continue
    all.set(name, {
      dtype: 'F32',
      shape: integers.shape,
      get data() {
        return product(integers, scales, axis)
      },
    })
    all.delete(`${name}.scale`)
  }
  return all
}

/** The axis that scales are for: they have 1 on all others. Undefined if they do not fit. */
function channelAxis(scales: StoredTensor['shape'], shape: StoredTensor['shape']): number | undefined {
  if (scales.length !== shape.length) return undefined
  const axis = Math.max(
    scales.findIndex((length) => length !== 1),
    0,
  )
  const isGood = scales.every((length, i) => length === (i === axis ? shape[i] : 1))
  return isGood ? axis : undefined
}

function product(integers: StoredTensor, scales: StoredTensor, axis: number): Float32Array {
  const { shape } = integers
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1)
  const channels = shape[axis] ?? 1
  const [whole, scaleOf] = [integers.data, scales.data]
  const values = new Float32Array(whole.length)
  for (let i = 0; i < values.length; i++) values[i] = (whole[i] ?? 0) * (scaleOf[Math.floor(i / inner) % channels] ?? 0)
  return values
}
