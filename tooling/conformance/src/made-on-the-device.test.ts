// Tensors that a backend may create itself, from bytes or from nothing, have the same bits everywhere.
import { normals, randomNormal, randomUniform, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { ways } from './fused-kernels.ts'
import { onBackend } from './on-backend.ts'

onBackend('what the device makes', () => {
  describe.each(ways)('$name', ({ way }) => {
    test('batches of bytes hold the float32 nearest to byte / 255, bit for bit', () =>
      way(() =>
        expectNoLeak(async () => {
          const bytes = Uint8Array.from({ length: 512 }, (_, i) => (7 * i) % 256)
          const images = fromArray(bytes, { shape: [4, 4, 1] })
          const values: number[] = []
          for await (const batch of images.batches({ batchSize: 5 })) values.push(...(await taken(batch)))
          expect(values).toEqual(Array.from(bytes, (byte) => Math.fround(byte / 255)))
        }),
      ))

    test('random numbers equal those computed in JavaScript, bit for bit', () =>
      way(() =>
        expectNoLeak(async () => {
          const address = { seed: 3, step: 2 ** 40 }
          const expected = [normals('posterior', address, 999), uniforms('init', address, 999)]
          const normal = randomNormal([27, 37], 'posterior', address)
          expect(await taken(normal)).toEqual(expected[0])
          const uniform = randomUniform([27, 37], 'init', address, { minimum: -1, maximum: 2 })
          expect(await taken(uniform)).toEqual(expected[1]?.map((u) => -1 + 3 * u))
        }),
      ))
  })
})

async function taken(tensor: Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>()
  tensor.dispose()
  return values
}
