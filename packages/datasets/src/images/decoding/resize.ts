// Scales pictures with the whole-number arithmetic of Pillow's `resize` (Resample.c), so that every byte is Pillow's.
import type { Picture } from './picture.ts'

/** How the pixels are weighted that become one. */
export type Filter = 'box' | 'bilinear' | 'bicubic' | 'lanczos'

/** A part of a picture, in pixels that may be fractions. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The weights are whole numbers: fractions of 2 ** 22. */
const precision = 22

/**
 * Scales a picture, or a part of it; where it shrinks, the filter is as wide as the pixels that become one.
 *
 * @param box the part; all of it by default
 */
export function resize(picture: Picture, width: number, height: number, filter: Filter, box?: Box): Picture {
  const [left, right] = [Math.fround(box?.left ?? 0), Math.fround(box?.right ?? picture.width)]
  const [top, bottom] = [Math.fround(box?.top ?? 0), Math.fround(box?.bottom ?? picture.height)]
  const isWide = left === 0 && right === width && width === picture.width
  const isHigh = top === 0 && bottom === height && height === picture.height
  const across = isWide ? picture : scaleColumns(picture, width, sharesOf(picture.width, left, right, width, filter))
  return isHigh ? across : scaleRows(across, height, sharesOf(picture.height, top, bottom, height, filter))
}

/** The weights of old pixels in new ones: each has `size`, of which the first `counts` count, from pixel `firsts` on. */
interface Shares {
  readonly size: number
  readonly firsts: Int32Array
  readonly counts: Int32Array
  readonly weights: Int32Array
}

interface FilterShape {
  readonly reach: number
  readonly weight: (distance: number) => number
}

const filters: Readonly<Record<Filter, FilterShape>> = {
  box: { reach: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { reach: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos: { reach: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

function cubic(x: number): number {
  const a = -0.5
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}

function sinc(x: number): number {
  if (x === 0) return 1
  const angle = x * Math.PI
  return Math.sin(angle) / angle
}

const remembered = new Map<string, Shares>()

/** The weights for one axis; those of a data set's pictures, which often have one size, are computed once. */
function sharesOf(before: number, start: number, end: number, after: number, filter: Filter): Shares {
  const key = `${before} ${start} ${end} ${after} ${filter}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  if (remembered.size >= 32) remembered.clear()
  const shares = computeShares(before, start, end, after, filters[filter])
  remembered.set(key, shares)
  return shares
}

function computeShares(before: number, start: number, end: number, after: number, { reach, weight }: FilterShape) {
  const step = Math.fround(end - start) / after
  const scale = Math.max(1, step)
  const support = reach * scale
  const size = Math.ceil(support) * 2 + 1
  const [firsts, counts] = [new Int32Array(after), new Int32Array(after)]
  const weights = new Int32Array(after * size)
  const exact = new Float64Array(size)
  for (let i = 0; i < after; i++) {
    const centre = start + (i + 0.5) * step
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(before, Math.trunc(centre + support + 0.5)) - first
    let sum = 0
    for (let k = 0; k < count; k++) {
      exact[k] = weight((k + first - centre + 0.5) * (1 / scale))
      sum += exact[k] as number
    }
    for (let k = 0; k < count; k++) {
      const share = (sum === 0 ? (exact[k] as number) : (exact[k] as number) / sum) * 2 ** precision
      weights[i * size + k] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5)
    }
    firsts[i] = first
    counts[i] = count
  }
  return { size, firsts, counts, weights }
}

/** `[height, before, channels]` -> `[height, width, channels]`, of 1 or 3 channels */
function scaleColumns({ width: before, height, channels, data }: Picture, width: number, shares: Shares): Picture {
  const { size, firsts, counts, weights } = shares
  const out = new Uint8Array(height * width * channels)
  const half = 1 << (precision - 1)
  let to = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let at = (y * before + (firsts[x] as number)) * channels
      const start = x * size
      const end = start + (counts[x] as number)
      let [first, second, third] = [half, half, half]
      if (channels === 1) {
        for (let k = start; k < end; k++) first = (first + Math.imul(data[at++] as number, weights[k] as number)) | 0
      } else {
        for (let k = start; k < end; k++, at += 3) {
          const weight = weights[k] as number
          first = (first + Math.imul(data[at] as number, weight)) | 0
          second = (second + Math.imul(data[at + 1] as number, weight)) | 0
          third = (third + Math.imul(data[at + 2] as number, weight)) | 0
        }
      }
      out[to++] = clipped(first >> precision)
      if (channels === 1) continue
      out[to++] = clipped(second >> precision)
      out[to++] = clipped(third >> precision)
    }
  }
  return { width, height, channels, data: out }
}

/** `[before, width, channels]` -> `[height, width, channels]` */
function scaleRows({ width, channels, data }: Picture, height: number, shares: Shares): Picture {
  const { size, firsts, counts, weights } = shares
  const length = width * channels
  const out = new Uint8Array(height * length)
  const sums = new Int32Array(length)
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (precision - 1))
    for (let k = 0; k < (counts[y] as number); k++) {
      const weight = weights[y * size + k] as number
      const from = ((firsts[y] as number) + k) * length
      for (let i = 0; i < length; i++) {
        sums[i] = (sums[i] as number) + Math.imul(data[from + i] as number, weight)
      }
    }
    for (let i = 0; i < length; i++) out[y * length + i] = clipped((sums[i] as number) >> precision)
  }
  return { width, height, channels, data: out }
}

function clipped(level: number): number {
  return Math.max(0, Math.min(255, level))
}
