import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { tensor, zeros } from '@tensorflow/tfjs-core'
import { decode, decodeApng } from 'fast-png'
import { expect, test } from 'vitest'
import { encodeAnimation } from './encode-animation.ts'

/** Three frames of one row and two columns. */
const three = () => tensor([0, 1, 0.2, 0.4, 0.6, 0.8], [3, 1, 2, 1])

/** The chunks of a file, read independently of the writer: type, then the numbers of the animation's chunks. */
function outline(file: Uint8Array): string[] {
  const view = new DataView(file.buffer, file.byteOffset)
  const lines: string[] = []
  for (let at = 8; at < file.length; at += 12 + view.getUint32(at)) {
    const type = new TextDecoder().decode(file.subarray(at + 4, at + 8))
    const [long, short] = [
      (offset: number) => view.getUint32(at + 8 + offset),
      (offset: number) => view.getUint16(at + 8 + offset),
    ]
    if (type === 'acTL') lines.push(`acTL ${long(0)} frames, ${long(4)} plays`)
    else if (type === 'fdAT') lines.push(`fdAT number ${long(0)}`)
    else if (type !== 'fcTL') lines.push(type)
    else {
      const [place, operations] = [`${long(4)} x ${long(8)} at ${long(12)}, ${long(16)}`, short(24)]
      lines.push(`fcTL number ${long(0)}, ${place}, ${short(20)}/${short(22)} s, operations ${operations}`)
    }
  }
  return lines
}

test('encodeAnimation writes the control of all, then control and data of each frame, in one count', async () => {
  expect(outline(await encodeAnimation(three(), { framesPerSecond: 25, loops: 2, scale: 3 }))).toMatchInlineSnapshot(`
    [
      "IHDR",
      "acTL 3 frames, 2 plays",
      "fcTL number 0, 6 x 3 at 0, 0, 1000/25000 s, operations 0",
      "IDAT",
      "fcTL number 1, 6 x 3 at 0, 0, 1000/25000 s, operations 0",
      "fdAT number 2",
      "fcTL number 3, 6 x 3 at 0, 0, 1000/25000 s, operations 0",
      "fdAT number 4",
      "IEND",
    ]
  `)
})

test('encodeAnimation plays ten frames a second without end unless told otherwise', async () => {
  const { numberOfPlays, numberOfFrames, frames } = decodeApng(await encodeAnimation(three()), { checkCrc: true })
  expect({ numberOfPlays, numberOfFrames }).toEqual({ numberOfPlays: 0, numberOfFrames: 3 })
  expect(frames.map(({ delayNumber, delayDenominator }) => delayNumber / delayDenominator)).toEqual([0.1, 0.1, 0.1])
})

test('encodeAnimation writes frames that decode to the nearest of 256 levels', async () => {
  const file = await encodeAnimation(three())
  const { width, height, channels, frames } = decodeApng(file, { checkCrc: true })
  expect({ width, height, channels }).toEqual({ width: 2, height: 1, channels: 1 })
  expect(frames.map(({ data }) => [...data])).toEqual([
    [0, 255],
    [51, 102],
    [153, 204],
  ])
  expect([...decode(file, { checkCrc: true }).data]).toEqual([0, 255])
})

test('encodeAnimation writes colours, enlarged, in the range that is given', async () => {
  const frames = tensor([-1, 0, 1, 1, 1, 1, 9, -9, -1, 1, -1, -1], [2, 1, 2, 3])
  const animation = decodeApng(await encodeAnimation(frames, { range: [-1, 1], scale: 2 }), { checkCrc: true })
  expect([animation.width, animation.height, animation.channels]).toEqual([4, 2, 3])
  const [first, white, second, red] = [
    [0, 128, 255],
    [255, 255, 255],
    [255, 0, 0],
    [255, 0, 0],
  ]
  const row = [first, first, white, white]
  const next = [second, second, red, red]
  expect(animation.frames.map(({ data }) => [...data])).toEqual([[row, row].flat(2), [next, next].flat(2)])
})

test('encodeAnimation of one image is a picture too', async () => {
  const file = await encodeAnimation(tensor([0.2], [1, 1, 1]), { loops: 1 })
  expect(outline(file).filter((line) => line.startsWith('acTL'))).toEqual(['acTL 1 frames, 1 plays'])
  expect([...decode(file, { checkCrc: true }).data]).toEqual([51])
})

test('encodeAnimation shows frames as long as a fraction of 16 bits can say', async () => {
  for (const framesPerSecond of [0.1, 12.5, 23.976, 60]) {
    const { frames } = decodeApng(await encodeAnimation(three(), { framesPerSecond }))
    for (const { delayNumber, delayDenominator } of frames) {
      expect(delayDenominator / delayNumber).toBeCloseTo(framesPerSecond, 9)
    }
  }
})

test('encodeAnimation leaves no tensor behind', async () => {
  const frames = three()
  const bad = tensor([0, 1, 2, 3, 4, Number.NaN, 6, Number.NEGATIVE_INFINITY], [2, 2, 2, 1])
  await expectNoLeak(async () => {
    await encodeAnimation(frames, { scale: 2 })
    await expect(encodeAnimation(bad, { scale: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`encodeAnimation\` received \`frames\` with values that are not finite.

      Expected: finite values
      Received: NaN at frame 1, row 0, column 1; 2 of 8 values are NaN or infinite
      Fix:      find where the first NaN comes from: the data, or a model whose training diverged]
    `)
  })
  expect(frames.isDisposed).toBe(false)
})

test('encodeAnimation refuses what are not frames, and bad options', async () => {
  await expect(encodeAnimation(zeros([28, 28]))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`encodeAnimation\` received \`frames\` of the wrong shape.

    Expected: [count, height, width] or [count, height, width, channels], channels 1 or 3, at least one image
    Received: [28, 28]
    Fix:      rows of pixels: tf.reshape(frames, [-1, height, width, 1]); one image: tf.expandDims(frames, 0)]
  `)
  const frames = zeros([2, 4, 4, 1])
  await expect(encodeAnimation(frames, { framesPerSecond: 100 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`encodeAnimation\` received a bad \`framesPerSecond\`.

    Expected: a number from 0.1 to 60
    Received: 100
    Fix:      pass a number from 0.1 to 60]
  `)
  // @ts-expect-error a string
  await expect(encodeAnimation(frames, { framesPerSecond: '5' })).rejects.toThrow('received a bad `framesPerSecond`')
  await expect(encodeAnimation(frames, { framesPerSecond: 0.09 })).rejects.toThrow('received a bad `framesPerSecond`')
  await expect(encodeAnimation(frames, { framesPerSecond: Number.NaN })).rejects.toThrow(
    'received a bad `framesPerSecond`',
  )
  await expect(encodeAnimation(frames, { loops: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`encodeAnimation\` received a bad \`loops\`.

    Expected: a positive integer below 2^31, or Infinity
    Received: 0
    Fix:      pass a positive integer below 2^31, or Infinity]
  `)
  await expect(encodeAnimation(frames, { loops: 2 ** 31 })).rejects.toThrow('received a bad `loops`')
  await expect(encodeAnimation(frames, { scale: 1.5 })).rejects.toThrow('received a bad `scale`')
  await expect(encodeAnimation(frames, { range: [1, 0] })).rejects.toThrow('received a bad `range`')
  // @ts-expect-error another word
  await expect(encodeAnimation(frames, { fps: 3 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`encodeAnimation\` has no option \`fps\`.

    Expected: range, framesPerSecond, loops, scale
    Received: fps
    Fix:      use one of range, framesPerSecond, loops, scale]
  `)
})
