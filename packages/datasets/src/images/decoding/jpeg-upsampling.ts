// Brings components of fewer samples to the size of the picture as libjpeg does by default ("fancy upsampling", jdsample.c):
// each new sample is three quarters of the nearest old one and one quarter of the next.
import type { Component, Frame } from './jpeg-frame.ts'

/** Samples of one component: rows of `stride` bytes. */
export interface Plane {
  readonly data: Uint8Array
  readonly stride: number
}

/** The samples of a component, one for each pixel of the frame. */
export function upsampled(frame: Frame, component: Component): Plane {
  const { plane: data, blocksAcross, width, height } = component
  const source: Plane = { data, stride: 8 * blocksAcross }
  const [across, down] = [frame.across / component.across, frame.down / component.down]
  if (across === 1 && down === 1) return source
  const isWide = width > 2
  if (across === 2 && down === 1 && isWide) return doubledAcross(source, width, height)
  if (across === 1 && down === 2) return doubledDown(source, width, height)
  if (across === 2 && down === 2 && isWide) return doubledBothWays(source, width, height)
  return repeated(source, width, height, across, down)
}

function doubledAcross({ data, stride }: Plane, width: number, height: number): Plane {
  const out = new Uint8Array(2 * width * height)
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * stride, y * stride + width)
    let to = 2 * width * y
    for (let x = 0; x < width; x++) {
      const value = row[x] as number
      out[to++] = x === 0 ? value : (3 * value + (row[x - 1] as number) + 1) >> 2
      out[to++] = x === width - 1 ? value : (3 * value + (row[x + 1] as number) + 2) >> 2
    }
  }
  return { data: out, stride: 2 * width }
}

function doubledDown({ data, stride }: Plane, width: number, height: number): Plane {
  const out = new Uint8Array(2 * width * height)
  for (let y = 0; y < 2 * height; y++) {
    const [near, far, bias] = rowsFor(y, height)
    for (let x = 0; x < width; x++) {
      out[y * width + x] = (3 * (data[near * stride + x] as number) + (data[far * stride + x] as number) + bias) >> 2
    }
  }
  return { data: out, stride: width }
}

function doubledBothWays({ data, stride }: Plane, width: number, height: number): Plane {
  const out = new Uint8Array(4 * width * height)
  const sums = new Int32Array(width)
  let to = 0
  for (let y = 0; y < 2 * height; y++) {
    const [near, far] = rowsFor(y, height)
    for (let x = 0; x < width; x++) {
      sums[x] = 3 * (data[near * stride + x] as number) + (data[far * stride + x] as number)
    }
    for (let x = 0; x < width; x++) {
      const sum = sums[x] as number
      out[to++] = (3 * sum + (sums[Math.max(0, x - 1)] as number) + 8) >> 4
      out[to++] = (3 * sum + (sums[Math.min(width - 1, x + 1)] as number) + 7) >> 4
    }
  }
  return { data: out, stride: 2 * width }
}

/** The old rows next to a new one, and what is added before halving twice. */
function rowsFor(y: number, height: number): readonly [near: number, far: number, bias: number] {
  const near = y >> 1
  return y % 2 === 0 ? [near, Math.max(0, near - 1), 1] : [near, Math.min(height - 1, near + 1), 2]
}

function repeated({ data, stride }: Plane, width: number, height: number, across: number, down: number): Plane {
  const out = new Uint8Array(width * height * across * down)
  let to = 0
  for (let y = 0; y < height * down; y++) {
    const row = Math.floor(y / down) * stride
    for (let x = 0; x < width * across; x++) out[to++] = data[row + Math.floor(x / across)] as number
  }
  return { data: out, stride: width * across }
}
