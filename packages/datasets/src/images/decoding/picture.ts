// Pictures and what is wrong with some. The files of this folder run in worker threads too, so they import nothing but each other.

/** A decoded picture: `height * width * channels` bytes, row by row. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** 1 (grey), 3 (red, green, blue) or 4 (and opacity). */
  readonly channels: number
  readonly data: Uint8Array
}

/** Width and height. */
export type Size = Pick<Picture, 'width' | 'height'>

/** What a decoder may allocate. */
export interface DecodingLimits {
  /** The most pixels of a picture. */
  readonly maximumPixels: number
}

/** A file that cannot be decoded; a `DatasetError` is made of it where the file's name is known. */
export class PictureFault extends Error {
  /** What can be done about it. */
  readonly fix: string

  /** @param reason completes "a picture that cannot be decoded", e.g. `it is cut off` */
  constructor(reason: string, fix = 'export the picture again, or leave it out with `onBroken: "skip"`') {
    super(reason)
    this.fix = fix
  }
}

/** @throws {PictureFault} when a picture of the size that its header claims has more pixels than allowed, or none */
export function assertAllowed({ width, height }: Size, { maximumPixels }: DecodingLimits): void {
  if (width === 0 || height === 0) throw new PictureFault(`its header claims ${width} x ${height} pixels`)
  if (width * height <= maximumPixels) return
  throw new PictureFault(
    `its header claims ${width} x ${height} pixels, and at most ${maximumPixels} are allowed`,
    'scale the picture down, or raise `maximumPixels`',
  )
}
