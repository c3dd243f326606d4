import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/pictures.json' with { type: 'json' }
import { psnr } from './psnr.ts'
import { formulaPictures } from './testing/formula-pictures.ts'

test.each(oracle.noise)('psnr equals scikit-image for pictures of $shape', async ({ shape, value }) => {
  const { damaged, original } = formulaPictures(...(shape as [number, number, number]))
  const measured = await psnr(damaged, original, { range: 255 })
  expect(measured.value).toBeCloseTo(value, 5)
  expect(measured.unit).toBe('dB')
  const scaled = await psnr(tf.div(damaged, 255), tf.div(original, 255), { range: 1 })
  expect(scaled.value).toBeCloseTo(value, 5)
})

test('psnr does not change with the least pixel, as a range that is guessed does', async () => {
  const original = tf.tensor([-0.01, 0.5, 1, 0.25], [1, 2, 2, 1])
  const { value } = await psnr(tf.add(original, 0.1), original, { range: 1 })
  expect(value).toBeCloseTo(20, 4)
})

test('psnr is infinite for a picture that equals its original', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  const measured = await psnr(tf.concat([original, damaged]), tf.concat([original, original]), { range: 255 })
  expect(measured.value).toBe(Infinity)
  expect(measured.standardError).toBe(Infinity)
  expect(measured.values[1]).toBeCloseTo(oracle.noise[0]?.value ?? 0, 4)
})

test('shapes that are not those of pictures are refused', async () => {
  const flat = tf.ones([2, 784])
  await expect(psnr(flat, flat, { range: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`psnr\` received \`pictures\` of the wrong shape.

    Expected: at least one picture: [count, height, width, channels]
    Received: [2, 784]
    Fix:      pass the shape of one picture, e.g. shape: [28, 28, 1]]
  `)
  expect((await psnr(flat, flat, { range: 1, shape: [28, 28, 1] })).values.length).toBe(2)
  await expect(psnr(flat, tf.ones([2, 28, 28, 1]), { range: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`psnr\` received \`pictures\` and \`originals\` whose shapes do not match.

    Expected: two tensors of the same shape
    Received: pictures [2, 784], originals [2, 28, 28, 1]
    Fix:      pass each picture and its original in the same order and shape]
  `)
  await expect(psnr(flat, flat, { range: 1, shape: [28, 27] })).rejects.toThrow('[count, 28, 27] or [count, 756]')
  const none = tf.ones([0, 28, 28, 1])
  await expect(psnr(none, none, { range: 1 })).rejects.toThrow('pass at least one picture')
})
