import { normals } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/pictures.json' with { type: 'json' }
import { msSsim } from './ms-ssim.ts'
import type { SsimOptions } from './similarity-maps.ts'
import { ssim } from './ssim.ts'
import { formulaPictures } from './testing/formula-pictures.ts'

const cases = (kind: 'similarity' | 'multiscale') =>
  oracle[kind].map(({ options, shape, ...rest }) => ({
    ...rest,
    title: shape.join(' x '),
    shape: shape as [number, number, number],
    options: options as Partial<SsimOptions>,
  }))

test.each(cases('similarity'))('ssim has options with which it equals $library, $call, of $title', async (one) => {
  const { damaged, original } = formulaPictures(...one.shape)
  const { value } = await ssim(damaged, original, { range: 255, ...one.options })
  expect(Math.abs(value - one.value)).toBeLessThan(2e-6)
})

test.each(cases('multiscale'))('msSsim equals $library, $call, of $title', async (one) => {
  const { damaged, original } = formulaPictures(...one.shape)
  const { value } = await msSsim(damaged, original, { range: 255, ...one.options })
  expect(Math.abs(value - one.value)).toBeLessThan(2e-6)
})

// Of findings/similarities-of-one-pair.sh.
test.each([
  { library: 'ssim.js 3.5.0', value: 0.9459614, options: { window: { kind: 'uniform', size: 11 } } },
  { library: "ssim.js 3.5.0 with ssim: 'original'", value: 0.8730975, options: {} },
] as const)('ssim has options with which it equals $library', async ({ value, options }) => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  expect(Math.abs((await ssim(damaged, original, { range: 255, ...options })).value - value)).toBeLessThan(2e-6)
})

test('ssim is 1 for equal pictures, and the same for a range and pixels that are scaled together', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  expect((await ssim(original, original, { range: 255 })).value).toBeCloseTo(1, 6)
  const scaled = await ssim(tf.div(damaged, 255), tf.div(original, 255), { range: 1 })
  expect(scaled.value).toBeCloseTo((await ssim(damaged, original, { range: 255 })).value, 6)
})

test('ssim gives the value of each picture, their mean and its standard error, however many fit into memory', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  const noise = tf.tensor(normals('ssim', {}, 28 * 28), [1, 28, 28, 1])
  const count = 700 // more than are measured at once
  const pictures = tf.concat([damaged, tf.add(original, noise), ...new Array<tf.Tensor>(count - 2).fill(original)])
  const originals = tf.tile(original, [count, 1, 1, 1])
  const all = await ssim(pictures, originals, { range: 255 })
  const single = (x: tf.Tensor) => ssim(x, original, { range: 255 })
  const [first, second] = [(await single(damaged)).value, (await single(tf.add(original, noise))).value]
  expect(all.values.length).toBe(count)
  expect(all.values[0]).toBeCloseTo(first, 6)
  expect(all.values[1]).toBeCloseTo(second, 6)
  expect(all.value).toBeCloseTo((first + second + count - 2) / count, 6)
  const squares = [first, second, ...new Array<number>(count - 2).fill(1)].map((value) => (value - all.value) ** 2)
  expect(all.standardError).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b) / (count - 1) / count), 6)
  expect(all).toMatchObject({ unit: '1', isBound: false })
  expect(all.estimator).toBe('mean over 700 pictures: SSIM, gaussian window of 11 x 11, sigma 1.5, valid border')
})

test('ssim takes flat pictures with a shape, pictures without channels, and integers', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  const { value } = await ssim(damaged, original, { range: 255 })
  const flat = await ssim(tf.reshape(damaged, [1, 784]), tf.reshape(original, [1, 784]), {
    range: 255,
    shape: [28, 28, 1],
  })
  const plain = await ssim(tf.reshape(damaged, [1, 28, 28]), tf.reshape(original, [1, 28, 28]), { range: 255 })
  const integers = await ssim(tf.cast(damaged, 'int32'), tf.cast(original, 'int32'), { range: 255 })
  expect([flat.value, plain.value, integers.value]).toEqual([value, value, value])
})

