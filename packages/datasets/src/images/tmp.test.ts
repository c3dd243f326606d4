import { expect, test } from 'vitest'
import '@tensorflow/tfjs-backend-cpu'
import { imageFolder } from './image-folder.ts'

test('x', async () => {
  const d = await imageFolder('/tmp/pf', { shape: [16, 16, 3], labels: 'subfolders' })
  console.log(d.name, d.size, d.labels, d.notes, d.files, d.range, d.checksum?.())
  const e = await imageFolder('/tmp/pf', { shape: [16, 16, 3], labels: 'subfolders', cacheBytes: 0 })
  expect(await e.read(Uint32Array.of(0, 1, 2, 3, 4))).toEqual(await d.read(Uint32Array.of(0, 1, 2, 3, 4)))
  const f = await imageFolder('/tmp/pf', { shape: [16, 16, 3], labels: 'subfolders', workers: 0 })
  expect(f.checksum?.()).toEqual(d.checksum?.())
})
