// Tensors of 8-bit integers with scales, as `save` writes them, read as the float32 tensors that they stand for.
import type { StoredTensor, TableEntry } from './safetensors-types.ts'

/**
 * The tensors of a file, where a tensor of type I8 and one of its name plus `.scale`, of type F32 and broadcast to its shape,
 * become their product, of type F32. Others stay as they are.
 */
export function dequantized(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  const all = new Map(tensors)
  for (const [name, integers] of tensors) {
    const scales = tensors.get(`${name}.scale`)
    const axis = channelAxis(integers, scales)
    if (scales === undefined || axis === undefined) continue
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

/** What a file lists, without the scales of tensors of 8-bit integers. */
export function withoutScales<entry extends Listed>(entries: readonly entry[]): readonly entry[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const isScale = (entry: entry) => channelAxis(byName.get(entry.name.replace(/\.scale$/, '')), entry) !== undefined
  return entries.filter((entry) => !isScale(entry))
}

/** A tensor of a file without its values. */
type Listed = Pick<TableEntry, 'name' | 'dtype' | 'shape'>

/** The axis that scales are for: they have 1 on all others. Undefined if they are not those of these integers. */
function channelAxis(
  integers: Pick<StoredTensor, 'dtype' | 'shape'> | undefined,
  scales: Pick<StoredTensor, 'dtype' | 'shape'> | undefined,
): number | undefined {
  if (integers?.dtype !== 'I8' || scales?.dtype !== 'F32') return undefined
  const [shape, lengths] = [integers.shape, scales.shape]
  if (lengths.length !== shape.length) return undefined
  const axis = Math.max(
    lengths.findIndex((length) => length !== 1),
    0,
  )
  return lengths.every((length, i) => length === (i === axis ? shape[i] : 1)) ? axis : undefined
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
