// From tensors of a pickle to their values: any offset and strides, each storage read once.

import { type StoredTensor, sizeOfShape, WeightsError } from '@ae/core'
import { decoders, show } from '@ae/core/internal'
import { FormatProblem } from '../bytes/format-problem.ts'
import { visitStrided } from '../bytes/strided.ts'
import type { TensorRecord, TensorValues } from './torch-names.ts'

/** The file that tensors are read from. */
export interface StoredFile {
  /** Its length in bytes. */
  readonly size: number
  /** Its name in errors. */
  readonly source: string
}

/**
 * Reads the storages of tensors; their values are decoded on first use.
 *
 * @param records by name
 * @param storages reads a storage by its key
 * @param file see {@link StoredFile}
 * @throws {FormatProblem} when a tensor reaches beyond its storage, or unpacks to far more than the file holds
 */
export async function storedTensors(
  records: ReadonlyMap<string, TensorRecord>,
  storages: (key: string) => Promise<Uint8Array>,
  { size, source }: StoredFile,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const read = new Map<string, Uint8Array>()
  let total = 0
  const tensors = new Map<string, StoredTensor>()
  for (const [name, record] of records) {
    const { values, shape, dtype } = record
    if (typeof values === 'string') {
      tensors.set(name, unreadable(name, shape, dtype, values, source))
      continue
    }
    const { key } = values.storage
    const bytes = read.get(key) ?? (await storages(key))
    if (!read.has(key)) total += bytes.length
    read.set(key, bytes)
    if (total > 4 * size + smallSize)
      throw new FormatProblem('its storages overlap, or unpack to far more than the file holds')
    assertWithin(name, shape, values, bytes, size)
    tensors.set(name, readable(name, shape, values, bytes, source))
  }
  return tensors
}

/** What may always be made of a file, however small, in bytes. */
const smallSize = 2 ** 20

function assertWithin(
  name: string,
  shape: readonly number[],
  values: TensorValues,
  bytes: Uint8Array,
  size: number,
): void {
  const { type, storage, strides } = values
  const count = sizeOfShape(shape)
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), 0)
  const end = (storage.start + values.offset + last + 1) * type.size
  if (count > 0 && !(end <= bytes.length)) {
    throw new FormatProblem(`the tensor ${show(name)} reaches beyond the values of its storage`)
  }
  // An expanded tensor repeats values without holding them.
  if (!(count * type.size <= 4 * size + smallSize)) {
    throw new FormatProblem(
      `the tensor ${show(name)} has far more values than the file`,
      'in Python save what it repeats instead of tensor.expand(...)',
    )
  }
}

function readable(
  name: string,
  shape: readonly number[],
  values: TensorValues,
  bytes: Uint8Array,
  source: string,
): StoredTensor {
  let data: StoredTensor['data'] | undefined
  return {
    shape,
    dtype: values.type.stored,
    get data() {
      data ??= decode(name, gather(shape, values, bytes), values, source)
      return data
    },
  }
}

function unreadable(
  name: string,
  shape: readonly number[],
  dtype: string,
  problem: string,
  source: string,
): StoredTensor {
  return {
    shape,
    dtype,
    get data(): never {
      throw new WeightsError(`\`readPyTorch\` cannot read the tensor ${show(name)} of ${source}: it ${problem}.`, {
        fix: 'convert it to a dense tensor of float32 before saving it, or do without its values',
      })
    },
  }
}

function decode(name: string, bytes: Uint8Array, { type }: TensorValues, source: string): StoredTensor['data'] {
  const decoder = decoders[type.stored]
  if (decoder === undefined) throw new Error(`no decoder for ${type.stored}`)
  try {
    return decoder(bytes)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new WeightsError(
      `\`readPyTorch\` cannot read the tensor ${show(name)} of ${source} exactly: ${cause.message}.`,
      {
        facts: { Expected: `${type.name} from -(2^53 - 1) to 2^53 - 1` },
        fix: 'convert the tensor to another type before saving it, or do without its values',
      },
    )
  }
}

/** The bytes of a tensor's values in row-major order; a view where they lie so already. */
function gather(
  shape: readonly number[],
  { storage, type, offset, strides }: TensorValues,
  bytes: Uint8Array,
): Uint8Array {
  const count = sizeOfShape(shape)
  const start = storage.start + offset
  if (count === 0) return new Uint8Array(0)
  if (isContiguous(shape, strides)) return bytes.subarray(start * type.size, (start + count) * type.size)
  const gathered = new Uint8Array(count * type.size)
  visitStrided(shape, strides, start, (from, to) => {
    gathered.set(bytes.subarray(from * type.size, (from + 1) * type.size), to * type.size)
  })
  return gathered
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1
    if (length !== 1 && strides[axis] !== expected) return false
    expected *= length
  }
  return true
}
