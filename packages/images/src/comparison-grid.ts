// Batches of images one above the other: originals over their reconstructions.
import { OptionError, ShapeError } from '@ae/core'
import { assertOptions, show } from '@ae/core/internal'
import { cast, pad, reshape, stack, type Tensor, type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { composeGrid, type GridOptions, gridChecks } from './grid.ts'
import { asImageBatch } from './image-shape.ts'

/**
 * Lays batches of images out so that images of equal index stand one above the other: a row of the first batch, below it the
 * same images of the second, and so on; then the next row of each.
 *
 * @param batches at least one batch, all of one shape, e.g. `[originals, reconstructions]`, borrowed; each
 *   `[count, height, width]` or `[count, height, width, channels]` with 1 or 3 channels
 * @param options the layout; `columns` defaults to the number that makes the grid most nearly square
 * @returns one image `[height, width, channels]` as `grid` makes it, owned by the caller
 * @throws {ShapeError} when a batch does not hold images, or two batches differ in shape
 * @throws {OptionError} when there is no batch, or an option is unknown or out of its range
 * @example
 * ```ts
 * const picture = comparisonGrid([digits, model.reconstruct(digits)], { columns: 8 })
 * ```
 */
export function comparisonGrid(batches: readonly Tensor[], options: GridOptions = {}): Tensor3D {
  assertOptions('comparisonGrid', options, gridChecks)
  if (!Array.isArray(batches) || batches.length === 0) {
    throw new OptionError('`comparisonGrid` received bad `batches`.', {
      facts: { Expected: 'an array of at least one tensor', Received: show(batches) },
      fix: 'pass the batches in one array, e.g. comparisonGrid([originals, reconstructions])',
    })
  }
  return tidy(() => {
    const sets = Array.from(batches, (batch, index) => asImageBatch('comparisonGrid', `batches[${index}]`, batch))
    const [first] = sets as [Tensor4D, ...Tensor4D[]]
    for (const [index, set] of sets.entries()) assertSameShape(index, set, first)

    const [count, ...shape] = first.shape
    const { columns = Math.min(count, Math.ceil(Math.sqrt(count * sets.length))), background = 0 } = options
    const blocks = Math.ceil(count / columns)
    const blank: [number, number] = [0, blocks * columns - count]
    const rows = sets.map((set) => {
      const flat = reshape(cast(set, 'float32'), [count, -1])
      return reshape(pad(flat, [blank, [0, 0]], background), [blocks, -1])
    })
    const interleaved = stack(rows, 1) // [blocks, sets, columns height width channels]
    return composeGrid(reshape(interleaved, [-1, ...shape] as Tensor4D['shape']), columns, options)
  })
}

function assertSameShape(index: number, batch: Tensor4D, first: Tensor4D): void {
  if (batch.shape.every((length, axis) => length === first.shape[axis])) return
  throw new ShapeError('`comparisonGrid` received batches of different shapes.', {
    facts: {
      'batches[0]': `[${first.shape.join(', ')}]`,
      [`batches[${index}]`]: `[${batch.shape.join(', ')}]`,
    },
    fix: 'pass the same images in every batch, e.g. a slice of the larger one',
  })
}
