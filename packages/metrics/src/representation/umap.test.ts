import { normals } from '@ae/core'
import { UMAP } from 'umap-js'
import { expect, test } from 'vitest'
import { nearestNeighbors } from './nearest-neighbors.ts'
import { umap } from './umap.ts'

const noise = normals('noise', { seed: 1 }, 90 * 5)
const labels = Array.from({ length: 90 }, (_, i) => i % 3)
/** Three clusters in five dimensions. */
const codes = labels.map((label, i) =>
  Array.from({ length: 5 }, (_, j) => Number(noise[i * 5 + j]) + (j === label ? 12 : 0)),
)

test('clusters of codes stay clusters in two dimensions, and two runs agree', async () => {
  const map = await umap(codes, { UMAP, seed: 3, steps: 60 })
  expect([map.count, map.codeSize, map.values.length]).toEqual([90, 2, 180])
  const { accuracy } = await nearestNeighbors({ codes: map, labels }, { codes: map, labels }, { neighbors: 8 })
  expect(accuracy.value).toBe(1)
  expect(await umap(codes, { UMAP, seed: 3, steps: 60 })).toEqual(map)
  expect((await umap(codes, { UMAP, seed: 4, steps: 60 })).values).not.toEqual(map.values)
})

test.each<[string, readonly (readonly number[])[]]>([
  ['that are all alike', Array.from({ length: 40 }, () => [1, 2, 3])],
  ['of which most are alike', Array.from({ length: 60 }, (_, i) => [Math.max(0, i - 50), 0])],
  ['of two values', Array.from({ length: 50 }, (_, i) => [i % 2, i % 2])],
  ['that are one more than neighbours', Array.from({ length: 16 }, (_, i) => [i, i * i])],
])('umap returns finite numbers for codes %s', async (_title, rows) => {
  const { values } = await umap(rows, { UMAP, steps: 20 })
  expect(values.every(Number.isFinite)).toBe(true)
})

test('umap stops at its signal', async () => {
  const stop = new AbortController()
  const run = umap(codes, { UMAP, signal: stop.signal, steps: 1_000_000 })
  setTimeout(() => stop.abort(new Error('enough')), 50)
  await expect(run).rejects.toThrow('enough')
})

test('without umap-js the error says how to install it, and too few codes are refused', async () => {
  await expect(umap(codes, {} as never)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`umap\` needs the class \`UMAP\` of the package umap-js.

    Expected: umap(codes, { UMAP })
    Received: no UMAP
    Fix:      run npm install umap-js, then import { UMAP } from 'umap-js']
  `)
  await expect(umap(codes.slice(0, 15), { UMAP })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`umap\` received too few \`codes\`.

    Expected: at least 16
    Received: 15
    Fix:      pass 16 or more]
  `)
})
