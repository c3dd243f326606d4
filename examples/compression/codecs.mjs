// What other formats make of the same pictures: all of them as one sheet, so that headers do not count.
import sharp from 'sharp'

/**
 * The smallest file of a format that is at least as good.
 *
 * @param {'jpeg' | 'webp' | 'avif'} format
 * @param {{ data: Uint8Array, info: { width: number, height: number } }} sheet grey, 8 bits
 * @param {number} least peak signal-to-noise ratio, in dB
 * @returns {Promise<[bits: number, decibels: number]>} bits a pixel, and its quality
 */
export async function smallestAs(format, sheet, least) {
  for (let quality = 1; ; quality++) {
    const bytes = await raw(sheet).toFormat(format, { quality }).toBuffer()
    const reached = decibels(sheet.data, await greyOf(bytes))
    if (reached >= least || quality === 100) return [(8 * bytes.length) / sheet.data.length, reached]
  }
}

/** The bits a pixel of a PNG file, which loses nothing. */
export async function pngRate(sheet) {
  return (8 * (await raw(sheet).png({ compressionLevel: 9, effort: 10 }).toBuffer()).length) / sheet.data.length
}

/** The grey values of a picture file. */
export async function greyOf(file) {
  return await sharp(file).toColourspace('b-w').extractChannel(0).raw().toBuffer()
}

/** The peak signal-to-noise ratio. */
export function decibels(original, decoded) {
  const squares = original.reduce((sum, value, i) => sum + (value - decoded[i]) ** 2, 0)
  return 10 * Math.log10((255 ** 2 * original.length) / squares)
}

function raw({ data, info: { width, height } }) {
  return sharp(data, { raw: { width, height, channels: 1 } })
}
