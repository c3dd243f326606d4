import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { background, jpegs, type PictureCase, pngs } from '../../testing/pictures.ts'
import { decodeBatch } from './decode-batch.ts'

const settings = { fit: 'stretch', filter: 'bilinear', background, maximumPixels: 2 ** 26 } as const

/** A fault, or the values of the picture in its own size. */
async function decode(file: Uint8Array, [height, width, channels]: PictureCase['shape'], maximumPixels = 2 ** 26) {
  const job = { sources: [file], settings: { ...settings, height, width, channels, maximumPixels } }
  const { values, faults } = await decodeBatch(job)
  return faults[0] ?? values
}

/** One of the pictures with some bytes changed, a few set to their most, or the end cut off. */
function damaged(cases: readonly PictureCase[]) {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  return fc
    .tuple(
      fc.constantFrom(...cases),
      fc.constantFrom('change', 'grow', 'cut'),
      fc.array(fc.tuple(place, fc.nat(254)), { minLength: 1, maxLength: 4 }),
    )
    .map(([picture, how, places]) => {
      const file = Uint8Array.from(picture.file)
      for (const [at, change] of places) {
        const index = Math.floor(at * file.length)
        if (how === 'cut') return { picture, file: file.subarray(0, index) }
        if (how === 'grow') file.fill(255, index, index + 2)
        else file[index] = ((file[index] as number) + change + 1) & 255
      }
      return { picture, file }
    })
}

describe('500 damaged files', () => {
  test('of PNG have a fault or the right pixels', async () => {
    let faults = 0
    const property = fc.asyncProperty(damaged(pngs), async ({ picture, file }) => {
      const result = await decode(file, picture.shape)
      if (result instanceof Uint8Array) expect(result).toEqual(picture.pixels)
      else faults++
    })
    await fc.assert(property, { numRuns: 500, seed: 1 })
    expect(faults).toBeGreaterThan(400)
  })

  test('of JPEG, which has no checksum, have a fault or as many pixels', async () => {
    let faults = 0
    const property = fc.asyncProperty(damaged(jpegs), async ({ picture, file }) => {
      const result = await decode(file, picture.shape)
      if (result instanceof Uint8Array) expect(result.length).toBe(picture.pixels.length)
      else faults++
    })
    await fc.assert(property, { numRuns: 500, seed: 1 })
    expect(faults).toBeGreaterThan(200)
  })
})

describe('a header that claims 60000 x 60000 pixels is refused before memory is taken for them', () => {
  const [png, jpeg] = [pngs[0] as PictureCase, jpegs.find(({ name }) => name === 'progressive 4:4:4') as PictureCase]
  const hugePng = Uint8Array.from(png.file)
  new DataView(hugePng.buffer).setUint32(16, 60_000)
  new DataView(hugePng.buffer).setUint32(20, 60_000)
  const { crc32 } = process.getBuiltinModule('node:zlib')
  new DataView(hugePng.buffer).setUint32(29, crc32(hugePng.subarray(12, 29)))
  const hugeJpeg = Uint8Array.from(jpeg.file)
  const frame = jpeg.file.findIndex((byte, i) => byte === 0xff && jpeg.file[i + 1] === 0xc2)
  new DataView(hugeJpeg.buffer).setUint16(frame + 5, 60_000)
  new DataView(hugeJpeg.buffer).setUint16(frame + 7, 60_000)

  test.each([
    { format: 'PNG', file: hugePng, shape: png.shape },
    { format: 'JPEG', file: hugeJpeg, shape: jpeg.shape },
  ])('in $format', async ({ file, shape }) => {
    const before = process.memoryUsage().arrayBuffers
    expect(await decode(file, shape)).toEqual({
      index: 0,
      reason: 'its header claims 60000 x 60000 pixels, and at most 67108864 are allowed',
      fix: 'scale the picture down, or raise `maximumPixels`',
    })
    // Where they are allowed, the file is too short for them.
    expect(await decode(file, shape, 2 ** 40)).toMatchObject({ reason: 'it is cut off' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20)
  })
})
