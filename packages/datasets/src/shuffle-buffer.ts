// Batches from blocks of examples, through a buffer from which they are drawn at random.
import { type Batch, DatasetError, type Shape, sizeOfShape, uniforms } from '@ae/core'
import { tensor1d } from '@tensorflow/tfjs-core'
import { upload, type Values } from './indexed-dataset.ts'
import type { Block } from './stream-blocks.ts'

/** Which batches. */
interface Pass {
  readonly shape: Shape
  /** How many examples in all. */
  readonly count: number
  readonly batchSize: number
  /** How many of them are left out, whole batches: they pass through the buffer only. */
  readonly skipped: number
  /** How many examples wait for their turn, and what decides it; undefined for the order in which they come. */
  readonly buffer: { readonly capacity: number; readonly seed: number; readonly epoch: number } | undefined
}

/** @param blocks without end; closed in the end */
export async function* shuffledBatches(
  blocks: AsyncGenerator<Block, never, void>,
  { shape, count, batchSize, skipped, buffer }: Pass,
): AsyncGenerator<Batch, void, void> {
  const exampleSize = sizeOfShape(shape)
  try {
    const { value: sample } = await blocks.next()
    const capacity = Math.min(buffer?.capacity ?? 1, count)
    const waiting = spaceFor(sample, capacity, exampleSize)
    const draw = drawsOf(buffer)
    let block = sample
    let [next, taken, filled] = [0, 0, 0]
    for (let given = 0; given < count; ) {
      const batch = spaceFor(sample, Math.min(batchSize, count - given), exampleSize)
      for (let i = 0; i < batch.size; i++, given++) {
        for (; filled < capacity && taken < count; filled++, next++, taken++) {
          if (next * exampleSize === block.values.length) {
            block = (await blocks.next()).value
            assertSameKind(block, sample)
            next = 0
          }
          copy(block, next, waiting, filled, exampleSize)
        }
        const chosen = Math.floor(draw(given) * filled)
        copy(waiting, chosen, batch, i, exampleSize)
        filled--
        copy(waiting, filled, waiting, chosen, exampleSize)
      }
      if (given > skipped) yield batchOf(batch, [batch.size, ...shape])
    }
  } finally {
    await blocks.return?.(undefined as never)
  }
}

/** Examples in memory of our own. */
interface Space extends Block {
  readonly size: number
}

function spaceFor({ values, labels }: Block, size: number, exampleSize: number): Space {
  const type: new (length: number) => Values = values instanceof Uint8Array ? Uint8Array : Float32Array
  return { size, values: new type(size * exampleSize), labels: labels && new Int32Array(size) }
}

/** Puts example `from` of a block to the place `to` of another. */
function copy(source: Block, from: number, target: Block, to: number, exampleSize: number): void {
  target.values.set(source.values.subarray(from * exampleSize, (from + 1) * exampleSize), to * exampleSize)
  if (target.labels && source.labels) target.labels[to] = source.labels[from] as number
}

/** The number in (0, 1) for each example that leaves the buffer. */
function drawsOf(buffer: Pass['buffer']): (index: number) => number {
  if (buffer === undefined) return () => 0
  const { seed, epoch: step } = buffer
  const chunk = 1024
  let draws: Float32Array = new Float32Array()
  return (index) => {
    if (index % chunk === 0) draws = uniforms('shuffle buffer', { seed, step, first: index }, chunk)
    return draws[index % chunk] as number
  }
}

function batchOf({ values, labels }: Block, shape: number[]): Batch {
  const examples = upload(values, shape)
  return labels ? { examples, labels: tensor1d(labels, 'int32') } : examples
}

function assertSameKind(block: Block, sample: Block): void {
  const kindOf = ({ values, labels }: Block) =>
    `${values instanceof Uint8Array ? 'bytes' : 'numbers'} ${labels ? 'with' : 'without'} labels`
  if (kindOf(block) === kindOf(sample)) return
  throw new DatasetError('`fromStream` received items of different kinds.', {
    facts: { Expected: `${kindOf(sample)}, as in the first item`, Received: kindOf(block) },
    fix: 'let all items be of one type, with labels or without',
  })
}