test.each(['valid', 'reflect', 'symmetric'] as const)(
  'ssim is the same for a picture on its side, border %s',
  async (border) => {
    const { damaged, original } = formulaPictures(20, 300, 1) // wider than what is multiplied at once
    const { value } = await ssim(damaged, original, { range: 255, border })
    const turned = [damaged, original].map((x) => tf.transpose(x, [0, 2, 1, 3])) as [tf.Tensor, tf.Tensor]
    expect((await ssim(...turned, { range: 255, border })).value).toBeCloseTo(value, 6)
  },
)

test('ssim of colours is the mean over channels', async () => {
  const { damaged, original } = formulaPictures(40, 33, 3)
  const channel = async (i: number) => {
    const [a, b] = [damaged, original].map((x) => tf.slice(x, [0, 0, 0, i], [-1, -1, -1, 1])) as [tf.Tensor, tf.Tensor]
    return (await ssim(a, b, { range: 255 })).value
  }
  const mean = ((await channel(0)) + (await channel(1)) + (await channel(2))) / 3
  expect((await ssim(damaged, original, { range: 255 })).value).toBeCloseTo(mean, 6)
})

test('ssim and msSsim leak no tensor, also when they refuse', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  const before = tf.memory().numTensors
  await ssim(damaged, original, { range: 255, border: 'symmetric' })
  await msSsim(damaged, original, { range: 255, weights: [0.5, 0.5] })
  await ssim(tf.ones([1, 4, 4, 1]), original, { range: 1 }).catch(() => {})
  await msSsim(damaged, original, { range: 1 }).catch(() => {})
  expect(tf.memory().numTensors).toBe(before + 1) // the test's own
})

test('ssim never guesses the range', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  // @ts-expect-error the range is missing
  await expect(ssim(damaged, original, {})).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`ssim\` needs the option \`range\`.

    Expected: a finite number above 0
    Received: undefined
    Fix:      pass range]
  `)
})

test('pictures that are smaller than the window are refused, and the fix works', async () => {
  const x = tf.ones([2, 8, 9, 1])
  await expect(ssim(x, x, { range: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`ssim\` received \`pictures\` that are smaller than the window.

    Expected: at least 11 x 11 pixels
    Received: 8 x 9 pixels
    Fix:      pass a smaller window, e.g. window: { kind: 'uniform', size: 7 }]
  `)
  expect((await ssim(x, x, { range: 1, window: { kind: 'uniform', size: 7 } })).value).toBeCloseTo(1, 6)
})

test('pictures that are too small for the scales are refused, and the fix works', async () => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  await expect(msSsim(damaged, original, { range: 255 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`msSsim\` received \`pictures\` that are too small for its scales.

    Expected: at least 176 x 176 pixels for 5 scales and a window of 11 x 11
    Received: 28 x 28 x 1
    Fix:      use fewer scales, e.g. weights: [0.1356, 0.8644]]
  `)
  expect((await msSsim(damaged, original, { range: 255, weights: [0.1356, 0.8644] })).value).toBeCloseTo(0.93965, 4)
})

test.each([0.2, 0.4])('msSsim of one scale is ssim to the power of its weight, here %f', async (weight) => {
  const { damaged, original } = formulaPictures(28, 28, 1)
  const { value } = await ssim(damaged, original, { range: 255 })
  const { value: powered } = await msSsim(damaged, original, { range: 255, weights: [weight] })
  expect(powered).toBeCloseTo(value ** weight, 6)
})

test('a sample covariance needs a window of more than one pixel', async () => {
  const x = tf.ones([2, 8, 9, 1])
  const window = { kind: 'uniform', size: 1 } as const
  await expect(ssim(x, x, { range: 1, window, covariance: 'sample' })).rejects.toThrow('an integer above 1')
})
