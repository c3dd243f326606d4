import { expect, test } from 'vitest'
import type { Plane } from '../../engine/engine.ts'
import { labelNear, movedByKey, planeView, tileCentres } from './plane-view.ts'

const extent: Plane['extent'] = [-4, 4, -2, 2]

test('the top left of the map is the left and the top of the plane, and back again', () => {
  const view = planeView(extent, 400)
  expect(view.toMap([-4, 2])).toEqual([0, 0])
  expect(view.toMap([4, -2])).toEqual([400, 400])
  expect(view.toPlane([200, 100])).toEqual([0, 1])
  expect(view.toPlane(view.toMap([1.5, -0.25]))).toEqual([1.5, -0.25])
})

test('a pixel outside the map is the nearest point of the plane within the extent', () => {
  expect(planeView(extent, 400).toPlane([-50, 900])).toEqual([-4, -2])
})

test('tiles are centred in their cells, row by row from the top left', () => {
  expect([...tileCentres(extent, 2)]).toEqual([-2, 1, 2, 1, -2, -1, 2, -1])
})

test.each([
  ['ArrowRight', false, [0.2, 0]],
  ['ArrowLeft', true, [-1, 0]],
  ['ArrowUp', false, [0, 0.1]],
  ['ArrowDown', true, [0, -0.5]],
  ['Home', false, [0, 0]],
  ['Enter', false, undefined],
])('the key %s (with Shift: %s) leads from the middle to %s', (key, isFar, target) => {
  expect(movedByKey([0, 0], extent, key, isFar)).toEqual(target)
})

test('arrow keys stop at the edge of the map', () => {
  expect(movedByKey([3.95, 2], extent, 'ArrowRight', true)).toEqual([4, 2])
})

test('labelNear names the label of most of the nearest examples, with its share', () => {
  const plane: Plane = {
    epoch: 1,
    axes: 'latents',
    extent,
    points: new Float32Array([0, 0, 0.1, 0, 0, 0.1, 3, 3, 3, 3]),
    labels: new Uint8Array([7, 7, 1, 2, 2]),
  }
  expect(labelNear([0, 0], plane, 3)).toEqual({ label: 7, share: 2 / 3 })
  expect(labelNear([3, 3], plane, 2)).toEqual({ label: 2, share: 1 })
  expect(labelNear([0, 0], { ...plane, labels: new Uint8Array() })).toBeUndefined()
})
