// How a camera was held, from the Exif data of a JPEG, and the picture turned upright (Exif 2.32, section 4.6.5.A).
import type { Picture } from './picture.ts'

/**
 * @param segment an APP1 segment
 * @returns 1 to 8; 1, upright, where it says nothing
 */
export function orientationIn(segment: Uint8Array): number {
  const start = 'Exif\0\0'
  if (segment.length < 14 || [...start].some((char, i) => segment[i] !== char.charCodeAt(0))) return 1
  const tiff = new DataView(segment.buffer, segment.byteOffset + start.length, segment.length - start.length)
  const isLittle = tiff.getUint16(0) === 0x4949
  const directory = tiff.getUint32(4, isLittle)
  if (directory + 2 > tiff.byteLength) return 1
  const count = tiff.getUint16(directory, isLittle)
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i
    if (entry + 12 > tiff.byteLength) return 1
    if (tiff.getUint16(entry, isLittle) !== 0x0112) continue
    const value = tiff.getUint16(entry + 8, isLittle)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** The picture as it was seen. */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture
  const { width, height, channels, data } = picture
  const isTurned = orientation >= 5
  const [wide, high] = isTurned ? [height, width] : [width, height]
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBelow = [3, 4, 6, 7].includes(orientation)
  const out = new Uint8Array(data.length)
  let to = 0
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const [across, down] = isTurned ? [y, x] : [x, y]
      const column = fromRight ? width - 1 - across : across
      const row = fromBelow ? height - 1 - down : down
      const from = (row * width + column) * channels
      for (let channel = 0; channel < channels; channel++) out[to++] = data[from + channel] as number
    }
  }
  return { width: wide, height: high, channels, data: out }
}
