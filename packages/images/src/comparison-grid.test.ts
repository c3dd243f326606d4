import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { type Tensor3D, tensor, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { comparisonGrid } from './comparison-grid.ts'

const pixels = (image: Tensor3D) => image.arraySync().map((row) => row.map(([grey]) => grey))

test('comparisonGrid puts each original over its reconstruction, a row of the grid at a time', () => {
  const originals = tensor([1, 2, 3, 4, 5], [5, 1, 1, 1])
  const reconstructions = tensor([10, 20, 30, 40, 50], [5, 1, 1, 1])
  const picture = comparisonGrid([originals, reconstructions], { columns: 3, padding: 0, background: 9 })
  expect(pixels(picture)).toEqual([
    [1, 2, 3],
    [10, 20, 30],
    [4, 5, 9],
    [40, 50, 9],
  ])
})

test('comparisonGrid passes padding and scale on to the grid', () => {
  const picture = comparisonGrid([tensor([[[1, 2]]]), tensor([[[3, 4]]])], { padding: 1, scale: 2 })
  expect(pixels(picture)).toEqual([
    [0, 0, 0, 0, 0, 0],
    [0, 1, 1, 2, 2, 0],
    [0, 1, 1, 2, 2, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 3, 3, 4, 4, 0],
    [0, 3, 3, 4, 4, 0],
    [0, 0, 0, 0, 0, 0],
  ])
})

test('comparisonGrid takes more than two batches, with colours', () => {
  const batches = [1, 2, 3].map((value) => tensor([value, 0, value], [1, 1, 1, 3]))
  expect(comparisonGrid(batches, { padding: 0 }).arraySync()).toEqual([[[1, 0, 1]], [[2, 0, 2]], [[3, 0, 3]]])
})

test('comparisonGrid is as square as can be unless columns are given', () => {
  const batch = zeros([32, 4, 4, 1])
  expect(comparisonGrid([batch, batch], { padding: 0 }).shape).toEqual([8 * 4, 8 * 4, 1])
  expect(comparisonGrid([batch, batch], { padding: 0, columns: 16 }).shape).toEqual([4 * 4, 16 * 4, 1])
  const two = zeros([2, 4, 4])
  expect(comparisonGrid([two, two, two], { padding: 0 }).shape).toEqual([3 * 4, 2 * 4, 1])
})

test('comparisonGrid borrows its batches and returns one tensor, and none after a failure', () => {
  const batch = zeros([3, 2, 2, 1])
  const other = zeros([3, 2, 3, 1])
  expectNoLeak(() => {
    comparisonGrid([batch, batch], { scale: 2 }).dispose()
    expect(() => comparisonGrid([batch, other])).toThrow()
  })
})

test('comparisonGrid refuses batches that do not match', () => {
  const originals = zeros([8, 28, 28, 1])
  expect(() => comparisonGrid([originals, zeros([4, 28, 28, 1])])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`comparisonGrid\` received batches of different shapes.

    batches[0]: [8, 28, 28, 1]
    batches[1]: [4, 28, 28, 1]
    Fix:        pass the same images in every batch, e.g. a slice of the larger one]
  `)
  expect(() => comparisonGrid([originals, zeros([8, 784])])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`comparisonGrid\` received \`batches[1]\` of the wrong shape.

    Expected: [count, height, width] or [count, height, width, channels], channels 1 or 3, at least one image
    Received: [8, 784]
    Fix:      8 images, one per row: tf.reshape(batches[1], [-1, 28, 28, 1]); one image: tf.expandDims(batches[1], 0)]
  `)
  expect(() => comparisonGrid([])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`comparisonGrid\` received bad \`batches\`.

    Expected: an array of at least one tensor
    Received: []
    Fix:      pass the batches in one array, e.g. comparisonGrid([originals, reconstructions])]
  `)
  // @ts-expect-error batches come in an array
  expect(() => comparisonGrid(originals)).toThrow('`comparisonGrid` received bad `batches`.')
  expect(() => comparisonGrid([originals], { columns: 0 })).toThrow('`comparisonGrid` received a bad `columns`.')
})
