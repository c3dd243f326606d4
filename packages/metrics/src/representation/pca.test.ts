import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/representation.json' with { type: 'json' }
import { pca } from './pca.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

test('the principal components are those of scikit-learn, with its signs', async () => {
  const { codes, directions, variances, shares, projected } = oracle.pca
  const found = await pca(codes, { components: 4 })
  expectClose(found.directions, directions, { absolute: 1e-8 })
  expectClose(found.variances, variances, { relative: 1e-8 })
  expectClose(found.shares, shares, { relative: 1e-8 })
  expectClose(found.projected.values, projected, { absolute: 1e-6 })
  expect([found.projected.count, found.projected.codeSize]).toEqual([30, 4])
})

test('a tensor, rows and codes have the same components', async () => {
  const { codes } = oracle.pca
  const tensor = tf.tensor2d(codes)
  const rows = await pca(codes)
  const flat = { values: Float32Array.from(codes.flat()), count: 30, codeSize: 5 }
  expect((await pca(tensor)).projected).toEqual(rows.projected)
  expect((await pca(flat)).projected).toEqual(rows.projected)
  expect(tensor.isDisposed).toBe(false)
  tensor.dispose()
})

test('points on a line have one component, and the share of the others is 0', async () => {
  const { directions, variances, shares, mean } = await pca([
    [-1, 2, 0],
    [0, 0, 0],
    [1, -2, 0],
  ])
  expectClose(directions.subarray(0, 3), [-1 / Math.sqrt(5), 2 / Math.sqrt(5), 0], { absolute: 1e-12 })
  expectClose(variances, [5, 0], { absolute: 1e-12 })
  expectClose(shares, [1, 0], { absolute: 1e-12 })
  expectClose(mean, [0, 0, 0], { absolute: 1e-12 })
})

test('codes that are all alike have variances of 0 and shares of 0', async () => {
  const { variances, shares } = await pca([
    [1, 2],
    [1, 2],
  ])
  expect([...variances, ...shares]).toEqual([0, 0, 0, 0])
})

test('eigenvectors of matrices with equal eigenvalues are at right angles', async () => {
  // The adjacency of a complete graph: eigenvalue n - 1 once and -1 the other times.
  const size = 40
  const matrix = Float64Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) !== 0))
  const { values, vectors } = await symmetricEigen(matrix, size)
  expectClose(values, [size - 1, ...new Array(size - 1).fill(-1)], { absolute: 1e-11 })
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0
      for (let i = 0; i < size; i++) product += Number(vectors[a * size + i]) * Number(vectors[b * size + i])
      expect(product).toBeCloseTo(Number(a === b), 10)
    }
  }
})

test('more components than a code has entries are refused', async () => {
  const two = [
    [1, 2],
    [3, 4],
  ]
  await expect(pca(two, { components: 3 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`pca\` received more \`components\` than a code has entries.

    Expected: at most 2
    Received: 3
    Fix:      pass components: 2 or fewer]
  `)
  await expect(pca([[1, 2]])).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`pca\` received too few \`codes\`.

    Expected: at least 2
    Received: 1
    Fix:      pass 2 or more]
  `)
  await expect(
    pca([
      [1, 2],
      [3, Number.NaN],
    ]),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`pca\` received \`codes\` with a value that is not finite.

    Expected: finite numbers
    Received: NaN in row 1, column 1
    Fix:      check the weights of the model and the data for values that are NaN or extreme]
  `)
})
